// Every platform that the product knows, by name. The only place outside platforms/<name> where a name stands.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/connector.h"

namespace omnify::http {
class Client;
}

namespace omnify::platforms {

/// What connectors need of the process. Outlives every connector.
struct PlatformContext {
  http::Client& client;
  /// Scheme, host and port of the Graph API; another one only for tests and the sandbox.
  std::string meta_base_url = "https://graph.facebook.com";
  std::string meta_version = "v26.0";
  /// Of TikTok's API for Business.
  std::string tiktok_base_url = "https://business-api.tiktok.com";
  std::string tiktok_version = "v1.3";
  /// Scheme, host and port of the Google Ads API, and where its refresh tokens are exchanged.
  std::string google_base_url = "https://googleads.googleapis.com";
  std::string google_token_url = "https://oauth2.googleapis.com/token";
  std::string google_version = "v25";
};

/// In the order in which the interface offers them.
[[nodiscard]] const std::vector<Description>& descriptions();
/// Throws Error{invalid_field} at /platform for a name that is not in descriptions().
[[nodiscard]] const Description& description(std::string_view platform);

/// What people call it; the name itself for a platform that is not in descriptions(), such as an imported one.
[[nodiscard]] std::string label_of(std::string_view platform);

/// The one spelling of an account id ("act_12" and " 12 " → "12"). Throws Error{invalid_field} at /external_account_id.
[[nodiscard]] std::string normalise_account_id(std::string_view platform, std::string_view text);

/// Trims the values and throws Error{invalid_field} naming each credential that is missing or not known.
[[nodiscard]] std::map<std::string, std::string> check_credentials(std::string_view platform,
                                                                   std::map<std::string, std::string> credentials);

/// `account` as normalise_account_id gives it. No I/O: the first call of the connector finds out whether it works.
[[nodiscard]] std::unique_ptr<Connector> make_connector(std::string_view platform, std::string account,
                                                        std::map<std::string, std::string> credentials,
                                                        const PlatformContext& context);

}  // namespace omnify::platforms
