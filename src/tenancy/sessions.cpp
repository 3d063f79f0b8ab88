#include "tenancy/sessions.h"

#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "crypto/password.h"
#include "crypto/random.h"
#include "database/database.h"
#include "tenancy/accounts.h"
#include "tenancy/store.h"

namespace omnify::tenancy {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kMaxTokenLength = 64;
constexpr std::size_t kMaxCached = 10'000;

Error refused() { return {Code::unauthenticated, "The e-mail address or the password is wrong."}; }

Role read_role(const database::Result& rows, int row, int column) {
  return json::enum_value<Role>(rows.get<std::string>(row, column)).value_or(Role::viewer);
}

}  // namespace

Task<StartedSession> Sessions::login(std::string email, std::string password, std::string address) {
  email = normalized_email(email);
  if (password.size() > crypto::kMaxPasswordBytes) throw refused();
  co_await limit_.count(email, address, now());
  const auto rows = co_await database_.run_control(sql::kSelectUserByEmail, database::Params(email));
  const bool known = !rows.empty();
  const auto hash = known ? rows.get<std::string>(0, 3) : std::string();
  // An unknown user costs the same time as a known one.
  const bool good = co_await check_password(password, hash);
  if (!known || !good) {
    log_info("login.refused", {{"account", crypto::sha256_hex(email).substr(0, 16)}, {"address", address}});
    throw refused();
  }
  const User user{rows.get<UserId>(0, 0), rows.get<std::string>(0, 1), rows.get<std::string>(0, 2)};
  co_await limit_.succeeded(email, address);
  if (crypto::needs_rehash(hash)) co_await rehash(user.id, password);
  log_info("login.succeeded", {{"user", user.id.text()}, {"address", address}});
  co_return co_await start(user);
}

Task<bool> Sessions::check_password(std::string password, std::string hash) {
  co_return co_await cpu_.run([password = std::move(password), hash = std::move(hash)] {
    return crypto::verify_password(password, hash.empty() ? crypto::dummy_password_hash() : hash);
  });
}

Task<> Sessions::rehash(UserId user, std::string password) {
  const auto hash = co_await cpu_.run([password = std::move(password)] { return crypto::hash_password(password); });
  co_await database_.run_control(sql::kUpdatePassword, database::Params(user, hash));
}

Task<StartedSession> Sessions::start(User user) {
  const auto rows = co_await database_.run_control(sql::kSelectMembership, database::Params(user.id));
  if (rows.empty()) throw Error(Code::permission_denied, "This user does not belong to an organization any more.");
  const Principal principal{user, rows.get<OrganizationId>(0, 0), read_role(rows, 0, 1)};
  auto token = crypto::random_token(kTokenBytes);
  const auto at = now();
  co_await database_.run_control(
      sql::kInsertSession,
      database::Params(crypto::sha256_hex(token), user.id, principal.organization, at, at + kSessionLifetime));
  co_return StartedSession{std::move(token), principal};
}

Task<std::optional<Principal>> Sessions::find(std::string token) {
  if (token.empty() || token.size() > kMaxTokenLength) co_return std::nullopt;
  const auto hash = crypto::sha256_hex(token);
  if (const auto cached = cache_.find(hash); cached != cache_.end()) {
    if (std::chrono::steady_clock::now() < cached->second.until) co_return cached->second.principal;
    cache_.erase(cached);
  }
  const auto at = now();
  const auto rows = co_await database_.run_control(sql::kSelectSession, database::Params(hash, at - kSessionIdle, at));
  if (rows.empty()) co_return std::nullopt;
  const Principal principal{{rows.get<UserId>(0, 0), rows.get<std::string>(0, 1), rows.get<std::string>(0, 2)},
                            rows.get<OrganizationId>(0, 3),
                            read_role(rows, 0, 4)};
  if (rows.get<Instant>(0, 5) + kSessionTouch <= at) {
    co_await database_.run_control(sql::kTouchSession, database::Params(hash, at));
  }
  remember(hash, principal);
  co_return principal;
}

void Sessions::remember(const std::string& hash, const Principal& principal) {
  if (cache_.size() >= kMaxCached) cache_.clear();
  cache_[hash] = {principal, std::chrono::steady_clock::now() + kSessionCache};
}

Task<> Sessions::logout(std::string token) {
  const auto hash = crypto::sha256_hex(token);
  cache_.erase(hash);
  co_await database_.run_control(sql::kDeleteSession, database::Params(hash));
  // A request that was looking the session up meanwhile may have put it back.
  cache_.erase(hash);
}

Task<> Sessions::sweep() {
  const auto at = now();
  co_await database_.run_control(sql::kSweepSessions, database::Params(at, at - kSessionIdle));
  co_await limit_.sweep(at);
}

}  // namespace omnify::tenancy
