// One access token's calls to TikTok's API for Business: authentication, limits, retries. It knows no object of the
// API.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string>

#include "async/task.h"
#include "http/client.h"
#include "platforms/tiktok/errors.h"
#include "platforms/tiktok/limits.h"

namespace omnify::platforms::tiktok {

struct BusinessAccess {
  std::string base_url;  ///< "https://business-api.tiktok.com"
  std::string version;   ///< "v1.3"
  std::string access_token;
  std::string app_id;  ///< whose limits the calls count against; may be empty
};

struct BusinessRequest {
  std::string path;  ///< below the version, without slashes at its ends: "campaign/get"
  http::Parameters parameters = {};
  std::chrono::milliseconds timeout{30'000};
};

struct BusinessAnswer {
  std::string body;        ///< with code 0
  bool truncated = false;  ///< a report holds the newest ads only: a header says so, and nothing else
};

/// For one coroutine at a time. Throws CallFailure, after it has retried what passes within seconds.
class BusinessClient {
 public:
  static constexpr std::chrono::seconds kLongestSleep{30};
  static constexpr int kAttempts = 4;

  BusinessClient(http::Client& http, BusinessAccess access);

  Task<BusinessAnswer> call(BusinessRequest request);

  /// Gets a sentence before each wait that a user would notice.
  void on_wait(std::function<void(std::string)> sink) { on_wait_ = std::move(sink); }

 private:
  struct Outcome {
    BusinessAnswer answer;
    std::optional<Verdict> failure;
  };
  /// Waits until the app's limits allow a call; a long wait throws instead.
  Task<> pace();
  Task<Outcome> exchange(const BusinessRequest& request);
  [[nodiscard]] http::ClientRequest http_request(const BusinessRequest& request) const;
  [[nodiscard]] Outcome read(const BusinessRequest& request, http::ClientResponse response) const;
  [[nodiscard]] std::optional<std::chrono::milliseconds> wait_after(const Verdict& failure, int attempt,
                                                                    int limits_met);
  void tell(std::string sentence) const;

  http::Client& http_;
  BusinessAccess access_;
  AppLimits& limits_;
  std::function<void(std::string)> on_wait_;
  std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace omnify::platforms::tiktok
