#include "sync/reconciliation.h"

#include <gtest/gtest.h>

namespace omnify::sync {
namespace {

constexpr Day kDay = std::chrono::year(2026) / 5 / 10;

DayCheck check(AccountDay ours, AccountDay theirs) {
  ours.day = theirs.day = kDay;
  return {.ours = ours, .theirs = theirs, .checked_at = {}};
}

AccountDay figures(std::int64_t impressions, Micros spend, std::optional<Micros> revenue = std::nullopt) {
  return {.day = kDay, .impressions = impressions, .spend = spend, .conversions = std::nullopt, .revenue = revenue};
}

TEST(Reconciliation, RoundingIsNoDeviation) {
  EXPECT_FALSE(deviates(check(figures(100'000, 500'000'000), figures(100'100, 500'500'000))));
  EXPECT_TRUE(deviates(check(figures(100'000, 0), figures(100'101, 0)))) << "more than a thousandth";
  EXPECT_FALSE(deviates(check(figures(3, 0), figures(4, 0)))) << "one impression";
  EXPECT_TRUE(deviates(check(figures(2, 0), figures(4, 0))));
  EXPECT_FALSE(deviates(check(figures(0, 1'000'000), figures(0, 1'010'000)))) << "one cent";
  EXPECT_TRUE(deviates(check(figures(0, 1'000'000), figures(0, 1'010'001))));
}

TEST(Reconciliation, WhatASideDoesNotReportIsZero) {
  EXPECT_FALSE(deviates(check(figures(0, 0, std::nullopt), figures(0, 0, 0))));
  const auto found = deviations(check(figures(0, 0, std::nullopt), figures(0, 0, 5'000'000)));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].metric, ReconciledMetric::revenue);
  EXPECT_EQ(found[0].day, kDay);
  EXPECT_EQ(found[0].difference.micros, -5'000'000);
}

TEST(Reconciliation, CountsAreWholeUnits) {
  const auto found = deviations(check(figures(10, 0), figures(7, 0)));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].ours.micros, 10 * kMicrosPerUnit);
  EXPECT_EQ(found[0].difference.micros, 3 * kMicrosPerUnit);
}

TEST(Reconciliation, DaysArePairedAndGapsAreZero) {
  auto ours = figures(5, 1);
  auto theirs = figures(7, 1);
  theirs.day = kDay + std::chrono::days(1);
  auto outside = figures(9, 1);
  outside.day = kDay + std::chrono::days(9);
  const auto checks = pair_days(kDay, kDay + std::chrono::days(2), {ours, outside}, {theirs}, {});
  ASSERT_EQ(checks.size(), 3U);
  EXPECT_EQ(checks[0].ours.impressions, 5);
  EXPECT_EQ(checks[0].theirs.impressions, 0);
  EXPECT_EQ(checks[1].ours.impressions, 0);
  EXPECT_EQ(checks[1].theirs.impressions, 7);
  EXPECT_FALSE(deviates(checks[2]));
  EXPECT_EQ(checks[2].day(), kDay + std::chrono::days(2));
}

}  // namespace
}  // namespace omnify::sync
