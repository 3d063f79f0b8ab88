#include "sync/reconciliation.h"

#include <array>
#include <cstdlib>
#include <map>

namespace omnify::sync {
namespace {

/// A measure as micros or, of counts, as whole units; `least` is what may always differ.
struct Measure {
  ReconciledMetric metric;
  std::int64_t least;
  bool counts;
  std::int64_t (*read)(const AccountDay&);
};

constexpr Micros kHundredth = kMicrosPerUnit / 100;

constexpr std::array<Measure, 5> kMeasures{
    {{ReconciledMetric::impressions, 1, true, [](const AccountDay& day) { return day.impressions; }},
     {ReconciledMetric::clicks, 1, true, [](const AccountDay& day) { return day.clicks; }},
     {ReconciledMetric::spend, kHundredth, false, [](const AccountDay& day) { return day.spend; }},
     {ReconciledMetric::conversions, kHundredth, false,
      [](const AccountDay& day) { return day.conversions.value_or(0); }},
     {ReconciledMetric::revenue, kHundredth, false, [](const AccountDay& day) { return day.revenue.value_or(0); }}}};

Decimal decimal(const Measure& measure, std::int64_t value) {
  return measure.counts ? Decimal{value * kMicrosPerUnit} : Decimal{value};
}

}  // namespace

std::vector<Deviation> deviations(const DayCheck& check) {
  std::vector<Deviation> out;
  for (const auto& measure : kMeasures) {
    const auto ours = measure.read(check.ours);
    const auto theirs = measure.read(check.theirs);
    if (std::abs(ours - theirs) <= std::max(measure.least, std::abs(theirs) / kTolerance)) continue;
    out.push_back({.day = check.day(),
                   .metric = measure.metric,
                   .ours = decimal(measure, ours),
                   .theirs = decimal(measure, theirs),
                   .difference = decimal(measure, ours - theirs),
                   .checked_at = check.checked_at,
                   .reread_at = check.reread_at});
  }
  return out;
}

std::vector<DayCheck> pair_days(Day first, Day last, const std::vector<AccountDay>& ours,
                                const std::vector<AccountDay>& theirs, Instant checked_at) {
  std::map<Day, DayCheck> days;
  for (Day day = first; day <= last; day += std::chrono::days(1)) {
    days[day] = {.ours = {.day = day}, .theirs = {.day = day}, .checked_at = checked_at};
  }
  for (const auto& day : ours) {
    if (const auto found = days.find(day.day); found != days.end()) found->second.ours = day;
  }
  for (const auto& day : theirs) {
    if (const auto found = days.find(day.day); found != days.end()) found->second.theirs = day;
  }
  std::vector<DayCheck> out;
  out.reserve(days.size());
  for (const auto& [day, check] : days) out.push_back(check);
  return out;
}

}  // namespace omnify::sync
