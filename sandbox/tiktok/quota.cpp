#include "tiktok/quota.h"

#include <algorithm>

namespace omnify::sandbox::tiktok {

bool Quota::take(Instant now) {
  if (suspended_until_ && now < *suspended_until_) return false;
  suspended_until_.reset();
  while (!calls_.empty() && calls_.front() <= now - std::chrono::minutes(1)) calls_.pop_front();
  calls_.push_back(now);
  if (std::ssize(calls_) > limits_.per_minute) {
    suspended_until_ = now + std::chrono::minutes(5);
    calls_.clear();
    return false;
  }
  const auto in_second =
      std::count_if(calls_.rbegin(), calls_.rend(), [&](Instant call) { return call > now - std::chrono::seconds(1); });
  return in_second <= limits_.per_second;
}

}  // namespace omnify::sandbox::tiktok
