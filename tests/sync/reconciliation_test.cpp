#include "sync/reconciliation.h"

#include "sync/service_fixture.h"

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

TEST_F(ServiceTest, WhatWasLostIsFoundByReconcilingAndReadAgain) {
  const auto id = connected();
  const Day yesterday = local_day(platform_.time_zone, now()) - std::chrono::days(1);
  const Day lost = yesterday - std::chrono::days(10);
  platform_.losing = {lost};
  EXPECT_EQ(perform(id), std::nullopt);
  EXPECT_EQ(facts().facts, 90);
  EXPECT_EQ(platform_.delivered.count(lost), 2U);
  EXPECT_EQ(platform_.delivered.size(), 31U) << "only the day that deviated";
  EXPECT_EQ(wrong_rollups(), 0);
  const auto ledger = run(service_.reconciliation(organization_, {}));
  ASSERT_EQ(ledger.accounts.size(), 1U);
  const auto& account = ledger.accounts[0];
  EXPECT_EQ(account.name, "Fake shop");
  EXPECT_EQ(account.connection_id, id);
  EXPECT_EQ(account.currency, "EUR");
  EXPECT_EQ(account.days_checked, 29) << "today is not over";
  EXPECT_EQ(account.days_matching, 29);
  EXPECT_EQ(account.days_reread, 1);
  EXPECT_TRUE(account.deviations.empty());
  EXPECT_TRUE(run(service_.reconciliation(new_organization(), {})).accounts.empty());
}

TEST_F(ServiceTest, WhatStillDeviatesIsNamed) {
  const Day yesterday = local_day(platform_.time_zone, now()) - std::chrono::days(1);
  platform_.unlisted = {{yesterday, 12'500'000}};
  const auto id = connected();
  EXPECT_EQ(perform(id), std::nullopt) << "the figures are there, and so is the doubt";
  auto account = run(service_.reconciliation(organization_, {})).accounts.at(0);
  EXPECT_EQ(account.days_matching, 28);
  ASSERT_EQ(account.deviations.size(), 1U);
  const auto& deviation = account.deviations[0];
  EXPECT_EQ(deviation.day, yesterday);
  EXPECT_EQ(deviation.metric, ReconciledMetric::spend);
  EXPECT_EQ(deviation.difference.micros, -12'500'000);
  EXPECT_EQ(deviation.ours.micros - deviation.theirs.micros, -12'500'000);
  EXPECT_TRUE(deviation.reread_at);

  platform_.unlisted.clear();
  run(service_.request_sync(organization_, id));
  perform(id);
  account = run(service_.reconciliation(organization_, {})).accounts.at(0);
  EXPECT_EQ(account.days_matching, 29);
  EXPECT_TRUE(account.deviations.empty());
  EXPECT_EQ(account.days_reread, 1) << "that it was read again is not forgotten";
  const ReconciliationQuery backwards{.start = yesterday, .end = yesterday - std::chrono::days(1)};
  EXPECT_THROW(run(service_.reconciliation(organization_, backwards)), Error);
}

}  // namespace
}  // namespace omnify::sync
