#include "insights/risk.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/display.h"
#include "base/money.h"
#include "statistics/ratio.h"
#include "statistics/trend.h"

namespace omnify::insights {
namespace {

using display::signed_percent;
using display::whole;
using statistics::LogChange;

// Most points of each input; together 100. Reasons: docs/science.md.
constexpr double kRoasPoints = 60;
constexpr double kTrendPoints = 12;
constexpr double kCtrPoints = 10;
constexpr double kCpcPoints = 10;
constexpr double kVolatilityPoints = 8;

// Where an input reaches its most points.
constexpr double kWorstWeeklyFall = 0.10;
constexpr double kWorstCtrFall = 0.30;
constexpr double kWorstCpcRise = 0.30;
constexpr double kCalmVolatility = 0.3;
constexpr double kWildVolatility = 1.0;

// Standard deviations that such quantities have across campaigns, on the log scale: what noise is shrunk against.
constexpr double kRoasPrior = 0.7;
constexpr double kSlopePrior = 0.01;  // a day
constexpr double kChangePrior = 0.25;

// Below these nothing is said.
constexpr int kLeastSpendDays = 14;
constexpr std::int64_t kLeastImpressions = 1000;
constexpr std::int64_t kLeastClicks = 20;
constexpr double kLeastConversions = 10;
// Rule of three: no conversion in 300 clicks excludes a conversion rate of 1 % at the 95 % level.
constexpr std::int64_t kTellingClicks = 300;

constexpr std::int64_t kHighScore = 60;
constexpr std::int64_t kModerateScore = 30;
constexpr int kRecentDays = 7;

constexpr std::string_view kFormula =
    "0 to 100 points from the last 28 complete days. ROAS against the {}: one point for each percent below it, at most "
    "60. ROAS trend: up to 12, all of them at \u221210\u202f% a week. CTR of the last 7 days against the 21 before: up "
    "to 10, all at \u221230\u202f%. CPC likewise: up to 10, all at +30\u202f%. Volatility of daily ROAS beyond chance: "
    "up to 8, from 0.3 to 1.0. Changes count after noise is taken out: the less certain, the fewer points. Revenue "
    "leaves out the newest 3 days, which still grow. High from 60, Moderate from 30, Low below.";

/// The windows as numbers in major units.
struct Series {
  std::vector<double> impressions, clicks, spend;            ///< kRiskDays complete days
  std::vector<double> mature_spend, revenue, mature_clicks;  ///< kRiskDays days that end kImmatureDays earlier
  double conversions = 0;                                    ///< of the mature days
  double revenue_sum = 0;
  double mature_spend_sum = 0;
  std::int64_t clicks_sum = 0;
  std::int64_t impressions_sum = 0;
  int spend_days = 0;
  bool reports_revenue = false;
  bool reports_conversions = false;
};

double units(Micros micros) { return static_cast<double>(micros) / static_cast<double>(kMicrosPerUnit); }

Series windows(std::span<const metrics::Sums> days) {
  Series out;
  const auto recent = days.last(std::min<std::size_t>(days.size(), kRiskDays));
  for (const auto& day : recent) {
    out.impressions.push_back(static_cast<double>(day.impressions));
    out.clicks.push_back(static_cast<double>(day.clicks));
    out.spend.push_back(units(day.spend));
    out.clicks_sum += day.clicks;
    out.impressions_sum += day.impressions;
    if (day.spend > 0) ++out.spend_days;
  }
  const auto settled = days.first(days.size() - std::min<std::size_t>(days.size(), kImmatureDays));
  for (const auto& day : settled.last(std::min<std::size_t>(settled.size(), kRiskDays))) {
    out.mature_spend.push_back(units(day.spend));
    out.mature_spend_sum += units(day.spend);
    out.revenue.push_back(units(day.revenue.value_or(0)));
    out.revenue_sum += out.revenue.back();
    out.conversions += units(day.conversions.value_or(0));
    out.reports_revenue = out.reports_revenue || day.revenue;
    out.reports_conversions = out.reports_conversions || day.conversions;
  }
  return out;
}

std::optional<std::string> too_little(const Series& series) {
  if (series.spend_days < kLeastSpendDays) {
    return fmt::format("Spend on {} of the last {} complete days; the score needs {}.", series.spend_days, kRiskDays,
                       kLeastSpendDays);
  }
  if (!series.reports_revenue) return "The platform reports no revenue for these days, so there is no ROAS to judge.";
  if (series.impressions_sum < kLeastImpressions || series.clicks_sum < kLeastClicks) {
    return fmt::format("{} impressions and {} clicks in {} days; the score needs {} and {}.",
                       whole(series.impressions_sum), whole(series.clicks_sum), kRiskDays, kLeastImpressions,
                       kLeastClicks);
  }
  if (series.clicks_sum < kTellingClicks && (!series.reports_conversions || series.conversions < kLeastConversions)) {
    return fmt::format("{:.4g} conversions and {} clicks in {} days; the score needs {} conversions or {} clicks.",
                       series.conversions, whole(series.clicks_sum), kRiskDays, kLeastConversions, kTellingClicks);
  }
  return std::nullopt;
}

double points(double share, double most) {
  if (!std::isfinite(share)) return 0;
  return std::round(10 * most * std::clamp(share, 0.0, 1.0)) / 10;
}

void unknown(RiskInput& input) { input.display = "cannot be told"; }

/// Relative variance that counting alone gives: 1 / events.
double counting_floor(double events) { return events > 0 ? 1 / events : 1; }

RiskInput roas_input(const Series& series, std::optional<double> target) {
  const double wanted = target.value_or(1.0);
  RiskInput input{.name = "roas_vs_target",
                  .label = target ? "ROAS against target" : "ROAS against break-even (no target is set)",
                  .value = {},
                  .display = {},
                  .points = 0,
                  .max_points = kRoasPoints};
  const auto roas = ratio(series.revenue_sum, series.mature_spend_sum);
  if (!roas || !series.reports_revenue) {
    unknown(input);
    return input;
  }
  input.value = *roas;
  input.display = fmt::format("{:.2f} against {:.2f}", *roas, wanted);
  const double floor = series.reports_conversions ? counting_floor(series.conversions) : 0;
  const auto estimate = statistics::estimate_ratio(series.revenue, series.mature_spend, floor);
  // Without any revenue the gate has made sure that there were enough clicks: nothing came back.
  const double gap = estimate ? statistics::shrink_to_zero(std::log(estimate->value / wanted),
                                                           estimate->log_standard_error, kRoasPrior)
                              : (*roas > 0 ? std::log(*roas / wanted) : -HUGE_VAL);
  input.points = points((1 - std::exp(gap)) * 100 / kRoasPoints, kRoasPoints);
  return input;
}

RiskInput trend_input(const std::optional<statistics::RateTrend>& trend) {
  RiskInput input{
      .name = "roas_trend", .label = "ROAS trend", .value = {}, .display = {}, .points = 0, .max_points = kTrendPoints};
  if (!trend) {
    unknown(input);
    return input;
  }
  const double weekly = std::expm1(kRecentDays * trend->log_slope_per_day);
  input.value = weekly;
  input.display =
      fmt::format("{} a week (\u00b1 {:.0f} points)", signed_percent(weekly),
                  100 * kRecentDays * trend->standard_error * std::exp(kRecentDays * trend->log_slope_per_day));
  const double slope = statistics::shrink_to_zero(trend->log_slope_per_day, trend->standard_error, kSlopePrior);
  input.points = points(-std::expm1(kRecentDays * slope) / kWorstWeeklyFall, kTrendPoints);
  return input;
}

/// Last 7 days against the 21 before; empty when either window has too little.
std::optional<LogChange> recent_change(std::span<const double> numerators, std::span<const double> denominators,
                                       std::span<const double> clicks) {
  if (numerators.size() < kRiskDays) return std::nullopt;
  constexpr std::size_t kSplit = kRiskDays - kRecentDays;
  const auto sum = [](std::span<const double> values) {
    double total = 0;
    for (const double value : values) total += value;
    return total;
  };
  const auto before = statistics::estimate_ratio(numerators.first(kSplit), denominators.first(kSplit),
                                                 counting_floor(sum(clicks.first(kSplit))));
  const auto after = statistics::estimate_ratio(numerators.subspan(kSplit), denominators.subspan(kSplit),
                                                counting_floor(sum(clicks.subspan(kSplit))));
  if (!before || !after) return std::nullopt;
  return statistics::compare(*before, *after);
}

RiskInput change_input(std::string_view name, std::string_view label, const std::optional<LogChange>& change,
                       double worst, double most) {
  RiskInput input{.name = std::string(name),
                  .label = std::string(label),
                  .value = {},
                  .display = {},
                  .points = 0,
                  .max_points = most};
  if (!change) {
    unknown(input);
    return input;
  }
  input.value = std::expm1(change->value);
  input.display = fmt::format("{} in 7 days", signed_percent(*input.value));
  const double shrunk = statistics::shrink_to_zero(change->value, change->standard_error, kChangePrior);
  input.points = points(std::expm1(shrunk) / worst, most);
  return input;
}

RiskInput volatility_input(const Series& series, const std::optional<statistics::RateTrend>& trend) {
  RiskInput input{.name = "volatility",
                  .label = "Volatility of daily ROAS",
                  .value = {},
                  .display = {},
                  .points = 0,
                  .max_points = kVolatilityPoints};
  if (!trend) {
    unknown(input);
    return input;
  }
  const double scatter = statistics::volatility(series.revenue, *trend);
  // Few conversions a day scatter by chance: that part is no risk of the campaign's.
  const double chance = series.reports_conversions && series.conversions > 0
                            ? static_cast<double>(series.revenue.size()) / series.conversions
                            : 0;
  const double beyond = std::sqrt(std::max(0.0, scatter * scatter - chance));
  input.value = beyond;
  input.display = fmt::format("{} from day to day beyond chance", display::percent(beyond));
  input.points = points((beyond - kCalmVolatility) / (kWildVolatility - kCalmVolatility), kVolatilityPoints);
  return input;
}

std::optional<statistics::RateTrend> usable(std::optional<statistics::RateTrend> trend) {
  if (trend && std::isfinite(trend->log_slope_per_day) && std::isfinite(trend->standard_error)) return trend;
  return std::nullopt;
}

RiskLevel level_of(std::int64_t score) {
  if (score >= kHighScore) return RiskLevel::high;
  return score >= kModerateScore ? RiskLevel::moderate : RiskLevel::low;
}

/// A value that overflowed (amounts at the edge of the range) is shown as unknown.
void drop_nonsense(RiskInput& input) {
  if (input.value && std::isfinite(*input.value)) return;
  input.value.reset();
  input.points = 0;
  unknown(input);
}

}  // namespace

RiskScore risk_score(std::span<const metrics::Sums> days, std::optional<double> target_roas) {
  if (days.size() > kSeriesDays) days = days.last(kSeriesDays);
  const auto series = windows(days);
  RiskScore out;
  out.formula = fmt::format(fmt::runtime(kFormula), target_roas ? "target" : "break-even of 1.0, as no target is set");
  const auto trend = usable(statistics::fit_rate_trend(series.revenue, series.mature_spend));
  out.inputs.push_back(roas_input(series, target_roas));
  out.inputs.push_back(trend_input(trend));
  out.inputs.push_back(change_input("ctr_change", "CTR, 7 days against 21",
                                    recent_change(series.clicks, series.impressions, series.clicks), -kWorstCtrFall,
                                    kCtrPoints));
  out.inputs.push_back(change_input("cpc_change", "CPC, 7 days against 21",
                                    recent_change(series.spend, series.clicks, series.clicks), kWorstCpcRise,
                                    kCpcPoints));
  out.inputs.push_back(volatility_input(series, trend));
  double total = 0;
  for (auto& input : out.inputs) {
    drop_nonsense(input);
    total += input.points;
  }
  out.reason = too_little(series);
  if (out.reason) return out;
  out.enough_data = true;
  out.score = static_cast<std::int64_t>(std::llround(std::min(total, 100.0)));
  out.level = level_of(*out.score);
  return out;
}

}  // namespace omnify::insights
