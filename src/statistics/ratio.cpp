#include "statistics/ratio.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace omnify::statistics {
namespace {

constexpr std::size_t kLags = 2;

double autocovariance_sum(std::span<const double> residuals, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = lag; i < residuals.size(); ++i) sum += residuals[i] * residuals[i - lag];
  return sum;
}

/// Variance of a sum of residuals: independent, or with Bartlett weights when neighbors move together (Newey, West
/// 1987). The residuals sum to zero by construction, which biases the estimate down by (1 + 2 Σ weights) / n; that is
/// undone.
double variance_of_sum(std::span<const double> residuals) {
  const auto n = static_cast<double>(residuals.size());
  const double independent = autocovariance_sum(residuals, 0);
  double correlated = independent;
  double lost = 1;
  for (std::size_t lag = 1; lag <= kLags && lag < residuals.size(); ++lag) {
    const double weight = 1.0 - static_cast<double>(lag) / static_cast<double>(kLags + 1);
    correlated += 2 * weight * autocovariance_sum(residuals, lag);
    lost += 2 * weight;
  }
  const double independent_estimate = independent * n / (n - 1);
  if (n <= lost) return independent_estimate;
  return std::max(independent_estimate, correlated * n / (n - lost));
}

double welch_degrees(double variance_a, double degrees_a, double variance_b, double degrees_b) {
  const double denominator = variance_a * variance_a / degrees_a + variance_b * variance_b / degrees_b;
  if (denominator <= 0) return std::min(degrees_a, degrees_b);
  const double sum = variance_a + variance_b;
  return sum * sum / denominator;
}

}  // namespace

std::optional<RatioEstimate> estimate_ratio(std::span<const double> numerators, std::span<const double> denominators,
                                            double minimum_relative_variance) {
  double numerator_sum = 0;
  double denominator_sum = 0;
  std::size_t days = 0;
  for (std::size_t i = 0; i < denominators.size(); ++i) {
    numerator_sum += numerators[i];
    denominator_sum += denominators[i];
    if (denominators[i] > 0) ++days;
  }
  if (numerator_sum <= 0 || denominator_sum <= 0 || days < 2) return std::nullopt;

  const double value = numerator_sum / denominator_sum;
  std::vector<double> residuals;
  residuals.reserve(denominators.size());
  for (std::size_t i = 0; i < denominators.size(); ++i) {
    if (denominators[i] == 0 && numerators[i] == 0) continue;
    residuals.push_back(numerators[i] - value * denominators[i]);
  }
  const double relative_variance = variance_of_sum(residuals) / (numerator_sum * numerator_sum);
  return RatioEstimate{.value = value,
                       .log_standard_error = std::sqrt(std::max(relative_variance, minimum_relative_variance)),
                       .degrees_of_freedom = static_cast<double>(days - 1)};
}

Interval interval(const RatioEstimate& estimate, double confidence) {
  const double half =
      student_t_quantile(0.5 + confidence / 2, estimate.degrees_of_freedom) * estimate.log_standard_error;
  return {estimate.value * std::exp(-half), estimate.value * std::exp(half)};
}

RatioEstimate moderate(const RatioEstimate& estimate, double typical_variance, double prior_degrees) {
  const double degrees = prior_degrees + estimate.degrees_of_freedom;
  const double own = estimate.log_standard_error * estimate.log_standard_error;
  return {
      .value = estimate.value,
      .log_standard_error = std::sqrt((prior_degrees * typical_variance + estimate.degrees_of_freedom * own) / degrees),
      .degrees_of_freedom = degrees};
}

LogChange compare(const RatioEstimate& before, const RatioEstimate& after) {
  const double variance_before = before.log_standard_error * before.log_standard_error;
  const double variance_after = after.log_standard_error * after.log_standard_error;
  return {.value = std::log(after.value / before.value),
          .standard_error = std::sqrt(variance_before + variance_after),
          .degrees_of_freedom =
              welch_degrees(variance_before, before.degrees_of_freedom, variance_after, after.degrees_of_freedom)};
}

LogChange difference(const LogChange& own, const LogChange& others) {
  const double variance_own = own.standard_error * own.standard_error;
  const double variance_others = others.standard_error * others.standard_error;
  return {.value = own.value - others.value,
          .standard_error = std::sqrt(variance_own + variance_others),
          .degrees_of_freedom =
              welch_degrees(variance_own, own.degrees_of_freedom, variance_others, others.degrees_of_freedom)};
}

double p_value_decrease(const LogChange& change, double threshold) {
  if (change.standard_error <= 0) return change.value < threshold ? 0.0 : 1.0;
  return student_t_cdf((change.value - threshold) / change.standard_error, change.degrees_of_freedom);
}

double p_value_increase(const LogChange& change, double threshold) {
  return p_value_decrease({-change.value, change.standard_error, change.degrees_of_freedom}, -threshold);
}

double shrink_to_zero(double value, double standard_error, double prior_standard_deviation) {
  const double prior = prior_standard_deviation * prior_standard_deviation;
  return value * prior / (prior + standard_error * standard_error);
}

}  // namespace omnify::statistics
