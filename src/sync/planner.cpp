#include "sync/planner.h"

#include <algorithm>

namespace omnify::sync {

DayRange plan_days(Day today, std::optional<Day> last_success, const PlanOptions& options) {
  using std::chrono::days;
  Day first = today - days(options.first_sync_days - 1);
  if (last_success) first = std::min(*last_success, today) - days(options.lookback_days - 1);
  return {std::max(first, today - days(options.retention_days - 1)), today};
}

std::vector<DayRange> plan_windows(DayRange range, std::optional<Day> next_day, int window_days) {
  std::vector<DayRange> windows;
  Day last = std::min(range.last, next_day.value_or(range.last));
  while (last >= range.first) {
    const Day first = std::max(range.first, last - std::chrono::days(window_days - 1));
    windows.push_back({first, last});
    last = first - std::chrono::days(1);
  }
  return windows;
}

}  // namespace omnify::sync
