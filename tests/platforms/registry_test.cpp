#include "platforms/registry.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"

namespace omnify::platforms {
namespace {

std::vector<std::string> refused_pointers(std::map<std::string, std::string> credentials) {
  std::vector<std::string> pointers;
  try {
    (void)check_credentials("meta", std::move(credentials));
  } catch (const Error& error) {
    for (const auto& field : error.fields()) pointers.push_back(field.pointer);
  }
  return pointers;
}

TEST(Registry, DescribesEveryPlatformCompletely) {
  ASSERT_FALSE(descriptions().empty());
  for (const auto& one : descriptions()) {
    EXPECT_EQ(description(one.platform).label, one.label);
    EXPECT_FALSE(one.account_help.empty());
    EXPECT_TRUE(std::ranges::any_of(one.fields, &CredentialField::required));
    EXPECT_GT(one.window_days, 0);
  }
  EXPECT_THROW((void)description("myspace"), Error);
}

TEST(Registry, NamesEveryRefusedCredential) {
  EXPECT_EQ(refused_pointers({}), std::vector<std::string>{"/credentials/access_token"});
  EXPECT_EQ(refused_pointers({{"access_token", "  "}}), std::vector<std::string>{"/credentials/access_token"});
  EXPECT_EQ(refused_pointers({{"access_token", "x"}, {"password", "y"}}),
            std::vector<std::string>{"/credentials/password"});
  const auto checked = check_credentials("meta", {{"access_token", " EAAB\n"}, {"app_secret", ""}});
  EXPECT_EQ(checked, (std::map<std::string, std::string>{{"access_token", "EAAB"}}));
}

TEST(Registry, GoogleNeedsNoDeveloperToken) {
  const std::map<std::string, std::string> given{{"client_id", "i"}, {"client_secret", "s"}, {"refresh_token", "1//0"}};
  EXPECT_EQ(check_credentials("google", given), given);
  EXPECT_EQ(normalise_account_id("google", "123-456-7890"), "1234567890");
  EXPECT_THROW((void)normalise_account_id("google", "act_12"), Error);
}

}  // namespace
}  // namespace omnify::platforms
