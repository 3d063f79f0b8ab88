// The platform's app and its tokens. A token carries its own facts, signed, so that it outlives a restart of the
// emulator as it would outlive one of the platform; only revocations are kept in memory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "wire/message.h"

namespace omnify::sandbox::meta {

enum class TokenType { user, system_user, app };

struct Token {
  std::string value;
  TokenType type = TokenType::user;
  std::uint64_t serial = 0;
  std::uint64_t user_id = 0;
  Instant issued{};
  std::optional<Instant> expires;       ///< empty: never
  std::vector<std::uint64_t> accounts;  ///< empty: all of them
  std::vector<std::string> scopes;

  [[nodiscard]] bool sees(std::uint64_t account) const noexcept;
  [[nodiscard]] bool may_read_ads() const noexcept;
};

class Access {
 public:
  explicit Access(std::uint64_t seed);

  [[nodiscard]] const std::string& app_id() const noexcept { return app_id_; }
  [[nodiscard]] const std::string& app_secret() const noexcept { return app_secret_; }
  [[nodiscard]] std::string app_token() const { return app_id_ + '|' + app_secret_; }
  void require_proof(bool required) noexcept { proof_required_ = required; }

  /// A system user's token for all accounts that never expires: the same for the same seed.
  [[nodiscard]] const std::string& default_token() const noexcept { return default_token_; }
  /// Signs a new token of these facts and returns its value.
  [[nodiscard]] std::string issue(Token facts) const;
  /// From now on the token gives 190 with this subcode: 460 password changed, 467 logged out, 458 app removed.
  void revoke(std::string_view value, std::int64_t subcode) { revoked_[std::string(value)] = subcode; }

  /// The token of a request (query, body or Authorization). Throws the platform's 104, 190 or 100.
  [[nodiscard]] Token authenticate(const wire::Request& request, const wire::Fields& parameters, Instant now) const;
  /// Throws 190 when it is unknown, expired or revoked.
  [[nodiscard]] Token check(std::string_view value, Instant now) const;
  /// The signed facts, whether or not they are still valid; nothing for a value that was never issued.
  [[nodiscard]] std::optional<Token> decode(std::string_view value) const;

 private:
  void check_proof(std::string_view token, const wire::Fields& parameters) const;

  std::string app_id_;
  std::string app_secret_;
  std::string default_token_;
  bool proof_required_ = false;
  std::map<std::string, std::int64_t, std::less<>> revoked_;
};

}  // namespace omnify::sandbox::meta
