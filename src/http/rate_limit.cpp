#include "http/rate_limit.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"

namespace omnify::http {

double RateLimiter::filled(const Bucket& bucket, Clock::time_point now) const {
  const std::chrono::duration<double> passed = now - bucket.updated;
  const double per_second = static_cast<double>(rate_.burst) / static_cast<double>(rate_.refill.count());
  return std::min(static_cast<double>(rate_.burst), bucket.tokens + std::max(passed.count(), 0.0) * per_second);
}

std::chrono::milliseconds RateLimiter::take(const std::string& key, Clock::time_point now) {
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    if (buckets_.size() >= max_keys_) make_room(now);
    found = buckets_.emplace(key, Bucket{static_cast<double>(rate_.burst), now}).first;
  }
  auto& bucket = found->second;
  bucket.tokens = filled(bucket, now);
  bucket.updated = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return std::chrono::milliseconds(0);
  }
  const double seconds =
      (1 - bucket.tokens) * static_cast<double>(rate_.refill.count()) / static_cast<double>(rate_.burst);
  return std::chrono::milliseconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(seconds * 1000))));
}

void RateLimiter::require(const std::string& key, Clock::time_point now) {
  const auto wait = take(key, now);
  if (wait.count() == 0) return;
  throw Error(Code::rate_limited, "There were too many requests. Wait a moment and try again.")
      .with_retry_after(std::chrono::ceil<std::chrono::seconds>(wait));
}

void RateLimiter::make_room(Clock::time_point now) {
  std::erase_if(buckets_,
                [&](const auto& entry) { return filled(entry.second, now) >= static_cast<double>(rate_.burst); });
  if (buckets_.size() < max_keys_) return;
  // An attack with ever new keys: forget the older half at once, so that this stays cheap on average.
  std::vector<Clock::time_point> ages;
  ages.reserve(buckets_.size());
  for (const auto& [key, bucket] : buckets_) ages.push_back(bucket.updated);
  const auto middle = ages.begin() + static_cast<std::ptrdiff_t>(ages.size() / 2);
  std::nth_element(ages.begin(), middle, ages.end());
  std::erase_if(buckets_, [limit = *middle](const auto& entry) { return entry.second.updated <= limit; });
}

}  // namespace omnify::http
