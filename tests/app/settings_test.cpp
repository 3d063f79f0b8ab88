#include "app/settings.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "base/error.h"

namespace omnify::app {
namespace {

Environment environment(std::map<std::string, std::string> values) {
  return [values = std::move(values)](std::string_view name) {
    const auto found = values.find(std::string(name));
    return found == values.end() ? std::string() : found->second;
  };
}

TEST(Settings, TheDocumentIsTheTable) {
  std::ifstream file(std::string(OMNIFY_SOURCE_DIR) + "/docs/configuration.md");
  std::stringstream content;
  content << file.rdbuf();
  EXPECT_EQ(content.str(), settings_document()) << "write it anew: omnify settings > docs/configuration.md";
}

TEST(Settings, DefaultsAreThoseOfTheTable) {
  const auto settings = read_settings({}, environment({}));
  EXPECT_EQ(settings.port, 8080);
  EXPECT_EQ(settings.address, "127.0.0.1");
  EXPECT_EQ(settings.role, "all");
  EXPECT_EQ(settings.meta_url, "https://graph.facebook.com");
  EXPECT_EQ(settings.rates_url, "https://www.ecb.europa.eu");
  EXPECT_EQ(settings.database_url, "");
}

TEST(Settings, TheOptionWinsOverTheVariable) {
  const auto variables = environment({{"OMNIFY_PORT", "9000"}, {"OMNIFY_ROLE", "api"}});
  EXPECT_EQ(read_settings({}, variables).port, 9000);
  const auto settings = read_settings({{"port", "9001"}}, variables);
  EXPECT_EQ(settings.port, 9001);
  EXPECT_EQ(settings.role, "api");
}

TEST(Settings, BadValuesAreNamed) {
  for (const auto& [name, value] : std::map<std::string, std::string>{{"OMNIFY_PORT", "http"},
                                                                      {"OMNIFY_ROLE", "boss"},
                                                                      {"OMNIFY_LOG_LEVEL", "loud"},
                                                                      {"OMNIFY_DATABASE_CONNECTIONS", "1"}}) {
    try {
      static_cast<void>(read_settings({}, environment({{name, value}})));
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::invalid_field);
      EXPECT_NE(error.detail().find(name), std::string::npos);
    }
  }
}

TEST(Settings, SecretsAreNoOptions) {
  for (const auto& row : setting_rows()) {
    const bool secret = row.environment.find("KEYS") != std::string_view::npos ||
                        row.environment.find("TOKEN") != std::string_view::npos ||
                        row.environment.find("ADMIN_DATABASE") != std::string_view::npos;
    if (secret) EXPECT_TRUE(row.name.empty()) << row.environment;
  }
}

TEST(Settings, NamesAreUnique) {
  std::set<std::string_view> names;
  for (const auto& row : setting_rows()) {
    EXPECT_TRUE(names.insert(row.environment).second) << row.environment;
    EXPECT_FALSE(row.doc.empty());
  }
}

}  // namespace
}  // namespace omnify::app
