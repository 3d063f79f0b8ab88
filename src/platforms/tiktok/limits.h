// TikTok counts the calls of an app over all its advertisers, and tells in no header how many are left: whoever shares
// an app shares its limits, and we count ourselves. Source: "Rate limits" (v1.3), the Basic level.
#pragma once

#include <chrono>
#include <deque>
#include <string>

namespace omnify::platforms::tiktok {

/// For one thread: that of the I/O.
class AppLimits {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t kPerSecond = 10;
  static constexpr std::size_t kPerMinute = 600;

  /// Zero: the call may be made now, and is counted. Otherwise how long to wait before asking again; nothing is
  /// counted.
  [[nodiscard]] std::chrono::milliseconds take(Clock::time_point now);
  /// TikTok has stopped the app: no calls until then.
  void suspend(Clock::time_point until);

 private:
  std::deque<Clock::time_point> calls_;  ///< of the last minute, oldest first
  Clock::time_point suspended_until_{};
};

/// The limits of an app, shared by all connections of this process that name it; `app` may be empty: those that do not
/// say are taken to share one. Other processes have their own: what they take shows as 40100.
[[nodiscard]] AppLimits& limits_of(const std::string& base_url, const std::string& app);

}  // namespace omnify::platforms::tiktok
