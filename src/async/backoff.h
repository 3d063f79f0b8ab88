// How long to wait before the next attempt.
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace omnify {

/// min(first × 2^(attempt − 1), cap) with ± 20 % jitter, so that many that failed together do not return together.
/// `attempt` counts from 1.
inline std::chrono::milliseconds backoff(int attempt, std::chrono::milliseconds first, std::chrono::milliseconds cap,
                                         std::mt19937_64& random) {
  const auto doubled = first.count() * (std::int64_t{1} << std::clamp(attempt - 1, 0, 30));
  std::uniform_real_distribution<double> jitter(0.8, 1.2);
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(static_cast<double>(std::min(doubled, cap.count())) * jitter(random)));
}

}  // namespace omnify
