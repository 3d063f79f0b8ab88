#include "platforms/google/client.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <utility>

#include "async/backoff.h"
#include "async/signal.h"
#include "base/log.h"
#include "http/url.h"
#include "platforms/entities.h"

namespace omnify::platforms::google {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A page has 10,000 rows, whatever we ask for; those of ads carry all their texts.
constexpr std::size_t kResponseLimit = std::size_t{64} << 20;
constexpr seconds kSearchTimeout{120};
/// An access token is renewed so long before its end, that none ends on the way.
constexpr seconds kRenewEarly{300};

/// Every good answer is an object; a reply that was cut off ends in the middle of one.
bool looks_whole(std::string_view body) {
  const auto last = body.find_last_not_of(" \t\r\n");
  return last != std::string_view::npos && body[last] == '}';
}

/// Until when the Cloud project behind a client ID may not call. One for all connections of this process that name it.
Clock::time_point& stop_of(const std::string& base_url, const std::string& client_id) {
  static std::map<std::pair<std::string, std::string>, Clock::time_point> all;
  return all[{base_url, client_id}];
}

}  // namespace

AdsClient::AdsClient(http::Client& http, AdsAccess access, std::string customer)
    : http_(http),
      access_(std::move(access)),
      customer_(std::move(customer)),
      stopped_until_(stop_of(access_.base_url, access_.client_id)) {}

http::ClientRequest AdsClient::search_request(const std::string& body) const {
  http::ClientRequest out;
  out.method = "POST";
  out.url = fmt::format("{}/{}/customers/{}/googleAds:search", access_.base_url, access_.version, customer_);
  out.timeout = kSearchTimeout;
  out.response_limit = kResponseLimit;
  out.headers.set("Authorization", "Bearer " + access_token_);
  out.headers.set("Content-Type", "application/json");
  // Sent empty, it is refused; and nobody needs one since access belongs to the Cloud project.
  if (!access_.developer_token.empty()) out.headers.set("developer-token", access_.developer_token);
  if (!access_.login_customer_id.empty()) out.headers.set("login-customer-id", access_.login_customer_id);
  out.body = body;
  return out;
}

http::ClientRequest AdsClient::token_request() const {
  http::ClientRequest out;
  out.method = "POST";
  out.url = access_.token_url;
  out.headers.set("Content-Type", "application/x-www-form-urlencoded");
  out.body = http::encode_form({{"grant_type", "refresh_token"},
                                {"refresh_token", access_.refresh_token},
                                {"client_id", access_.client_id},
                                {"client_secret", access_.client_secret}});
  return out;
}

AdsClient::Outcome AdsClient::read(http::ClientResponse response, bool from_token_endpoint) const {
  const bool good = response.status >= 200 && response.status < 300;
  if (good && looks_whole(response.body)) return {std::move(response.body), std::nullopt};
  if (good) return {{}, Verdict{ErrorClass::retry, seconds(0), "Google Ads sent an answer that is not complete."}};
  if (from_token_endpoint) return {{}, classify_token_refusal(response.status, response.body)};
  auto error = parse_error(response.body);
  if (!error) return {{}, classify_status(response.status)};
  error->http_status = response.status;
  log_info("google.error", {{"customer", customer_},
                            {"status", response.status},
                            {"category", error->category},
                            {"code", error->code},
                            {"request_id", error->request_id}});
  auto verdict = classify(*error);
  verdict.sentence = without_secrets(std::move(verdict.sentence), {access_token_, access_.refresh_token,
                                                                   access_.client_secret, access_.developer_token});
  return {{}, std::move(verdict)};
}

Task<AdsClient::Outcome> AdsClient::send(http::ClientRequest request, bool to_token_endpoint) {
  std::optional<Error> failure;
  try {
    co_return read(co_await http_.send(std::move(request)), to_token_endpoint);
  } catch (const Error& error) {
    if (error.code() != Code::upstream_retry) throw;
    failure = error;
  }
  co_return Outcome{{}, Verdict{ErrorClass::retry, seconds(0), failure->detail()}};
}

std::optional<Verdict> AdsClient::take_token(const std::string& body) {
  boost::system::error_code failure;
  const auto document = boost::json::parse(body, failure);
  const auto* object = failure ? nullptr : document.if_object();
  auto token = object != nullptr ? text_in(*object, "access_token") : std::nullopt;
  if (!token) return Verdict{ErrorClass::retry, seconds(0), "Google did not give an access token."};
  const auto* lifetime = object->if_contains("expires_in");
  const auto lasts = lifetime != nullptr && lifetime->is_int64() ? lifetime->get_int64() : 0;
  access_token_ = std::move(*token);
  token_ends_ = Clock::now() + seconds(lasts);
  return std::nullopt;
}

Task<std::optional<Verdict>> AdsClient::authorise() {
  if (!access_token_.empty() && Clock::now() + kRenewEarly < token_ends_) co_return std::nullopt;
  auto outcome = co_await send(token_request(), true);
  if (outcome.failure) co_return std::move(outcome.failure);
  co_return take_token(outcome.body);
}

Task<AdsClient::Outcome> AdsClient::attempt(const std::string& body) {
  auto refused = co_await authorise();
  if (refused) co_return Outcome{{}, std::move(refused)};
  co_return co_await send(search_request(body), false);
}

/// Nothing: give up and let the caller decide.
std::optional<milliseconds> AdsClient::wait_after(const Verdict& failure, int attempt) {
  if (attempt >= kAttempts) return std::nullopt;
  if (failure.kind == ErrorClass::retry) return backoff(attempt, milliseconds(500), seconds(8), random_);
  if (failure.kind == ErrorClass::slow_down && failure.wait <= kLongestSleep) return failure.wait;
  return std::nullopt;
}

/// Every call would only be refused, and Google counts refused ones as well.
void AdsClient::check_project() const {
  const auto left = std::chrono::ceil<seconds>(stopped_until_ - Clock::now());
  if (left.count() <= 0) return;
  throw CallFailure(
      {.kind = ErrorClass::slow_down,
       .wait = left,
       .sentence = fmt::format("Google's limit for operations a day is reached; it is free again in {}.", spoken(left)),
       .app_wide = true});
}

Task<std::string> AdsClient::search(std::string query, std::optional<std::string> page_token) {
  check_project();
  boost::json::object message{{"query", query}};
  if (page_token) message["pageToken"] = *page_token;
  const auto body = boost::json::serialize(message);
  bool renewed = false;
  for (int count = 1;; ++count) {
    auto outcome = co_await attempt(body);
    if (!outcome.failure) co_return std::move(outcome.body);
    const auto& failure = *outcome.failure;
    if (failure.kind == ErrorClass::renew && !std::exchange(renewed, true)) {
      access_token_.clear();
      continue;
    }
    const auto wait = wait_after(failure, count);
    if (!wait) {
      if (failure.app_wide) stopped_until_ = Clock::now() + failure.wait;
      throw CallFailure(failure);
    }
    if (*wait >= seconds(2) && on_wait_) on_wait_(fmt::format("Waiting {}: {}", spoken(*wait), failure.sentence));
    co_await sleep_for(*wait);
  }
}

}  // namespace omnify::platforms::google
