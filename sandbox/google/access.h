// The OAuth client of the product, its refresh tokens, and the access tokens they are exchanged for. Tokens carry their
// own facts, signed, so that they outlive a restart of the emulator. Source: "OAuth 2.0 internals for Google Ads".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "wire/message.h"

namespace omnify::sandbox::google {

/// Where refresh tokens are exchanged; the original has a host of its own for it.
inline constexpr std::string_view kTokenPath = "/token";

/// What a token stands for.
struct Grant {
  std::uint64_t serial = 0;
  bool dead = false;                    ///< of a refresh token: expired or revoked, the platform does not say which
  bool ads_user = true;                 ///< false: a Google account without any Ads account
  std::vector<std::uint64_t> accounts;  ///< with direct access; empty: all of them, and the manager

  [[nodiscard]] bool reaches(std::uint64_t account) const noexcept;
};

class Access {
 public:
  explicit Access(std::uint64_t seed);

  [[nodiscard]] const std::string& client_id() const noexcept { return client_id_; }
  [[nodiscard]] const std::string& client_secret() const noexcept { return client_secret_; }
  [[nodiscard]] const std::string& developer_token() const noexcept { return developer_token_; }
  /// For all accounts, never expires: the same for the same seed.
  [[nodiscard]] const std::string& refresh_token() const noexcept { return refresh_token_; }
  /// The manager account above all others, by its customer id.
  [[nodiscard]] std::uint64_t manager() const noexcept { return manager_; }

  [[nodiscard]] std::string issue_refresh_token(const Grant& grant) const;
  /// For as long as the platform's live.
  [[nodiscard]] std::string issue_access_token(const Grant& grant, Instant now) const;

  /// The token endpoint: grant_type=refresh_token with the client's id and secret in a form.
  [[nodiscard]] wire::Reply exchange(const wire::Request& request, Instant now) const;
  /// Whom the bearer token of the request stands for. Throws Failure 401.
  [[nodiscard]] Grant authenticate(const wire::Request& request, Instant now) const;

 private:
  struct Decoded {
    Grant grant;
    std::int64_t issued = 0;
  };
  [[nodiscard]] std::string seal(std::string_view prefix, const Grant& grant, std::int64_t issued) const;
  [[nodiscard]] std::optional<Decoded> open(std::string_view prefix, std::string_view token) const;

  std::string client_id_;
  std::string client_secret_;
  std::string developer_token_;
  std::string refresh_token_;
  std::uint64_t manager_ = 0;
};

}  // namespace omnify::sandbox::google
