// Ratios of sums (ROAS, CTR, CPC, CPA) with uncertainty, and the comparison of two of them.
//
// A ratio over a window is sum of numerators ÷ sum of denominators, never a mean of daily ratios. Its uncertainty is
// the linearized (delta method) variance of the ratio estimator with days as sampling units: W. G. Cochran, "Sampling
// Techniques", 3rd ed. 1977, §6.4; on the log scale, so that intervals stay positive. Neighboring days are alike, so
// the variance is the larger of the independent one and the one with Bartlett weights over two lags (Newey & West,
// Econometrica 55, 1987).
#pragma once

#include <optional>
#include <span>

#include "statistics/distribution.h"

namespace omnify::statistics {

struct RatioEstimate {
  double value = 0;               ///< > 0
  double log_standard_error = 0;  ///< standard error of log(value)
  double degrees_of_freedom = 1;
};

/// One entry per day in both spans, in the order of the days. `minimum_relative_variance` is a floor from counting
/// theory (1 / events), for windows that look steadier than chance allows.
/// nullopt when either sum is not positive or fewer than two days have a denominator: no decision can rest on it.
[[nodiscard]] std::optional<RatioEstimate> estimate_ratio(std::span<const double> numerators,
                                                          std::span<const double> denominators,
                                                          double minimum_relative_variance = 0);

/// Central interval of the ratio; `confidence` in (0, 1), for example 0.8.
[[nodiscard]] Interval interval(const RatioEstimate& estimate, double confidence);

/// The estimate with its variance drawn toward what is typical of its kind: s̃² = (d₀ s₀² + d s²) ÷ (d₀ + d) with d₀ + d
/// degrees of freedom (G. K. Smyth, Stat. Appl. Genet. Mol. Biol. 3, 2004). For short windows, whose own variance says
/// little. `typical_variance` (s₀²) is that of log(value).
[[nodiscard]] RatioEstimate moderate(const RatioEstimate& estimate, double typical_variance, double prior_degrees);

/// log(after / before) with its uncertainty (Welch–Satterthwaite degrees of freedom).
struct LogChange {
  double value = 0;
  double standard_error = 0;
  double degrees_of_freedom = 1;
};

[[nodiscard]] LogChange compare(const RatioEstimate& before, const RatioEstimate& after);
/// (change of one) − (change of the others): difference in differences of independent groups.
[[nodiscard]] LogChange difference(const LogChange& own, const LogChange& others);

/// One-sided p-value of "there is no decrease": small when `change` is convincingly below `threshold`.
[[nodiscard]] double p_value_decrease(const LogChange& change, double threshold = 0);
/// One-sided p-value of "there is no increase" over `threshold`.
[[nodiscard]] double p_value_increase(const LogChange& change, double threshold = 0);

/// Posterior mean under a normal prior around zero with the given standard deviation: noisy values move toward zero.
[[nodiscard]] double shrink_to_zero(double value, double standard_error, double prior_standard_deviation);

}  // namespace omnify::statistics
