#include "insights/risk.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "base/money.h"

namespace omnify::insights {
namespace {

using metrics::Sums;

constexpr Micros kUnit = kMicrosPerUnit;

/// Steady days of a large campaign with the given ROAS: counting noise is negligible.
std::vector<Sums> steady(double roas, std::size_t days = kSeriesDays) {
  const Sums day{.impressions = 10'000'000,
                 .clicks = 200'000,
                 .spend = 100'000 * kUnit,
                 .conversions = 10'000 * kUnit,
                 .revenue = static_cast<Micros>(roas * 100'000) * kUnit};
  return std::vector<Sums>(days, day);
}

const RiskInput& input(const RiskScore& score, std::string_view name) {
  for (const auto& one : score.inputs)
    if (one.name == name) return one;
  throw std::runtime_error("no such input");
}

TEST(RiskScore, GivesOnePointForEachPercentBelowTheTarget) {
  EXPECT_EQ(risk_score(steady(3.0), 3.0).score, 0);
  EXPECT_EQ(risk_score(steady(4.0), 3.0).score, 0);
  const auto half = risk_score(steady(1.5), 3.0);
  EXPECT_EQ(half.score, 50);
  EXPECT_EQ(half.level, RiskLevel::moderate);
  EXPECT_TRUE(half.enough_data);
  EXPECT_EQ(half.reason, std::nullopt);
  EXPECT_EQ(input(half, "roas_vs_target").value, 1.5);
  EXPECT_EQ(input(half, "roas_vs_target").display, "1.50 against 3.00");
  EXPECT_NEAR(input(half, "roas_vs_target").points, 50, 0.1);
  const auto bad = risk_score(steady(0.3), 3.0);
  EXPECT_EQ(bad.score, 60);
  EXPECT_EQ(bad.level, RiskLevel::high);
  EXPECT_EQ(risk_score(steady(2.25), 3.0).level, RiskLevel::low);
}

TEST(RiskScore, TakesBreakEvenWithoutATargetAndSaysSo) {
  const auto score = risk_score(steady(0.6), std::nullopt);
  EXPECT_EQ(score.score, 40);
  EXPECT_NE(score.formula.find("no target is set"), std::string::npos);
  EXPECT_NE(input(score, "roas_vs_target").label.find("break-even"), std::string::npos);
  EXPECT_EQ(risk_score(steady(0.6), 3.0).formula.find("no target"), std::string::npos);
}

TEST(RiskScore, ListsEveryInputWithItsMost) {
  const auto score = risk_score(steady(1), std::nullopt);
  ASSERT_EQ(score.inputs.size(), 5u);
  double most = 0;
  for (const auto& one : score.inputs) {
    most += one.max_points;
    EXPECT_FALSE(one.display.empty());
    EXPECT_TRUE(one.value.has_value()) << one.name;
  }
  EXPECT_EQ(most, 100);
}

TEST(RiskScore, LeavesOutTheRevenueOfTheNewestDays) {
  auto days = steady(3.0);
  for (std::size_t i = days.size() - kImmatureDays; i < days.size(); ++i) days[i].revenue = days[i].conversions = 0;
  EXPECT_EQ(risk_score(days, 3.0).score, 0);
  days[days.size() - kImmatureDays - 1].revenue = 0;
  EXPECT_GT(input(risk_score(days, 3.0), "roas_vs_target").points, 0);
}

TEST(RiskScore, AFallingTrendAdds) {
  auto days = steady(3.0);
  for (std::size_t i = 0; i < days.size(); ++i)
    days[i].revenue = static_cast<Micros>(6e11 * std::exp(-0.015 * static_cast<double>(i)));
  const auto score = risk_score(days, 3.0);
  EXPECT_NEAR(input(score, "roas_trend").value.value(), std::expm1(-0.105), 1e-3);
  EXPECT_NEAR(input(score, "roas_trend").points, 12, 0.3);
  for (std::size_t i = 0; i < days.size(); ++i)
    days[i].revenue = static_cast<Micros>(3e11 * std::exp(0.015 * static_cast<double>(i)));
  EXPECT_EQ(input(risk_score(days, 3.0), "roas_trend").points, 0);
}

TEST(RiskScore, AFallOfCtrAndARiseOfCpcAdd) {
  auto days = steady(3.0);
  for (std::size_t i = days.size() - 7; i < days.size(); ++i) days[i].clicks = 140'000;
  const auto score = risk_score(days, 3.0);
  EXPECT_NEAR(input(score, "ctr_change").value.value(), -0.30, 1e-9);
  EXPECT_NEAR(input(score, "ctr_change").points, 10, 0.1);
  EXPECT_NEAR(input(score, "cpc_change").value.value(), 1 / 0.7 - 1, 1e-9);
  EXPECT_EQ(input(score, "cpc_change").points, 10);
}

TEST(RiskScore, ScatterBeyondChanceAdds) {
  auto days = steady(3.0);
  for (std::size_t i = 0; i < days.size(); ++i) *days[i].revenue *= (i % 2 == 0 ? 2 : 0);
  EXPECT_GT(input(risk_score(days, 3.0), "volatility").points, 6);
}

TEST(RiskScore, ScatterByChanceDoesNot) {
  std::mt19937_64 generator(3);
  constexpr int kRuns = 200;
  double points = 0;
  for (int run = 0; run < kRuns; ++run) {
    auto days = steady(3.0);
    for (auto& day : days) {
      day.conversions = std::poisson_distribution<std::int64_t>(1.0)(generator) * kUnit;
      day.revenue = *day.conversions * 300'000;
    }
    points += input(risk_score(days, 3.0), "volatility").points / kRuns;
  }
  EXPECT_LT(points, 2.5);  // of 8, though a day has one conversion on average
}

TEST(RiskScore, NoiseIsTakenOut) {
  std::mt19937_64 generator(5);
  double points = 0;
  double total = 0;
  constexpr int kRuns = 300;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<Sums> days;
    for (int i = 0; i < kSeriesDays; ++i) {
      const auto clicks = std::poisson_distribution<std::int64_t>(20)(generator);
      const auto conversions = std::poisson_distribution<std::int64_t>(1.0)(generator);
      days.push_back({1000, clicks, 20 * kUnit, conversions * kUnit, conversions * 60 * kUnit});
    }
    const auto score = risk_score(days, 3.0);
    ASSERT_TRUE(score.score.has_value());
    total += static_cast<double>(*score.score) / kRuns;
    points += (input(score, "ctr_change").points + input(score, "cpc_change").points) / kRuns;
  }
  EXPECT_LT(points, 2.5);  // of 20
  EXPECT_LT(total, 15);
}

TEST(RiskScore, SaysWhenThereIsNotEnough) {
  const auto reason = [](const std::vector<Sums>& days) {
    const auto score = risk_score(days, 3.0);
    EXPECT_FALSE(score.enough_data);
    EXPECT_EQ(score.score, std::nullopt);
    EXPECT_EQ(score.level, std::nullopt);
    EXPECT_EQ(score.inputs.size(), 5u);
    return score.reason.value_or("");
  };
  EXPECT_NE(reason({}).find("Spend on 0 of the last 28"), std::string::npos);
  EXPECT_NE(reason(steady(3, 13)).find("Spend on 13"), std::string::npos);
  auto silent = steady(3);
  for (auto& day : silent) day.revenue.reset();
  EXPECT_NE(reason(silent).find("no revenue"), std::string::npos);
  EXPECT_EQ(input(risk_score(silent, 3.0), "roas_vs_target").value, std::nullopt);
  EXPECT_EQ(input(risk_score(silent, 3.0), "roas_vs_target").points, 0);
  std::vector<Sums> tiny(kSeriesDays, Sums{30, 1, kUnit, 0, 0});
  EXPECT_NE(reason(tiny).find("impressions"), std::string::npos);
  std::vector<Sums> few(kSeriesDays, Sums{300, 3, kUnit, 0, 0});
  EXPECT_NE(reason(few).find("conversions"), std::string::npos);
}

TEST(RiskScore, ManyClicksWithoutAConversionAreTheWorstRoas) {
  const std::vector<Sums> days(kSeriesDays, Sums{2000, 40, 50 * kUnit, 0, 0});
  const auto score = risk_score(days, std::nullopt);
  EXPECT_EQ(score.score, 60);
  EXPECT_EQ(score.level, RiskLevel::high);
  EXPECT_EQ(input(score, "roas_vs_target").value, 0.0);
  EXPECT_EQ(input(score, "roas_trend").value, std::nullopt);
}

TEST(RiskScore, IsFiniteForAnyInput) {
  std::mt19937_64 generator(99);
  const std::vector<std::int64_t> extremes = {0, 1, 7, 1000, 1'000'000, 9'000'000'000'000'000, -1, -5'000'000};
  std::uniform_int_distribution<std::size_t> pick(0, extremes.size() - 1);
  for (int run = 0; run < 1500; ++run) {
    std::vector<Sums> days(static_cast<std::size_t>(run % 40));
    for (auto& day : days) {
      day.impressions = std::abs(extremes[pick(generator)]);
      day.clicks = std::abs(extremes[pick(generator)]);
      day.spend = extremes[pick(generator)];
      if (run % 3 != 0) day.revenue = extremes[pick(generator)];
      if (run % 5 != 0) day.conversions = extremes[pick(generator)];
    }
    const auto score = risk_score(days, run % 2 == 0 ? std::optional(0.000001 * (run + 1)) : std::nullopt);
    if (score.score) {
      EXPECT_GE(*score.score, 0);
      EXPECT_LE(*score.score, 100);
    }
    for (const auto& one : score.inputs) {
      EXPECT_TRUE(std::isfinite(one.points) && one.points >= 0 && one.points <= one.max_points) << one.name;
      EXPECT_TRUE(!one.value || std::isfinite(*one.value)) << one.name;
      EXPECT_EQ(one.display.find("nan"), std::string::npos) << one.display;
      EXPECT_EQ(one.display.find("inf"), std::string::npos) << one.display;
    }
  }
}

}  // namespace
}  // namespace omnify::insights
