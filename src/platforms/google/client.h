// Calls to the Google Ads API under one refresh token: access tokens, limits, retries. It knows no field of the API.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string>

#include "async/task.h"
#include "http/client.h"
#include "platforms/google/errors.h"

namespace omnify::platforms::google {

struct AdsAccess {
  std::string base_url;   ///< "https://googleads.googleapis.com"
  std::string token_url;  ///< "https://oauth2.googleapis.com/token"
  std::string version;    ///< "v25"
  std::string client_id;
  std::string client_secret;
  std::string refresh_token;
  std::string developer_token;    ///< empty: not sent
  std::string login_customer_id;  ///< digits of the manager that the access runs through; empty: direct access
};

/// For one coroutine at a time. Throws CallFailure, after it has renewed the access token once, retried what passes
/// within seconds, and slept through waits of up to kLongestSleep. Once the quota of the Cloud project is spent, nobody
/// of this process who shares the client ID calls again before Google allows it.
class AdsClient {
 public:
  static constexpr std::chrono::seconds kLongestSleep{30};
  static constexpr int kAttempts = 4;

  AdsClient(http::Client& http, AdsAccess access, std::string customer);

  /// One page of `query`: the body of a good answer of googleAds:search. ErrorClass::restart when `page_token` is
  /// stale.
  Task<std::string> search(std::string query, std::optional<std::string> page_token);

  /// Gets a sentence before each wait that a user would notice.
  void on_wait(std::function<void(std::string)> sink) { on_wait_ = std::move(sink); }

 private:
  struct Outcome {
    std::string body;
    std::optional<Verdict> failure;
  };
  Task<Outcome> attempt(const std::string& body);
  /// Gets an access token unless there is one that lasts; the failure otherwise.
  Task<std::optional<Verdict>> authorise();
  Task<Outcome> send(http::ClientRequest request, bool to_token_endpoint);
  [[nodiscard]] http::ClientRequest search_request(const std::string& body) const;
  [[nodiscard]] http::ClientRequest token_request() const;
  [[nodiscard]] Outcome read(http::ClientResponse response, bool from_token_endpoint) const;
  [[nodiscard]] std::optional<Verdict> take_token(const std::string& body);
  /// Throws while the project is stopped.
  void check_project() const;
  [[nodiscard]] std::optional<std::chrono::milliseconds> wait_after(const Verdict& failure, int attempt);

  http::Client& http_;
  AdsAccess access_;
  std::string customer_;
  std::chrono::steady_clock::time_point& stopped_until_;
  std::string access_token_;
  std::chrono::steady_clock::time_point token_ends_;
  std::function<void(std::string)> on_wait_;
  std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace omnify::platforms::google
