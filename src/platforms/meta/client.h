// One access token's calls to the Graph API: authentication, limits, retries. It knows no object of the API.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string>

#include "async/task.h"
#include "http/client.h"
#include "platforms/meta/errors.h"
#include "platforms/meta/usage.h"

namespace omnify::platforms::meta {

struct GraphAccess {
  std::string base_url;  ///< "https://graph.facebook.com"
  std::string version;   ///< "v26.0"
  std::string access_token;
  std::string app_secret;  ///< empty: calls carry no appsecret_proof
};

struct GraphRequest {
  std::string method = "GET";
  std::string path;  ///< below the version: "act_12/campaigns"
  http::Parameters parameters = {};
  std::chrono::milliseconds timeout{30'000};
  bool absence_counts = false;  ///< else what is absent is asked for again: not every server may know of it yet
};

/// For one coroutine at a time. Throws CallFailure, after it has retried what passes within seconds and slept through
/// waits of up to kLongestSleep; an exchange that used up its timeout counts as too_large.
class GraphClient {
 public:
  static constexpr std::chrono::seconds kLongestSleep{30};
  static constexpr int kAttempts = 4;

  GraphClient(http::Client& http, GraphAccess access);

  /// The body of a good answer.
  Task<std::string> call(GraphRequest request);

  /// Gets a sentence before each wait that a user would notice.
  void on_wait(std::function<void(std::string)> sink) { on_wait_ = std::move(sink); }

 private:
  struct Outcome {
    std::string body;
    std::optional<Verdict> failure;
  };
  /// Waits as the last answer's usage asks; a long wait throws instead.
  Task<> pace();
  Task<Outcome> exchange(const GraphRequest& request);
  [[nodiscard]] http::ClientRequest http_request(const GraphRequest& request) const;
  [[nodiscard]] Outcome read(const GraphRequest& request, http::ClientResponse response);
  [[nodiscard]] std::optional<std::chrono::milliseconds> wait_after(const GraphRequest& request, const Verdict& failure,
                                                                    int attempt);
  void tell(std::string sentence) const;

  http::Client& http_;
  GraphAccess access_;
  std::string proof_;
  Usage usage_;
  std::function<void(std::string)> on_wait_;
  std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace omnify::platforms::meta
