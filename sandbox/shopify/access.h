// The app, what shops granted it, and its tokens: offline ones that last, or that expire after an hour and are renewed;
// those of client credentials; the callback's signature. Source: Shopify, "Authentication and authorization".
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "wire/message.h"

namespace omnify::sandbox::shopify {

inline constexpr std::chrono::seconds kAccessLife{3600};
inline constexpr std::chrono::days kRefreshLife{90};
/// A renewed refresh token may be used again for so long, unless its successor is used first.
inline constexpr std::chrono::days kRefreshGrace{30};

/// What a shop granted. Scopes are those of the platform ("read_orders").
struct Grant {
  std::string shop = {};  ///< domain; empty: every shop
  std::set<std::string, std::less<>> scopes = {};
  /// Names, e-mail addresses, phones: the app was approved for protected customer data of level 2.
  bool personal_data = true;

  [[nodiscard]] bool sees(std::string_view domain) const noexcept { return shop.empty() || shop == domain; }
  [[nodiscard]] bool allows(std::string_view scope) const noexcept { return scopes.contains(scope); }
};

/// All scopes that this emulator knows.
[[nodiscard]] const std::set<std::string, std::less<>>& all_scopes();
/// "read_orders,read_products"; a `write_x` brings its `read_x`. Unknown ones are left out.
[[nodiscard]] std::set<std::string, std::less<>> parse_scopes(std::string_view text);

struct TokenPair {
  std::string access_token;
  std::optional<std::string> refresh_token;  ///< of an expiring token
  std::string scope;                         ///< comma-separated
  std::optional<std::int64_t> expires_in;    ///< seconds
  std::optional<std::int64_t> refresh_expires_in;
};

class Access {
 public:
  explicit Access(std::uint64_t seed);

  [[nodiscard]] const std::string& client_id() const noexcept { return client_id_; }
  [[nodiscard]] const std::string& client_secret() const noexcept { return client_secret_; }
  /// For all shops and scopes, without expiry: the same for the same seed, so that it outlives a restart.
  [[nodiscard]] const std::string& default_token() const noexcept { return default_token_; }

  [[nodiscard]] bool knows_app(std::string_view client_id, std::string_view secret) const noexcept;
  std::string issue(Grant grant, std::optional<Instant> expires = {});
  std::string issue_code(Grant grant, Instant now);

  /// Each of these is nothing when what was presented is unknown, used, over or another shop's.
  [[nodiscard]] std::optional<TokenPair> exchange_code(std::string_view code, std::string_view shop, bool expiring,
                                                       Instant now);
  [[nodiscard]] std::optional<TokenPair> refresh(std::string_view token, std::string_view shop, Instant now);
  /// An offline token without expiry for a pair that expires; the old token ends.
  [[nodiscard]] std::optional<TokenPair> migrate(std::string_view token, std::string_view shop, Instant now);
  [[nodiscard]] TokenPair client_credentials(std::string_view shop, Instant now);

  /// The grant of a living token for the shop; null otherwise.
  [[nodiscard]] const Grant* find(std::string_view token, std::string_view shop, Instant now) const;
  void expire(std::string_view token);
  /// The shop removed the app: all its tokens end, and the default token no longer opens it.
  void uninstall(std::string_view shop);

  /// The signature of a query: every parameter but `hmac`, sorted, hexadecimal.
  [[nodiscard]] std::string sign_query(const wire::Fields& query) const;

 private:
  struct Token {
    Grant grant;
    std::optional<Instant> expires;
  };
  struct AuthCode {
    Grant grant;
    Instant issued{};
  };
  struct Refresh {
    Grant grant;
    Instant expires{};
    std::optional<Instant> first_used;
    std::string predecessor;
  };

  TokenPair make_pair(const Grant& grant, std::string predecessor, Instant now);

  std::string client_id_;
  std::string client_secret_;
  std::string default_token_;
  std::set<std::string, std::less<>> uninstalled_;
  std::map<std::string, Token, std::less<>> tokens_;
  std::map<std::string, AuthCode, std::less<>> codes_;
  std::map<std::string, Refresh, std::less<>> refreshes_;
};

}  // namespace omnify::sandbox::shopify
