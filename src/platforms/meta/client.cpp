#include "platforms/meta/client.h"

#include <fmt/format.h>

#include <utility>

#include "async/backoff.h"
#include "async/signal.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "http/url.h"

namespace omnify::platforms::meta {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Every good answer is an object, or a bare number for a report; a reply that was cut off ends in the middle of one.
bool looks_whole(std::string_view body) {
  const auto last = body.find_last_not_of(" \t\r\n");
  if (last == std::string_view::npos) return false;
  return body[last] == '}' || body.find_first_not_of("0123456789 \t\r\n") == std::string_view::npos;
}

}  // namespace

GraphClient::GraphClient(http::Client& http, GraphAccess access) : http_(http), access_(std::move(access)) {
  if (access_.app_secret.empty()) return;
  const auto digest = crypto::hmac_sha256(access_.app_secret, access_.access_token);
  proof_ = crypto::hex(crypto::as_view(digest));
}

void GraphClient::tell(std::string sentence) const {
  if (on_wait_) on_wait_(std::move(sentence));
}

http::ClientRequest GraphClient::http_request(const GraphRequest& request) const {
  auto parameters = request.parameters;
  if (!proof_.empty()) parameters.add("appsecret_proof", proof_);
  http::ClientRequest out;
  out.method = request.method;
  out.url = fmt::format("{}/{}/{}", access_.base_url, access_.version, request.path);
  out.timeout = request.timeout;
  // In a header, so that no log of a URL can hold it.
  out.headers.set("Authorization", "Bearer " + access_.access_token);
  out.headers.set("Accept", "application/json");
  if (request.method == "GET") {
    out.url = http::with_query(std::move(out.url), parameters);
  } else {
    out.headers.set("Content-Type", "application/x-www-form-urlencoded");
    out.body = http::encode_form(parameters);
  }
  return out;
}

GraphClient::Outcome GraphClient::read(const GraphRequest& request, http::ClientResponse response) {
  usage_ = read_usage(response.headers);
  if (const auto warning = response.headers.find("X-Ad-Api-Version-Warning")) {
    log_warning("meta.version_warning", {{"version", access_.version}, {"warning", *warning}});
  }
  const bool good = response.status >= 200 && response.status < 300;
  // A good status may carry an error as well.
  if (good && !looks_whole(response.body)) {
    return {{}, Verdict{ErrorClass::retry, seconds(0), "Meta sent an answer that is not complete."}};
  }
  if (good && !response.body.starts_with(R"({"error")")) return {std::move(response.body), std::nullopt};
  const auto error = parse_error(response.body);
  if (!error) return {{}, classify_status(good ? 500 : response.status)};
  log_info("meta.error", {{"path", request.path},
                          {"status", response.status},
                          {"code", error->code},
                          {"subcode", error->subcode},
                          {"trace", error->trace_id}});
  auto verdict = classify(*error);
  verdict.sentence = without_secrets(std::move(verdict.sentence), {access_.access_token, access_.app_secret, proof_});
  if (usage_.regain.count() > 0) verdict.wait = usage_.regain;
  return {{}, std::move(verdict)};
}

Task<GraphClient::Outcome> GraphClient::exchange(const GraphRequest& request) {
  const auto started = std::chrono::steady_clock::now();
  std::optional<Error> failure;
  try {
    co_return read(request, co_await http_.send(http_request(request)));
  } catch (const Error& error) {
    if (error.code() != Code::upstream_retry) throw;
    failure = error;
  }
  // What uses up its time is too much work for one answer, not a broken line.
  const bool timed_out = std::chrono::steady_clock::now() - started >= request.timeout;
  co_return Outcome{{}, Verdict{timed_out ? ErrorClass::too_large : ErrorClass::retry, seconds(0), failure->detail()}};
}

/// Nothing: give up and let the caller decide.
std::optional<milliseconds> GraphClient::wait_after(const GraphRequest& request, const Verdict& failure, int attempt) {
  if (attempt >= kAttempts) return std::nullopt;
  const bool hidden = failure.kind == ErrorClass::absent && !request.absence_counts;
  if (hidden || failure.kind == ErrorClass::retry) return backoff(attempt, milliseconds(500), seconds(8), random_);
  if (failure.kind == ErrorClass::slow_down && failure.wait <= kLongestSleep) return failure.wait;
  return std::nullopt;
}

Task<> GraphClient::pace() {
  const auto pause = pause_before_next(std::exchange(usage_, {}));
  if (pause.count() == 0) co_return;
  if (pause > kLongestSleep) {
    throw CallFailure({ErrorClass::slow_down, std::chrono::ceil<seconds>(pause),
                       fmt::format("Meta's rate limit is nearly used up; it is free again in {}.", spoken(pause))});
  }
  tell(fmt::format("Waiting {}: Meta's rate limit is nearly used up", spoken(pause)));
  co_await sleep_for(pause);
}

Task<std::string> GraphClient::call(GraphRequest request) {
  for (int attempt = 1;; ++attempt) {
    co_await pace();
    auto outcome = co_await exchange(request);
    if (!outcome.failure) co_return std::move(outcome.body);
    const auto wait = wait_after(request, *outcome.failure, attempt);
    if (!wait) throw CallFailure(*outcome.failure);
    usage_ = {};  // the wait for this failure covers what its headers asked for
    if (*wait >= seconds(2)) tell(fmt::format("Waiting {}: {}", spoken(*wait), outcome.failure->sentence));
    co_await sleep_for(*wait);
  }
}

}  // namespace omnify::platforms::meta
