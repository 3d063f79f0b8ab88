// The platform's app, its authorization codes and its long-term access tokens, which have no expiry timer: they end
// when somebody revokes them. Source: TikTok API for Business, "Authentication".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "wire/message.h"

namespace omnify::sandbox::tiktok {

/// The numeric scopes that reading takes; a token of the consent page has them all.
enum class Scope { account = 1, ads = 2, reporting = 4 };

/// What an advertiser granted.
struct Grant {
  std::vector<std::uint64_t> accounts = {};  ///< empty: all of them
  std::vector<Scope> scopes = {Scope::account, Scope::ads, Scope::reporting};

  [[nodiscard]] bool sees(std::uint64_t account) const noexcept;
  [[nodiscard]] bool allows(Scope scope) const noexcept;
};

/// The token's state: a call with one that is not valid is refused with this code.
enum class TokenState { valid = 0, expired = 40102, revoked = 40105 };

class Access {
 public:
  explicit Access(std::uint64_t seed);

  [[nodiscard]] const std::string& app_id() const noexcept { return app_id_; }
  [[nodiscard]] const std::string& secret() const noexcept { return secret_; }
  /// For all accounts: the same for the same seed, so that it outlives a restart of the emulator.
  [[nodiscard]] const std::string& default_token() const noexcept { return default_token_; }

  std::string issue(Grant grant, TokenState state = TokenState::valid);
  /// A code of the consent page: good for one hour and one exchange.
  std::string issue_code(Grant grant, Instant now);

  /// Throws 40101 unless both are the app's.
  void check_app(std::string_view app_id, std::string_view secret) const;
  /// The token for a code. Throws 40110 for one that is unknown, used or older than an hour.
  std::string exchange(std::string_view code, Instant now);
  /// Throws 40105 for a token that is not (or no longer) valid.
  void revoke(std::string_view token);

  /// Throws 40105 for an unknown or revoked token, 40102 for an expired one.
  [[nodiscard]] const Grant& check(std::string_view token) const;
  /// That of the header Access-Token. Throws 40104 without it, or as check().
  [[nodiscard]] const Grant& authenticate(const wire::Request& request) const;

 private:
  struct Token {
    Grant grant;
    TokenState state = TokenState::valid;
  };
  struct AuthCode {
    Grant grant;
    Instant issued{};
  };

  std::string app_id_;
  std::string secret_;
  std::string default_token_;
  std::map<std::string, Token, std::less<>> tokens_;
  std::map<std::string, AuthCode, std::less<>> codes_;
};

}  // namespace omnify::sandbox::tiktok
