#include "platforms/tiktok/client.h"

#include <fmt/format.h>

#include <utility>

#include "async/backoff.h"
#include "async/signal.h"
#include "base/log.h"
#include "http/url.h"

namespace omnify::platforms::tiktok {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A breach of the limit of a second is over in the next one; one of a minute lasts for five.
constexpr milliseconds kNextSecond{1'200};

}  // namespace

BusinessClient::BusinessClient(http::Client& http, BusinessAccess access)
    : http_(http), access_(std::move(access)), limits_(limits_of(access_.base_url, access_.app_id)) {}

void BusinessClient::tell(std::string sentence) const {
  if (on_wait_) on_wait_(std::move(sentence));
}

http::ClientRequest BusinessClient::http_request(const BusinessRequest& request) const {
  http::ClientRequest out;
  // Without the slash at its end a path is not found.
  out.url = http::with_query(fmt::format("{}/open_api/{}/{}/", access_.base_url, access_.version, request.path),
                             request.parameters);
  out.timeout = request.timeout;
  out.headers.set("Access-Token", access_.access_token);
  out.headers.set("Accept", "application/json");
  return out;
}

BusinessClient::Outcome BusinessClient::read(const BusinessRequest& request, http::ClientResponse response) const {
  if (response.status < 200 || response.status >= 300) return {{}, classify_status(response.status)};
  const auto envelope = parse_envelope(response.body);
  if (!envelope) {
    return {{}, Verdict{.kind = ErrorClass::retry, .sentence = "TikTok sent an answer that is not complete."}};
  }
  if (envelope->code == 0) {
    return {{std::move(response.body), response.headers.contains("X-Tt-Ads-Throttle")}, std::nullopt};
  }
  log_info("tiktok.error", {{"path", request.path}, {"code", envelope->code}, {"request", envelope->request_id}});
  auto verdict = classify(*envelope);
  verdict.sentence = without_secrets(std::move(verdict.sentence), {access_.access_token});
  return {{}, std::move(verdict)};
}

Task<BusinessClient::Outcome> BusinessClient::exchange(const BusinessRequest& request) {
  std::optional<Error> failure;
  try {
    co_return read(request, co_await http_.send(http_request(request)));
  } catch (const Error& error) {
    if (error.code() != Code::upstream_retry) throw;
    failure = error;
  }
  co_return Outcome{{}, Verdict{.kind = ErrorClass::retry, .sentence = failure->detail()}};
}

/// Nothing: give up and let the caller decide.
std::optional<milliseconds> BusinessClient::wait_after(const Verdict& failure, int attempt, int limits_met) {
  if (failure.kind == ErrorClass::slow_down) return limits_met == 1 ? std::optional(kNextSecond) : std::nullopt;
  if (failure.kind != ErrorClass::retry || attempt >= kAttempts) return std::nullopt;
  return backoff(attempt, milliseconds(500), seconds(8), random_);
}

Task<> BusinessClient::pace() {
  for (;;) {
    const auto pause = limits_.take(AppLimits::Clock::now());
    if (pause.count() == 0) co_return;
    if (pause > kLongestSleep) {
      throw CallFailure(
          {.kind = ErrorClass::slow_down,
           .wait = std::chrono::ceil<seconds>(pause),
           .sentence = fmt::format("TikTok's limit for the app is used up; it is free again in {}.", spoken(pause))});
    }
    if (pause >= seconds(2)) tell(fmt::format("Waiting {}: TikTok's rate limit is used up", spoken(pause)));
    co_await sleep_for(pause);
  }
}

Task<BusinessAnswer> BusinessClient::call(BusinessRequest request) {
  int limits_met = 0;
  for (int attempt = 1;; ++attempt) {
    co_await pace();
    auto outcome = co_await exchange(request);
    if (!outcome.failure) co_return std::move(outcome.answer);
    const auto& failure = *outcome.failure;
    if (failure.kind == ErrorClass::slow_down) ++limits_met;
    const auto wait = wait_after(failure, attempt, limits_met);
    if (!wait) {
      // Whoever shares the app would only be refused as well.
      if (failure.app_wide) limits_.suspend(AppLimits::Clock::now() + failure.wait);
      throw CallFailure(failure);
    }
    if (*wait >= seconds(2)) tell(fmt::format("Waiting {}: {}", spoken(*wait), failure.sentence));
    co_await sleep_for(*wait);
  }
}

}  // namespace omnify::platforms::tiktok
