#include "tiktok/access.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "crypto/random.h"
#include "market/random.h"
#include "tiktok/failure.h"

namespace omnify::sandbox::tiktok {
namespace {

constexpr std::size_t kTokenDigits = 40;

std::string digits_of(std::string_view text) {
  return crypto::hex(crypto::as_view(crypto::sha256(text))).substr(0, kTokenDigits);
}

}  // namespace

bool Grant::sees(std::uint64_t account) const noexcept {
  return accounts.empty() || std::ranges::find(accounts, account) != accounts.end();
}

bool Grant::allows(Scope scope) const noexcept { return std::ranges::find(scopes, scope) != scopes.end(); }

Access::Access(std::uint64_t seed)
    : app_id_(std::to_string(7'300'000'000'000'000'000ULL + market::key_of(seed, 41U) % 100'000'000'000'000'000ULL)),
      secret_(digits_of(fmt::format("omnify-sandbox tiktok app {}", seed))),
      default_token_(digits_of(fmt::format("omnify-sandbox tiktok token {}", seed))) {
  tokens_.emplace(default_token_, Token{});
}

std::string Access::issue(Grant grant, TokenState state) {
  auto value = crypto::hex(crypto::random_bytes(kTokenDigits / 2));
  tokens_.emplace(value, Token{std::move(grant), state});
  return value;
}

std::string Access::issue_code(Grant grant, Instant now) {
  auto value = crypto::hex(crypto::random_bytes(kTokenDigits / 2));
  codes_.emplace(value, AuthCode{std::move(grant), now});
  return value;
}

void Access::check_app(std::string_view app_id, std::string_view secret) const {
  if (app_id != app_id_ || !crypto::constant_time_equal(secret, secret_)) {
    throw Failure(40101, "The app_id, secret or auth_code do not match.");
  }
}

std::string Access::exchange(std::string_view code, Instant now) {
  const auto found = codes_.find(code);
  if (found == codes_.end() || now - found->second.issued >= std::chrono::hours(1)) {
    throw Failure(40110, "The auth_code has been used, cancelled or expired.");
  }
  auto grant = std::move(found->second.grant);
  codes_.erase(found);
  return issue(std::move(grant));
}

void Access::revoke(std::string_view token) {
  (void)check(token);
  tokens_.find(token)->second.state = TokenState::revoked;
}

const Grant& Access::check(std::string_view token) const {
  const auto found = tokens_.find(token);
  if (found == tokens_.end() || found->second.state == TokenState::revoked) {
    throw Failure(40105, "Access token is incorrect or has been revoked.");
  }
  if (found->second.state == TokenState::expired) throw Failure(40102, "Access token has expired.");
  return found->second.grant;
}

const Grant& Access::authenticate(const wire::Request& request) const {
  const auto token = wire::find(request.headers, "access-token").value_or("");
  if (token.empty()) throw Failure(40104, "Access token is null. Please set Access-Token in the request header.");
  return check(token);
}

}  // namespace omnify::sandbox::tiktok
