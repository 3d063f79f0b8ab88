// Token buckets in memory, by key. One process: behind a balancer each process grants the full rate.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace omnify::http {

struct Rate {
  std::int64_t burst = 10;          ///< requests at once
  std::chrono::seconds refill{60};  ///< time in which an empty bucket fills up again
};

/// Used on the I/O thread only. Holds at most `max_keys` buckets: full ones go first, then the least recently used.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RateLimiter(Rate rate, std::size_t max_keys = 100'000) : rate_(rate), max_keys_(max_keys) {}

  /// Takes one token. Zero when there was one, else the time until the next one.
  [[nodiscard]] std::chrono::milliseconds take(const std::string& key, Clock::time_point now = Clock::now());
  /// As take, but throws Error{rate_limited} with retry_after.
  void require(const std::string& key, Clock::time_point now = Clock::now());
  /// Gives the tokens back: a login that succeeded.
  void reset(const std::string& key) { buckets_.erase(key); }
  [[nodiscard]] std::size_t size() const noexcept { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens = 0;
    Clock::time_point updated;
  };
  void make_room(Clock::time_point now);
  [[nodiscard]] double filled(const Bucket& bucket, Clock::time_point now) const;

  Rate rate_;
  std::size_t max_keys_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace omnify::http
