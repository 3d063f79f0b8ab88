// The trend of a daily ratio (revenue per spend, clicks per impression) and its scatter around it.
//
// Model: E[numerator] = denominator · exp(level + slope · day) · weekday factor, fitted by quasi-Poisson regression
// (McCullagh & Nelder, "Generalized Linear Models", 2nd ed. 1989, ch. 6 and 9): days weigh by what they carry, days
// with a zero numerator count, and the variance is scaled by the Pearson dispersion.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace omnify::statistics {

struct RateTrend {
  double log_slope_per_day = 0;
  double standard_error = 0;  ///< of the slope
  double degrees_of_freedom = 1;
  std::vector<double> fitted;  ///< expected numerator of each day
};

/// One entry per consecutive day. Weekday factors need three full weeks; with fewer days they are left out.
/// nullopt with fewer than 14 days that have a denominator, or when the numerators sum to zero.
[[nodiscard]] std::optional<RateTrend> fit_rate_trend(std::span<const double> numerators,
                                                      std::span<const double> denominators);

/// Typical relative distance of a day from its fitted value, as a coefficient of variation: sqrt(π/2) × the weighted
/// mean absolute deviation (equal to the standard deviation for normal noise, but one wild day moves it less, and
/// unlike a median it does not fall to zero when most days have a zero numerator).
[[nodiscard]] double volatility(std::span<const double> numerators, const RateTrend& trend);

}  // namespace omnify::statistics
