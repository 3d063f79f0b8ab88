#include "metrics/measures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace omnify::metrics {
namespace {

constexpr std::int64_t kDefaultRange = 30;

void add(std::optional<Micros>& sum, const std::optional<Micros>& value) noexcept {
  if (value) sum = sum.value_or(0) + *value;
}

double units(Micros micros) noexcept { return static_cast<double>(micros) / static_cast<double>(kMicrosPerUnit); }

std::optional<double> rounded(std::optional<double> value) noexcept {
  constexpr double kScale = 1e9;
  if (value) *value = std::round(*value * kScale) / kScale + 0.0;  // -0 becomes 0
  return value;
}

std::optional<double> relative(std::optional<double> before, std::optional<double> after) noexcept {
  if (!before || !after || *before == 0) return std::nullopt;
  return rounded(*after / *before - 1);
}

std::optional<double> amount(const std::optional<Decimal>& value) noexcept {
  if (!value) return std::nullopt;
  return units(value->micros);
}

Metrics exact(const Sums& sums) noexcept {
  Metrics out;
  out.spend = Decimal{sums.spend};
  out.impressions = sums.impressions;
  out.clicks = sums.clicks;
  const double spend = units(sums.spend);
  out.ctr = ratio(static_cast<double>(sums.clicks), static_cast<double>(sums.impressions));
  out.cpc = ratio(spend, static_cast<double>(sums.clicks));
  if (sums.revenue) {
    out.revenue = Decimal{*sums.revenue};
    out.roas = ratio(units(*sums.revenue), spend);
  }
  if (sums.conversions) {
    out.conversions = units(*sums.conversions);
    out.cpa = ratio(spend, *out.conversions);
  }
  return out;
}

}  // namespace

Sums& Sums::operator+=(const Sums& other) noexcept {
  impressions += other.impressions;
  clicks += other.clicks;
  spend += other.spend;
  add(conversions, other.conversions);
  add(revenue, other.revenue);
  return *this;
}

Metrics measures(const Sums& sums) noexcept {
  auto out = exact(sums);
  for (auto* ratio : {&out.roas, &out.ctr, &out.cpc, &out.cpa}) *ratio = rounded(*ratio);
  return out;
}

Change change(const Sums& before, const Sums& after) noexcept {
  const auto previous = exact(before);
  const auto current = exact(after);
  return {.spend = relative(units(previous.spend.micros), units(current.spend.micros)),
          .revenue = relative(amount(previous.revenue), amount(current.revenue)),
          .impressions = relative(static_cast<double>(previous.impressions), static_cast<double>(current.impressions)),
          .clicks = relative(static_cast<double>(previous.clicks), static_cast<double>(current.clicks)),
          .conversions = relative(previous.conversions, current.conversions),
          .roas = relative(previous.roas, current.roas),
          .ctr = relative(previous.ctr, current.ctr),
          .cpc = relative(previous.cpc, current.cpc),
          .cpa = relative(previous.cpa, current.cpa)};
}

Period checked_period(std::optional<Day> start, std::optional<Day> end, Day today) {
  Period period{};
  if (end) {
    period.last = *end;
  } else {
    period.last = start ? std::max(*start, today) : today;
  }
  period.first = start.value_or(period.last - std::chrono::days{kDefaultRange - 1});
  if (period.first > period.last) throw Error::field("start", "The range starts after it ends.");
  if (period.length() > kLongestRange) {
    throw Error::field("start",
                       fmt::format("A range has at most {} days, this one has {}.", kLongestRange, period.length()));
  }
  return period;
}

Period previous_period(const Period& period) noexcept {
  return {period.first - std::chrono::days{period.length()}, period.first - std::chrono::days{1}};
}

std::vector<TrendPoint> trend(const Period& period, const std::vector<DaySums>& days, Day today) {
  std::vector<std::optional<Sums>> found(static_cast<std::size_t>(period.length()));
  Sums total;
  auto last = std::min(period.last, today);
  for (const auto& [day, sums] : days) {
    if (!period.contains(day)) continue;
    auto& slot = found[static_cast<std::size_t>((day - period.first).count())];
    if (!slot) slot.emplace();
    *slot += sums;
    total += sums;
    last = std::max(last, day);
  }
  Sums nothing;
  if (total.conversions) nothing.conversions = 0;
  if (total.revenue) nothing.revenue = 0;
  std::vector<TrendPoint> points(last < period.first ? 0 : (last - period.first).count() + 1);
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i].date = period.first + std::chrono::days{i};
    points[i].partial = points[i].date >= today;
    set_measures(points[i], measures(found[i].value_or(nothing)));
  }
  return points;
}

}  // namespace omnify::metrics
