// Exact sums of the additive measures, and the ratios and changes made from them at the very end.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/calendar.h"
#include "base/money.h"
#include "metrics/model.h"

namespace omnify::metrics {

inline constexpr std::int64_t kLongestRange = 800;  ///< days of one request

/// The additive measures. Money in micros of one currency, conversions in millionths; both optional ones are empty
/// only while nothing that was added reported them.
struct Sums {
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  Micros spend = 0;
  std::optional<Micros> conversions;
  std::optional<Micros> revenue;

  Sums& operator+=(const Sums& other) noexcept;
  friend bool operator==(const Sums&, const Sums&) = default;
};

/// Ratios and changes are rounded to nine decimals, at the end: more than the data can mean, and far fewer bytes than
/// all digits of a double.
[[nodiscard]] Metrics measures(const Sums& sums) noexcept;
[[nodiscard]] Change change(const Sums& before, const Sums& after) noexcept;

/// Copies the nine measures into a row that has them as members.
template <class Row>
void set_measures(Row& row, const Metrics& metrics) {
  row.spend = metrics.spend;
  row.revenue = metrics.revenue;
  row.impressions = metrics.impressions;
  row.clicks = metrics.clicks;
  row.conversions = metrics.conversions;
  row.roas = metrics.roas;
  row.ctr = metrics.ctr;
  row.cpc = metrics.cpc;
  row.cpa = metrics.cpa;
}

/// Days first … last, both included.
struct Period {
  Day first;
  Day last;
  [[nodiscard]] std::int64_t length() const noexcept { return (last - first).count() + 1; }
  [[nodiscard]] bool contains(Day day) const noexcept { return first <= day && day <= last; }
};

/// A range as asked for; absent ends give the 30 days up to `today` (or of the end that is given). Throws
/// Error{invalid_field} naming "start" or "end" when start > end or the range is longer than kLongestRange.
[[nodiscard]] Period checked_period(std::optional<Day> start, std::optional<Day> end, Day today);
/// The period of equal length that ends the day before.
[[nodiscard]] Period previous_period(const Period& period) noexcept;

struct DaySums {
  Day day;
  Sums sums;
};

/// One point for every day of `period` until today, or until the last with data: an account's day can be ahead. A day
/// without any row is zero; its revenue and conversions are null when no row of the period reports them. `days` may be
/// unordered and hold a day several times.
[[nodiscard]] std::vector<TrendPoint> trend(const Period& period, const std::vector<DaySums>& days, Day today);

}  // namespace omnify::metrics
