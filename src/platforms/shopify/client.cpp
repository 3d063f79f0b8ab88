#include "platforms/shopify/client.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <charconv>

#include "async/backoff.h"
#include "async/signal.h"

namespace omnify::platforms::shopify {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::chrono::minutes kDownloadLimit{60};
constexpr std::size_t kDownloadBytes = std::size_t{32} << 30U;

std::optional<double> seconds_in(std::optional<std::string_view> text) {
  double number = 0;
  if (!text) return std::nullopt;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
  return failure == std::errc{} ? std::optional(number) : std::nullopt;
}

}  // namespace

Task<> AdminClient::wait(milliseconds pause, std::string why) {
  if (pause >= seconds(2) && on_wait_) {
    on_wait_(fmt::format("Waiting {}: {}", spoken(pause), why));
  }
  co_await sleep_for(pause);
}

AdminClient::Outcome AdminClient::read(http::ClientResponse response) {
  if (response.status < 200 || response.status >= 300) {
    return {{}, classify_status(response.status, seconds_in(response.headers.find("Retry-After")))};
  }
  auto envelope = read_envelope(response.body);
  points_ = envelope.points;
  points_at_ = std::chrono::steady_clock::now();
  return {std::move(response.body), std::move(envelope.failure)};
}

Task<AdminClient::Outcome> AdminClient::exchange(const std::string& body) {
  http::ClientRequest request;
  request.method = "POST";
  request.url = fmt::format("{}/admin/api/{}/graphql.json", access_.base_url, access_.version);
  request.headers.set("X-Shopify-Access-Token", access_.access_token);
  request.headers.set("Content-Type", "application/json");
  request.headers.set("Accept", "application/json");
  request.body = body;
  std::optional<Error> failure;
  try {
    co_return read(co_await http_.send(std::move(request)));
  } catch (const Error& error) {
    if (error.code() != Code::upstream_retry) throw;
    failure = error;
  }
  co_return Outcome{{}, Verdict{.kind = ErrorClass::retry, .sentence = failure->detail()}};
}

/// Nothing: give up and let the caller decide.
std::optional<milliseconds> AdminClient::wait_after(const Verdict& failure, int attempt) {
  if (attempt >= kAttempts) return std::nullopt;
  if (failure.kind == ErrorClass::slow_down) {
    return failure.wait <= kLongestSleep ? std::optional(std::max(failure.wait, milliseconds(100))) : std::nullopt;
  }
  if (failure.kind != ErrorClass::retry) return std::nullopt;
  return backoff(attempt, milliseconds(500), seconds(8), random_);
}

Task<> AdminClient::pace() {
  if (!points_) co_return;
  const auto passed = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - points_at_);
  const auto pause = points_->wait() - passed;
  if (pause > milliseconds(0))
    co_await wait(std::min<milliseconds>(pause, kLongestSleep), "Shopify's limit is used up");
}

Task<std::string> AdminClient::ask(std::string query, boost::json::object variables) {
  const auto body =
      boost::json::serialize(boost::json::object{{"query", std::move(query)}, {"variables", std::move(variables)}});
  for (int attempt = 1;; ++attempt) {
    co_await pace();
    auto outcome = co_await exchange(body);
    if (!outcome.failure) co_return std::move(outcome.body);
    const auto pause = wait_after(*outcome.failure, attempt);
    if (!pause) throw CallFailure(*outcome.failure);
    co_await wait(*pause, outcome.failure->sentence);
  }
}

Task<> AdminClient::download(std::string url, http::BodySink sink) {
  http::ClientRequest request;
  request.url = std::move(url);
  request.timeout = kDownloadLimit;
  request.response_limit = kDownloadBytes;
  request.sink = std::move(sink);
  const auto response = co_await http_.send(std::move(request));
  if (response.status != 200) throw CallFailure(classify_status(response.status, std::nullopt));
}

}  // namespace omnify::platforms::shopify
