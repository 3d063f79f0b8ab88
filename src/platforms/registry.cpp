#include "platforms/registry.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "platforms/google/connector.h"
#include "platforms/meta/connector.h"
#include "platforms/tiktok/connector.h"

namespace omnify::platforms {
namespace {

using Credentials = std::map<std::string, std::string>;

/// What one platform brings along. A new platform is one more row of `kPlatforms`.
struct Platform {
  Description (*description)();
  std::optional<std::string> (*normalise_account_id)(std::string_view text);
  std::unique_ptr<Connector> (*make)(std::string account, Credentials credentials, const PlatformContext& context);
};

std::unique_ptr<Connector> make_meta(std::string account, Credentials credentials, const PlatformContext& context) {
  meta::GraphAccess access{.base_url = context.meta_base_url,
                           .version = context.meta_version,
                           .access_token = std::move(credentials["access_token"]),
                           .app_secret = std::move(credentials["app_secret"])};
  return std::make_unique<meta::MetaConnector>(context.client, std::move(access), std::move(account));
}

std::unique_ptr<Connector> make_tiktok(std::string account, Credentials credentials, const PlatformContext& context) {
  tiktok::BusinessAccess access{.base_url = context.tiktok_base_url,
                                .version = context.tiktok_version,
                                .access_token = std::move(credentials["access_token"]),
                                .app_id = std::move(credentials["app_id"])};
  return std::make_unique<tiktok::TiktokConnector>(context.client, std::move(access), std::move(account));
}

std::unique_ptr<Connector> make_google(std::string account, Credentials credentials, const PlatformContext& context) {
  auto& login = credentials["login_customer_id"];
  google::AdsAccess access{.base_url = context.google_base_url,
                           .token_url = context.google_token_url,
                           .version = context.google_version,
                           .client_id = std::move(credentials["client_id"]),
                           .client_secret = std::move(credentials["client_secret"]),
                           .refresh_token = std::move(credentials["refresh_token"]),
                           .developer_token = std::move(credentials["developer_token"]),
                           .login_customer_id = google::normalise_account_id(login).value_or(login)};
  return std::make_unique<google::GoogleConnector>(context.client, std::move(access), std::move(account));
}

constexpr Platform kPlatforms[] = {
    {&meta::description, &meta::normalise_account_id, &make_meta},
    {&tiktok::description, &tiktok::normalise_account_id, &make_tiktok},
    {&google::description, &google::normalise_account_id, &make_google},
};

std::size_t index_of(std::string_view platform) {
  const auto& all = descriptions();
  const auto found = std::ranges::find(all, platform, &Description::platform);
  if (found == all.end()) throw Error::field("/platform", "The platform is not one that can be connected.");
  return static_cast<std::size_t>(found - all.begin());
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

}  // namespace

const std::vector<Description>& descriptions() {
  static const auto kAll = [] {
    std::vector<Description> all;
    for (const auto& platform : kPlatforms) all.push_back(platform.description());
    return all;
  }();
  return kAll;
}

const Description& description(std::string_view platform) { return descriptions()[index_of(platform)]; }

std::string label_of(std::string_view platform) {
  const auto found = std::ranges::find(descriptions(), platform, &Description::platform);
  return found == descriptions().end() ? std::string(platform) : found->label;
}

std::string normalise_account_id(std::string_view platform, std::string_view text) {
  auto id = kPlatforms[index_of(platform)].normalise_account_id(text);
  if (!id) throw Error::field("/external_account_id", "The account number is not one of this platform.");
  return std::move(*id);
}

Credentials check_credentials(std::string_view platform, Credentials credentials) {
  const auto& fields = description(platform).fields;
  json::Problems problems;
  Credentials checked;
  for (const auto& [name, value] : credentials) {
    if (std::ranges::find(fields, name, &CredentialField::name) == fields.end()) {
      problems.add(json::child("/credentials", name), "This platform has no such credential.");
      continue;
    }
    if (auto text = trimmed(value); !text.empty()) checked.emplace(name, std::move(text));
  }
  for (const auto& field : fields) {
    if (field.required && !checked.contains(field.name)) {
      problems.add(json::child("/credentials", field.name), "This is required.");
    }
  }
  std::move(problems).throw_if_any();
  return checked;
}

std::unique_ptr<Connector> make_connector(std::string_view platform, std::string account, Credentials credentials,
                                          const PlatformContext& context) {
  return kPlatforms[index_of(platform)].make(std::move(account), std::move(credentials), context);
}

}  // namespace omnify::platforms
