// Numbers that are drawn by key instead of in sequence: the same key always gives the same numbers, in whatever order
// and however often one asks. That is what lets any day of any ad be computed without a stored history.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace omnify::sandbox::market {

/// The finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

/// One key of several parts; their order matters.
template <class... Rest>
[[nodiscard]] constexpr std::uint64_t key_of(std::uint64_t first, Rest... rest) noexcept {
  std::uint64_t key = mix(first);
  ((key = mix(key ^ static_cast<std::uint64_t>(rest))), ...);
  return key;
}

/// A short run of draws that belongs to one key.
class Draw {
 public:
  explicit Draw(std::uint64_t key) noexcept : state_(key) {}

  std::uint64_t bits() noexcept { return state_ = mix(state_); }
  /// In [0, 1).
  double uniform() noexcept { return static_cast<double>(bits() >> 11U) * 0x1.0p-53; }
  double uniform(double low, double high) noexcept { return low + (high - low) * uniform(); }
  std::uint64_t below(std::uint64_t limit) noexcept { return bits() % limit; }
  bool chance(double probability) noexcept { return uniform() < probability; }
  double exponential(double mean) noexcept { return -mean * std::log(1.0 - uniform()); }
  double normal() noexcept {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
  }
  /// A factor with mean 1 and the given standard deviation of its logarithm.
  double spread(double sigma) noexcept { return std::exp(sigma * normal() - sigma * sigma / 2.0); }

  /// Exact for small means (Knuth), a rounded normal above 60, where the difference no longer matters.
  std::int64_t poisson(double mean) noexcept {
    if (mean <= 0) return 0;
    if (mean > 60) return std::max<std::int64_t>(0, std::llround(mean + std::sqrt(mean) * normal()));
    const double limit = std::exp(-mean);
    std::int64_t count = -1;
    for (double product = 1.0; product > limit; product *= uniform()) ++count;
    return std::max<std::int64_t>(0, count);
  }
  std::int64_t binomial(std::int64_t trials, double probability) noexcept {
    const double mean = static_cast<double>(trials) * probability;
    if (mean < 30) return std::min(trials, poisson(mean));
    const double drawn = mean + std::sqrt(mean * (1.0 - probability)) * normal();
    return std::clamp<std::int64_t>(std::llround(drawn), 0, trials);
  }

 private:
  std::uint64_t state_;
};

}  // namespace omnify::sandbox::market
