// The app's call limits, shared by everything that calls in its name. Source: TikTok API for Business, "Rate limits"
// (v1.3). No header tells how much is left.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/calendar.h"

namespace omnify::sandbox::tiktok {

/// Calls of one app over all endpoints.
struct Limits {
  std::int64_t per_second;
  std::int64_t per_minute;
};
inline constexpr Limits kBasic{10, 600};  ///< what a new app has
inline constexpr Limits kUltimate{50, 3000};

class Quota {
 public:
  explicit Quota(Limits limits) noexcept : limits_(limits) {}

  /// Counts one call; false when it is over a limit. One over the limit of a second is refused alone; one over the
  /// limit of a minute suspends the app for five minutes.
  bool take(Instant now);

 private:
  Limits limits_;
  std::deque<Instant> calls_;  ///< of the last minute, oldest first
  std::optional<Instant> suspended_until_;
};

}  // namespace omnify::sandbox::tiktok
