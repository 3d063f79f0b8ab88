// Quantiles and tail probabilities of the distributions that the estimators use (Boost.Math behind a plain face).
#pragma once

namespace omnify::statistics {

/// Closed range of plausible values.
struct Interval {
  double low = 0;
  double high = 0;
};

/// z with Φ(z) = p, 0 < p < 1.
[[nodiscard]] double normal_quantile(double p);
[[nodiscard]] double normal_cdf(double z);

/// Student's t; `degrees_of_freedom` > 0 and may be fractional (Welch–Satterthwaite).
[[nodiscard]] double student_t_quantile(double p, double degrees_of_freedom);
[[nodiscard]] double student_t_cdf(double t, double degrees_of_freedom);

/// P(N ≤ count) of a Poisson count with the given mean; a fractional count is continued by the gamma function.
[[nodiscard]] double poisson_cdf(double count, double mean);

/// Quantile of the gamma distribution with scale 1.
[[nodiscard]] double gamma_quantile(double p, double shape);

}  // namespace omnify::statistics
