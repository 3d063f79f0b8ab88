#include "statistics/ratio.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "statistics/distribution.h"

namespace omnify::statistics {
namespace {

TEST(Distribution, KnownQuantiles) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963985, 1e-8);
  EXPECT_NEAR(student_t_quantile(0.975, 10), 2.228138852, 1e-8);
  EXPECT_NEAR(student_t_cdf(-2.228138852, 10), 0.025, 1e-8);
  EXPECT_NEAR(poisson_cdf(2, 5), 0.124652019, 1e-8);
  EXPECT_NEAR(poisson_cdf(0, 3), std::exp(-3.0), 1e-12);
  EXPECT_EQ(poisson_cdf(0, 0), 1.0);
  EXPECT_NEAR(gamma_quantile(0.5, 1), std::log(2.0), 1e-10);
}

TEST(Ratio, IsTheSumOverTheSumAndNotTheMeanOfDailyRatios) {
  const std::vector<double> revenue{1000, 10'000};
  const std::vector<double> spend{100, 10'000};
  const auto estimate = estimate_ratio(revenue, spend);
  ASSERT_TRUE(estimate);
  EXPECT_NEAR(estimate->value, 11'000.0 / 10'100.0, 1e-12);
}

TEST(Ratio, StandardErrorIsTheLinearizedOne) {
  // Ratio 2; residuals 2, -2, 2, -2: neighbors move against each other, so the independent variance 16 · 4/3 counts.
  const std::vector<double> y{22, 18, 22, 18};
  const std::vector<double> x{10, 10, 10, 10};
  const auto estimate = estimate_ratio(y, x);
  ASSERT_TRUE(estimate);
  EXPECT_NEAR(estimate->log_standard_error, std::sqrt(16.0 * 4 / 3) / 80, 1e-12);
  EXPECT_EQ(estimate->degrees_of_freedom, 3);
}

TEST(Ratio, AlikeNeighborsWidenTheInterval) {
  const std::vector<double> x(8, 10.0);
  const std::vector<double> runs{22, 22, 22, 22, 18, 18, 18, 18};
  const std::vector<double> alternating{22, 18, 22, 18, 22, 18, 22, 18};
  EXPECT_GT(estimate_ratio(runs, x)->log_standard_error, 1.3 * estimate_ratio(alternating, x)->log_standard_error);
}

TEST(Ratio, CountingFloorHolds) {
  const std::vector<double> y{10, 10, 10};
  const std::vector<double> x{5, 5, 5};
  EXPECT_EQ(estimate_ratio(y, x)->log_standard_error, 0.0);
  EXPECT_NEAR(estimate_ratio(y, x, 1.0 / 25)->log_standard_error, 0.2, 1e-12);
}

TEST(Ratio, ZeroSumsGiveNoEstimate) {
  const std::vector<double> zero{0, 0, 0};
  const std::vector<double> some{1, 2, 3};
  const std::vector<double> one_day{0, 2, 0};
  EXPECT_FALSE(estimate_ratio(some, zero));
  EXPECT_FALSE(estimate_ratio(zero, some));
  EXPECT_FALSE(estimate_ratio(one_day, one_day));
  EXPECT_FALSE(estimate_ratio({}, {}));
}

TEST(Ratio, ComparisonIsTheWelchStatisticOnLogs) {
  const RatioEstimate before{.value = 2, .log_standard_error = 0.1, .degrees_of_freedom = 10};
  const RatioEstimate after{.value = 1, .log_standard_error = 0.1, .degrees_of_freedom = 10};
  const LogChange change = compare(before, after);
  EXPECT_NEAR(change.value, -std::log(2.0), 1e-12);
  EXPECT_NEAR(change.standard_error, std::sqrt(0.02), 1e-12);
  EXPECT_NEAR(change.degrees_of_freedom, 20, 1e-9);
  EXPECT_LT(p_value_decrease(change), 1e-3);
  EXPECT_NEAR(p_value_decrease(change) + p_value_increase(change), 1.0, 1e-12);
}

TEST(Ratio, DifferenceInDifferencesRemovesWhatMovedEveryone) {
  const LogChange own{.value = -0.3, .standard_error = 0.05, .degrees_of_freedom = 20};
  const LogChange others{.value = -0.3, .standard_error = 0.05, .degrees_of_freedom = 20};
  EXPECT_LT(p_value_decrease(own), 1e-4);
  EXPECT_NEAR(p_value_decrease(difference(own, others)), 0.5, 1e-9);
}

TEST(Ratio, ShrinkageIsThePosteriorMean) {
  EXPECT_NEAR(shrink_to_zero(1.0, 0.0, 0.2), 1.0, 1e-12);
  EXPECT_NEAR(shrink_to_zero(1.0, 0.2, 0.2), 0.5, 1e-12);
  EXPECT_LT(shrink_to_zero(1.0, 100, 0.2), 1e-4);
}

struct Noise {
  double autocorrelation;
};
class RatioCoverage : public testing::TestWithParam<Noise> {};

TEST_P(RatioCoverage, EightyPercentIntervalCoversTheTruth) {
  constexpr int kRuns = 2000;
  constexpr double kTruth = 2.5;
  constexpr double kScatter = 0.35;
  std::mt19937_64 generator(20'260'301);
  std::normal_distribution<double> normal;
  const double rho = GetParam().autocorrelation;
  int covered = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<double> spend;
    std::vector<double> revenue;
    double noise = normal(generator);
    for (int day = 0; day < 28; ++day) {
      spend.push_back(100 * std::exp(0.3 * normal(generator)));
      revenue.push_back(kTruth * spend.back() * std::exp(kScatter * noise - kScatter * kScatter / 2));
      noise = rho * noise + std::sqrt(1 - rho * rho) * normal(generator);
    }
    const Interval range = interval(*estimate_ratio(revenue, spend), 0.8);
    if (range.low <= kTruth && kTruth <= range.high) ++covered;
  }
  const double share = covered / static_cast<double>(kRuns);
  RecordProperty("coverage", std::to_string(share));
  EXPECT_GE(share, 0.75);
  EXPECT_LE(share, 0.85);
}

INSTANTIATE_TEST_SUITE_P(Seeded, RatioCoverage, testing::Values(Noise{0.0}, Noise{0.2}));

TEST(Ratio, ModerationIsTheWeightedMeanOfTheVariances) {
  const RatioEstimate estimate{.value = 2, .log_standard_error = 0.3, .degrees_of_freedom = 6};
  const RatioEstimate moderated = moderate(estimate, 0.01, 10);
  EXPECT_EQ(moderated.value, 2);
  EXPECT_NEAR(moderated.log_standard_error, std::sqrt((10 * 0.01 + 6 * 0.09) / 16), 1e-12);
  EXPECT_EQ(moderated.degrees_of_freedom, 16);
  EXPECT_NEAR(moderate(estimate, 0.01, 0).log_standard_error, 0.3, 1e-12);
}

}  // namespace
}  // namespace omnify::statistics
