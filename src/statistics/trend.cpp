#include "statistics/trend.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace omnify::statistics {
namespace {

constexpr std::size_t kMinimumDays = 14;
constexpr std::size_t kMinimumDaysForWeekdays = 21;
constexpr std::size_t kWeek = 7;
constexpr int kIterations = 50;
constexpr double kTolerance = 1e-10;
constexpr double kLargestStep = 0.5;   // of the slope times the half width of the window: keeps exp() in range
constexpr double kLowestFactor = 0.1;  // a weekday without any numerator keeps a small expectation

struct Line {
  double level = 0;
  double slope = 0;
  double information = 0;  ///< of the slope, level profiled out
};

/// Newton's method for the two-parameter Poisson likelihood; time is centered by the caller.
Line fit_line(std::span<const double> numerators, std::span<const double> exposures, std::span<const double> times) {
  Line line;
  double numerator_sum = 0;
  double exposure_sum = 0;
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    numerator_sum += numerators[i];
    exposure_sum += exposures[i];
  }
  line.level = std::log(numerator_sum / exposure_sum);
  const double half_width = std::max(1.0, -times.front());
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    double mass = 0;
    double first = 0;
    double second = 0;
    double score_slope = 0;
    for (std::size_t i = 0; i < numerators.size(); ++i) {
      const double expected = exposures[i] * std::exp(line.level + line.slope * times[i]);
      mass += expected;
      first += expected * times[i];
      second += expected * times[i] * times[i];
      score_slope += (numerators[i] - expected) * times[i];
    }
    const double score_level = numerator_sum - mass;
    line.information = second - first * first / mass;
    if (line.information <= 0) return line;
    double step = (score_slope - first / mass * score_level) / line.information;
    step = std::clamp(step, -kLargestStep / half_width, kLargestStep / half_width);
    line.slope += step;
    // The level has a closed form for a given slope.
    double weighted = 0;
    for (std::size_t i = 0; i < exposures.size(); ++i) weighted += exposures[i] * std::exp(line.slope * times[i]);
    line.level = std::log(numerator_sum / weighted);
    if (std::abs(step) * half_width < kTolerance) break;
  }
  return line;
}

std::vector<double> fitted_values(const Line& line, std::span<const double> exposures, std::span<const double> times) {
  std::vector<double> fitted(exposures.size());
  for (std::size_t i = 0; i < exposures.size(); ++i)
    fitted[i] = exposures[i] * std::exp(line.level + line.slope * times[i]);
  return fitted;
}

/// Exposures multiplied by their weekday's observed ÷ fitted.
std::vector<double> with_weekdays(std::span<const double> numerators, std::span<const double> exposures,
                                  std::span<const double> fitted) {
  std::array<double, kWeek> observed{};
  std::array<double, kWeek> expected{};
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    observed[i % kWeek] += numerators[i];
    expected[i % kWeek] += fitted[i];
  }
  std::vector<double> adjusted(exposures.begin(), exposures.end());
  for (std::size_t i = 0; i < adjusted.size(); ++i) {
    const double weekday = expected[i % kWeek] > 0 ? observed[i % kWeek] / expected[i % kWeek] : 1.0;
    adjusted[i] *= std::max(weekday, kLowestFactor);
  }
  return adjusted;
}

double dispersion(std::span<const double> numerators, std::span<const double> fitted, double degrees) {
  double pearson = 0;
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    const double residual = numerators[i] - fitted[i];
    if (fitted[i] > 0) pearson += residual * residual / fitted[i];
  }
  return pearson / degrees;
}

}  // namespace

std::optional<RateTrend> fit_rate_trend(std::span<const double> numerators, std::span<const double> denominators) {
  const auto days = static_cast<std::size_t>(std::ranges::count_if(denominators, [](double x) { return x > 0; }));
  double numerator_sum = 0;
  for (std::size_t i = 0; i < numerators.size(); ++i) numerator_sum += denominators[i] > 0 ? numerators[i] : 0.0;
  if (days < kMinimumDays || numerator_sum <= 0) return std::nullopt;

  std::vector<double> times(denominators.size());
  const double center = static_cast<double>(denominators.size() - 1) / 2;
  for (std::size_t i = 0; i < times.size(); ++i) times[i] = static_cast<double>(i) - center;

  // A numerator without a denominator cannot inform a rate.
  std::vector<double> observed(numerators.begin(), numerators.end());
  for (std::size_t i = 0; i < observed.size(); ++i)
    if (denominators[i] <= 0) observed[i] = 0;

  std::vector<double> exposures(denominators.begin(), denominators.end());
  Line line = fit_line(observed, exposures, times);
  double parameters = 2;
  if (days >= kMinimumDaysForWeekdays) {
    exposures = with_weekdays(observed, exposures, fitted_values(line, exposures, times));
    line = fit_line(observed, exposures, times);
    parameters += static_cast<double>(kWeek) - 1;
  }
  RateTrend trend;
  trend.log_slope_per_day = line.slope;
  trend.degrees_of_freedom = static_cast<double>(days) - parameters;
  trend.fitted = fitted_values(line, exposures, times);
  if (line.information <= 0) return std::nullopt;
  trend.standard_error = std::sqrt(dispersion(observed, trend.fitted, trend.degrees_of_freedom) / line.information);
  return trend;
}

double volatility(std::span<const double> numerators, const RateTrend& trend) {
  double deviation = 0;
  double expected = 0;
  double days = 0;
  for (std::size_t i = 0; i < trend.fitted.size(); ++i) {
    if (trend.fitted[i] <= 0) continue;
    deviation += std::abs(numerators[i] - trend.fitted[i]);
    expected += trend.fitted[i];
    days += 1;
  }
  const double small_sample = std::sqrt(days / trend.degrees_of_freedom);
  return std::sqrt(std::numbers::pi / 2) * small_sample * deviation / expected;
}

}  // namespace omnify::statistics
