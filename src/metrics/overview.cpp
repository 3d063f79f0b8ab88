#include "metrics/overview.h"

#include <algorithm>

namespace omnify::metrics {
namespace {

/// Sums of the period and of the one before.
struct Pair {
  Sums current;
  Sums previous;
};

std::vector<PlatformRow> platform_rows(const std::map<std::string, Pair>& platforms, const OverviewFacts& facts) {
  std::vector<PlatformRow> rows;
  for (const auto& [platform, sums] : platforms) {
    auto& row = rows.emplace_back();
    row.platform = platform;
    set_measures(row, measures(sums.current));
    row.previous = measures(sums.previous);
    row.change = change(sums.previous, sums.current);
    if (const auto synced = facts.last_synced_at.find(platform); synced != facts.last_synced_at.end())
      row.last_synced_at = synced->second;
  }
  std::ranges::sort(rows, [](const PlatformRow& a, const PlatformRow& b) {
    return a.spend != b.spend ? a.spend > b.spend : a.platform < b.platform;
  });
  return rows;
}

}  // namespace

Overview assemble(const Period& period, const OverviewFacts& facts) {
  const auto before = previous_period(period);
  Conversion conversion(facts.rates, facts.currency);
  Conversion previous_conversion(facts.rates, facts.currency);
  Pair totals;
  std::map<std::string, Pair> platforms;
  std::vector<DaySums> days;
  days.reserve(facts.days.size());
  for (const auto& row : facts.days) {
    const bool current = period.contains(row.day);
    const auto sums = (current ? conversion : previous_conversion).convert(row.currency, row.day, row.sums);
    if (!sums) continue;
    auto& platform = platforms[row.platform];
    (current ? totals.current : totals.previous) += *sums;
    (current ? platform.current : platform.previous) += *sums;
    days.push_back({row.day, *sums});
  }
  Overview out;
  out.start = period.first;
  out.end = period.last;
  out.previous_start = before.first;
  out.previous_end = before.last;
  out.currency = facts.currency;
  out.time_zone = facts.time_zone;
  out.totals = measures(totals.current);
  out.previous = measures(totals.previous);
  out.change = change(totals.previous, totals.current);
  out.platforms = platform_rows(platforms, facts);
  out.trend = trend(period, days, facts.today);
  out.previous_trend = trend(before, days, facts.today);
  out.converted = conversion.converted();
  out.excluded = conversion.excluded();
  out.previous_excluded = previous_conversion.excluded();
  out.first_day = facts.first_day;
  out.last_day = facts.last_day;
  out.campaigns = facts.campaigns;
  return out;
}

}  // namespace omnify::metrics
