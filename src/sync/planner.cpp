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

std::vector<DayRange> plan_rereads(std::vector<Day> days, int window_days, std::size_t most) {
  std::ranges::sort(days, std::ranges::greater{});
  if (days.size() > most) days.resize(most);
  std::vector<DayRange> windows;
  for (const auto day : days) {
    const bool neighbour =
        !windows.empty() && windows.back().first == day + std::chrono::days(1) && windows.back().days() < window_days;
    if (neighbour) {
      windows.back().first = day;
    } else {
      windows.push_back({day, day});
    }
  }
  return windows;
}

}  // namespace omnify::sync
