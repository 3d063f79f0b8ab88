#include "statistics/trend.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "statistics/distribution.h"

namespace omnify::statistics {
namespace {

std::vector<double> exponential(std::span<const double> exposures, double level, double slope) {
  std::vector<double> values;
  for (std::size_t i = 0; i < exposures.size(); ++i)
    values.push_back(exposures[i] * level * std::exp(slope * static_cast<double>(i)));
  return values;
}

TEST(RateTrend, RecoversAnExactTrend) {
  std::vector<double> spend;
  for (int day = 0; day < 28; ++day) spend.push_back(50 + 3 * (day % 5));
  const auto trend = fit_rate_trend(exponential(spend, 2.0, -0.02), spend);
  ASSERT_TRUE(trend);
  EXPECT_NEAR(trend->log_slope_per_day, -0.02, 1e-8);
  EXPECT_LT(trend->standard_error, 1e-6);
  EXPECT_NEAR(volatility(exponential(spend, 2.0, -0.02), *trend), 0.0, 1e-6);
}

TEST(RateTrend, MatchesAPoissonRegressionComputedElsewhere) {
  // Counts with a common exposure; weekday factors are off (14 days). The score equations Σ(y−μ) = 0 and Σ t(y−μ) = 0
  // define the maximum of the likelihood uniquely.
  const std::vector<double> counts{5, 3, 6, 4, 7, 6, 9, 8, 7, 10, 12, 9, 13, 12};
  const std::vector<double> exposures(counts.size(), 1.0);
  const auto trend = fit_rate_trend(counts, exposures);
  ASSERT_TRUE(trend);
  double level_score = 0;
  double slope_score = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    level_score += counts[i] - trend->fitted[i];
    slope_score += static_cast<double>(i) * (counts[i] - trend->fitted[i]);
  }
  EXPECT_NEAR(level_score, 0, 1e-6);
  EXPECT_NEAR(slope_score, 0, 1e-6);
  EXPECT_GT(trend->log_slope_per_day, 0.05);
}

TEST(RateTrend, WeekdayPatternIsNotTakenForATrendOrForScatter) {
  const std::vector<double> spend(28, 100.0);
  std::vector<double> revenue;
  for (int day = 0; day < 28; ++day) revenue.push_back(day % 7 >= 5 ? 500.0 : 100.0);
  const auto trend = fit_rate_trend(revenue, spend);
  ASSERT_TRUE(trend);
  EXPECT_NEAR(trend->log_slope_per_day, 0, 0.005);
  EXPECT_LT(volatility(revenue, *trend), 0.1);
}

TEST(RateTrend, TooFewDaysOrNoNumeratorGiveNoTrend) {
  const std::vector<double> ten(10, 1.0);
  EXPECT_FALSE(fit_rate_trend(ten, ten));
  const std::vector<double> month(28, 1.0);
  const std::vector<double> zero(28, 0.0);
  EXPECT_FALSE(fit_rate_trend(zero, month));
  EXPECT_FALSE(fit_rate_trend(month, zero));
}

TEST(RateTrend, SurvivesMostlyZeroDaysAndSuddenStops) {
  std::vector<double> revenue(28, 0.0);
  revenue[0] = 1e9;
  const std::vector<double> spend(28, 1.0);
  const auto trend = fit_rate_trend(revenue, spend);
  ASSERT_TRUE(trend);
  EXPECT_TRUE(std::isfinite(trend->log_slope_per_day));
  EXPECT_LT(trend->log_slope_per_day, 0);
  EXPECT_TRUE(std::isfinite(trend->standard_error));
  // The fall is all trend, so what scatters around it is finite and may be small.
  EXPECT_TRUE(std::isfinite(volatility(revenue, *trend)));
}

TEST(RateTrend, EightyPercentIntervalOfTheSlopeCoversTheTruth) {
  constexpr int kRuns = 2000;
  constexpr double kSlope = -0.015;
  std::mt19937_64 generator(7);
  std::normal_distribution<double> normal;
  std::gamma_distribution<double> noise(10.0, 0.1);
  int covered = 0;
  double volatility_sum = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<double> spend;
    std::vector<double> revenue;
    for (int day = 0; day < 28; ++day) {
      spend.push_back(100 * std::exp(0.2 * normal(generator)));
      const double weekday = day % 7 >= 5 ? 1.4 : 1.0;
      revenue.push_back(2 * spend.back() * weekday * std::exp(kSlope * day) * noise(generator));
    }
    const auto trend = fit_rate_trend(revenue, spend);
    const double half = student_t_quantile(0.9, trend->degrees_of_freedom) * trend->standard_error;
    if (std::abs(trend->log_slope_per_day - kSlope) <= half) ++covered;
    volatility_sum += volatility(revenue, *trend);
  }
  const double share = covered / static_cast<double>(kRuns);
  RecordProperty("coverage", std::to_string(share));
  EXPECT_GE(share, 0.75);
  EXPECT_LE(share, 0.85);
  // The noise has a coefficient of variation of 1/√10.
  EXPECT_NEAR(volatility_sum / kRuns, std::sqrt(0.1), 0.03);
}

}  // namespace
}  // namespace omnify::statistics
