#include "tenancy/login_limit.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "crypto/digest.h"
#include "database/database.h"
#include "tenancy/store.h"

namespace omnify::tenancy {
namespace {

// Hashed: the table tells nobody which addresses were tried.
std::string pair_subject(const std::string& email, const std::string& address) {
  return "pair:" + crypto::sha256_hex(email + '\n' + address);
}

std::string address_subject(const std::string& address) { return "address:" + crypto::sha256_hex(address); }

}  // namespace

Task<> LoginLimit::count(std::string email, std::string address, Instant at) {
  const auto pair = pair_subject(email, address);
  const auto whole_address = address_subject(address);
  std::vector<database::Execution> counts;
  counts.push_back(
      {sql::kCountAddressAttempt, database::Params(whole_address, at, kAddressAttempts, kAddressWindowSeconds)});
  counts.push_back({sql::kCountPairAttempt,
                    database::Params(pair, at, kFreeFailures, kLongestWaitSeconds, kForgetPairAfterSeconds)});
  const auto counted = co_await database_.run_control(std::move(counts));
  if (!counted[0].empty() && !counted[1].empty()) co_return;
  const auto blocked =
      co_await database_.run_control(sql::kSelectBlockedUntil, database::Params(pair, whole_address, at));
  const auto until = blocked.empty() ? std::nullopt : blocked.get<std::optional<Instant>>(0, 0);
  const auto wait = std::chrono::ceil<std::chrono::seconds>(until.value_or(at) - at);
  throw Error(Code::rate_limited, "Too many failed attempts to sign in. Wait a while, then try again.")
      .with_retry_after(std::max(wait, std::chrono::seconds(1)));
}

Task<> LoginLimit::succeeded(std::string email, std::string address) {
  std::vector<database::Execution> forget;
  forget.push_back({sql::kUncountAddressAttempt, database::Params(address_subject(address))});
  forget.push_back({sql::kClearPairAttempts, database::Params(pair_subject(email, address))});
  co_await database_.run_control(std::move(forget));
}

Task<> LoginLimit::sweep(Instant at) {
  co_await database_.run_control(sql::kSweepAttempts,
                                 database::Params(at - std::chrono::seconds(2 * kForgetPairAfterSeconds)));
}

}  // namespace omnify::tenancy
