#include "statistics/pooling.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "statistics/distribution.h"
#include "statistics/draws.h"

namespace omnify::statistics {
namespace {

TEST(Pooling, MatchesTheWorkedExample) {
  const std::vector<PooledEstimate> estimates{{3, 0.5}, {1.5, 0.4}, {4, 1.5}, {0.8, 0.6}};
  const Pooled pooled = pool(estimates);
  EXPECT_NEAR(pooled.between_standard_deviation * pooled.between_standard_deviation, 0.927224, 1e-6);
  EXPECT_NEAR(pooled.mean, 2.030345, 1e-6);
  const std::vector<double> expected{2.79408, 1.57805, 2.60516, 1.14409};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(pooled.shrunk[i].value, expected[i], 1e-5);
}

TEST(Pooling, EqualEstimatesPoolFully) {
  const std::vector<PooledEstimate> estimates{{1, 0.5}, {1.1, 0.5}, {0.9, 0.5}};
  const Pooled pooled = pool(estimates);
  EXPECT_EQ(pooled.between_standard_deviation, 0);
  for (const auto& estimate : pooled.shrunk) EXPECT_NEAR(estimate.value, 1.0, 1e-12);
}

TEST(Pooling, OneEstimateIsUnchanged) {
  const Pooled pooled = pool(std::vector<PooledEstimate>{{2, 0.3}});
  EXPECT_EQ(pooled.shrunk.front().value, 2);
  EXPECT_EQ(pooled.shrunk.front().standard_error, 0.3);
  EXPECT_TRUE(pool({}).shrunk.empty());
}

TEST(Pooling, ShrunkEstimatesAreCloserToTheTruthThanRawOnes) {
  std::mt19937_64 generator(11);
  std::normal_distribution<double> normal;
  double raw_error = 0;
  double shrunk_error = 0;
  for (int run = 0; run < 200; ++run) {
    std::vector<double> truths;
    std::vector<PooledEstimate> estimates;
    for (int i = 0; i < 20; ++i) {
      truths.push_back(0.3 * normal(generator));
      estimates.push_back({truths.back() + 0.3 * normal(generator), 0.3});
    }
    const Pooled pooled = pool(estimates);
    for (std::size_t i = 0; i < truths.size(); ++i) {
      raw_error += (estimates[i].value - truths[i]) * (estimates[i].value - truths[i]);
      shrunk_error += (pooled.shrunk[i].value - truths[i]) * (pooled.shrunk[i].value - truths[i]);
    }
  }
  EXPECT_LT(shrunk_error, 0.6 * raw_error);
}

TEST(BenjaminiHochberg, MatchesTheAdjustedValuesOfR) {
  // p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.5), "BH")
  const std::vector<double> adjusted = benjamini_hochberg(std::vector<double>{0.01, 0.04, 0.03, 0.005, 0.5});
  const std::vector<double> expected{0.025, 0.05, 0.05, 0.025, 0.5};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-12);
  EXPECT_TRUE(benjamini_hochberg({}).empty());
}

TEST(BenjaminiHochberg, HoldsTheFalseDiscoveryRate) {
  constexpr int kRuns = 500;
  constexpr int kTests = 40;
  constexpr int kTrueEffects = 10;
  std::mt19937_64 generator(5);
  std::normal_distribution<double> normal;
  double false_share = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<double> p_values;
    for (int i = 0; i < kTests; ++i) {
      const double shift = i < kTrueEffects ? -3.0 : 0.0;
      p_values.push_back(normal_cdf(normal(generator) + shift));
    }
    const std::vector<double> adjusted = benjamini_hochberg(p_values);
    int found = 0;
    int wrong = 0;
    for (int i = 0; i < kTests; ++i) {
      if (adjusted[static_cast<std::size_t>(i)] > 0.1) continue;
      ++found;
      if (i >= kTrueEffects) ++wrong;
    }
    if (found > 0) false_share += wrong / static_cast<double>(found);
  }
  EXPECT_LT(false_share / kRuns, 0.1);
  EXPECT_GT(false_share / kRuns, 0.04);
}

TEST(Draws, HaltonPointsAreTheKnownOnes) {
  EXPECT_NEAR(halton(1, 2), 0.5, 1e-15);
  EXPECT_NEAR(halton(2, 2), 0.25, 1e-15);
  EXPECT_NEAR(halton(3, 2), 0.75, 1e-15);
  EXPECT_NEAR(halton(4, 3), 4.0 / 9, 1e-15);
}

TEST(Draws, QuantilesInterpolateLikeType7) {
  const std::vector<double> values{4, 1, 3, 2};
  EXPECT_NEAR(quantile(values, 0.5), 2.5, 1e-12);
  EXPECT_NEAR(quantile(values, 0.25), 1.75, 1e-12);
  EXPECT_EQ(quantile(values, 0), 1);
  EXPECT_EQ(quantile(values, 1), 4);
}

TEST(Draws, SummaryOfHaltonNormalsHasTheirMoments) {
  std::vector<double> draws;
  for (std::size_t i = 1; i <= 2000; ++i) draws.push_back(1 + normal_quantile(halton(i, 2)));
  const Summary summary = summarize(draws, 0.8);
  EXPECT_NEAR(summary.mean, 1, 0.01);
  EXPECT_NEAR(summary.interval.low, 1 - 1.2816, 0.02);
  EXPECT_NEAR(summary.interval.high, 1 + 1.2816, 0.02);
  EXPECT_NEAR(summary.probability_positive, normal_cdf(1), 0.005);
}

}  // namespace
}  // namespace omnify::statistics
