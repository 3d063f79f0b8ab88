// Which days to fetch, and in which steps. Pure functions on local days of the account.
#pragma once

#include <optional>
#include <vector>

#include "base/calendar.h"

namespace omnify::sync {

/// A closed range of days.
struct DayRange {
  Day first;
  Day last;
  [[nodiscard]] std::int64_t days() const noexcept { return (last - first).count() + 1; }
  friend bool operator==(const DayRange&, const DayRange&) = default;
};

struct PlanOptions {
  int first_sync_days = 90;
  int lookback_days = 28;
  int retention_days = 1120;
};

/// The days of a new run that ends on `today`. The first one reads `first_sync_days`. A later one reads again what the
/// platform may still restate: `lookback_days` before the day of the last success, so that a pause leaves no hole.
/// Never more than `retention_days`.
[[nodiscard]] DayRange plan_days(Day today, std::optional<Day> last_success, const PlanOptions& options);

/// The windows that are left, newest first. `next_day` is the newest day that is not done, empty at the start.
[[nodiscard]] std::vector<DayRange> plan_windows(DayRange range, std::optional<Day> next_day, int window_days);

/// The newest `most` of `days`, which may be unordered, as windows of neighbours, newest first.
[[nodiscard]] std::vector<DayRange> plan_rereads(std::vector<Day> days, int window_days, std::size_t most);

}  // namespace omnify::sync
