#include "platforms/tiktok/limits.h"

#include <algorithm>
#include <map>

namespace omnify::platforms::tiktok {
namespace {

using std::chrono::milliseconds;

// A little longer than TikTok's own: calls that leave evenly may arrive closer together.
constexpr milliseconds kSecond{1'050};
constexpr milliseconds kMinute{60'500};

}  // namespace

milliseconds AppLimits::take(Clock::time_point now) {
  while (!calls_.empty() && calls_.front() + kMinute <= now) calls_.pop_front();
  auto free_at = suspended_until_;
  if (calls_.size() >= kPerMinute) free_at = std::max(free_at, calls_.front() + kMinute);
  if (calls_.size() >= kPerSecond) {
    free_at = std::max(free_at, *(calls_.end() - static_cast<std::ptrdiff_t>(kPerSecond)) + kSecond);
  }
  if (free_at > now) return std::max(std::chrono::ceil<milliseconds>(free_at - now), milliseconds(1));
  calls_.push_back(now);
  return milliseconds(0);
}

void AppLimits::suspend(Clock::time_point until) { suspended_until_ = std::max(suspended_until_, until); }

AppLimits& limits_of(const std::string& base_url, const std::string& app) {
  static std::map<std::pair<std::string, std::string>, AppLimits> all;
  return all[{base_url, app}];
}

}  // namespace omnify::platforms::tiktok
