// The dates of queries: literals, DURING, and the finite range that all conditions together leave.
#pragma once

#include <string_view>

#include "google/gaql.h"
#include "google/plan.h"

namespace omnify::sandbox::google {

/// Months for which figures by the day are kept.
inline constexpr int kHistoryMonths = 37;

/// Narrows `first` and `last` by a condition on segments.date. Throws Failure.
void narrow(const Condition& condition, Day today, std::optional<Day>& first, std::optional<Day>& last);

/// The range of both ends. Throws Failure when one is missing, they are the wrong way round, or too long ago.
[[nodiscard]] DateRange finite_range(std::optional<Day> first, std::optional<Day> last, Day today);

}  // namespace omnify::sandbox::google
