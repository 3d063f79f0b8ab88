// One shop's calls to Shopify's Admin API: authentication, cost points, retries. It knows no object of the API.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string>

#include "async/task.h"
#include "http/client.h"
#include "platforms/shopify/errors.h"

namespace omnify::platforms::shopify {

struct AdminAccess {
  std::string base_url;  ///< "https://demo.myshopify.com"
  std::string version;   ///< "2026-10"
  std::string access_token;
};

/// For one coroutine at a time. Throws CallFailure, after it has retried what passes within seconds.
class AdminClient {
 public:
  static constexpr std::chrono::seconds kLongestSleep{30};
  static constexpr int kAttempts = 4;

  AdminClient(http::Client& http, AdminAccess access) : http_(http), access_(std::move(access)) {}

  /// The whole answer, whose "data" is complete: an answer in parts is a failure.
  Task<std::string> ask(std::string query, boost::json::object variables);
  /// A file that an answer linked to, in pieces; it needs no token.
  Task<> download(std::string url, http::BodySink sink);

  /// Gets a sentence before each wait that a user would notice.
  void on_wait(std::function<void(std::string)> sink) { on_wait_ = std::move(sink); }

 private:
  struct Outcome {
    std::string body;
    std::optional<Verdict> failure;
  };
  Task<Outcome> exchange(const std::string& body);
  [[nodiscard]] Outcome read(http::ClientResponse response);
  [[nodiscard]] std::optional<std::chrono::milliseconds> wait_after(const Verdict& failure, int attempt);
  /// Waits until the points that the last query cost are there again.
  Task<> pace();
  Task<> wait(std::chrono::milliseconds pause, std::string why);

  http::Client& http_;
  AdminAccess access_;
  std::optional<Points> points_;
  std::chrono::steady_clock::time_point points_at_;
  std::function<void(std::string)> on_wait_;
  std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace omnify::platforms::shopify
