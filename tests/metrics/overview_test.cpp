#include "metrics/market.h"

namespace omnify::metrics {
namespace {

class OverviewTest : public MarketTest {
 protected:
  Overview overview(OrganizationId organization, std::string_view start, std::string_view end) {
    return run(service.overview(organization, RangeQuery{.start = day(start), .end = day(end)}));
  }
};

TEST_F(OverviewTest, SumsBothPeriodsAndTheirDays) {
  const auto organization = market.organization();
  const auto campaign = market.campaign(organization, market.account(organization), "A");
  market.sums(organization, campaign, "2026-03-10", {1000, 20, 100_usd, 4'000'000, 300_usd});
  market.sums(organization, campaign, "2026-03-12", {1000, 30, 100_usd, 6'000'000, 500_usd});
  market.sums(organization, campaign, "2026-03-07", {500, 25, 50_usd, 1'000'000, 100_usd});
  market.sums(organization, campaign, "2026-02-01", {1, 1, 1_usd, 1'000'000, 1_usd});
  write();
  const auto seen = overview(organization, "2026-03-10", "2026-03-12");
  EXPECT_EQ(seen.totals.spend, Decimal{200_usd});
  EXPECT_EQ(seen.totals.revenue, Decimal{800_usd});
  EXPECT_EQ(seen.totals.roas, 4.0);
  EXPECT_EQ(seen.totals.ctr, 0.025);
  EXPECT_EQ(seen.totals.cpc, 4.0);
  EXPECT_EQ(seen.totals.cpa, 20.0);
  EXPECT_EQ(seen.previous_start, day("2026-03-07"));
  EXPECT_EQ(seen.previous_end, day("2026-03-09"));
  EXPECT_EQ(seen.change.spend, 3.0);
  EXPECT_EQ(seen.change.roas, 1.0);
  ASSERT_EQ(seen.trend.size(), 3u);
  EXPECT_EQ(seen.trend[1].spend, Decimal{0});
  EXPECT_EQ(seen.trend[1].roas, std::nullopt);
  EXPECT_EQ(seen.previous_trend.size(), 3u);
  EXPECT_EQ(seen.first_day, day("2026-02-01"));
  EXPECT_EQ(seen.last_day, day("2026-03-12"));
  EXPECT_EQ(seen.campaigns, 1);
}

// feature-map.md §5.3, case 1.
TEST_F(OverviewTest, ARatioDoesNotDependOnTheCurrencyAndCurrenciesAreNotAdded) {
  const auto dollars = market.organization("USD");
  const auto kronor = market.organization("SEK");
  for (const auto organization : {dollars, kronor}) {
    const auto in_sek = market.campaign(organization, market.account(organization, "SEK"), "S");
    const auto in_usd = market.campaign(organization, market.account(organization, "USD"), "U");
    market.sums(organization, in_sek, "2026-03-10", {10, 1, 1000_usd, {}, 5000_usd}, "SEK");
    market.sums(organization, in_usd, "2026-03-10", {20, 2, 10_usd, {}, 50_usd}, "USD");
  }
  write();
  const auto a = overview(dollars, "2026-03-10", "2026-03-10");
  const auto b = overview(kronor, "2026-03-10", "2026-03-10");
  EXPECT_EQ(a.totals.roas, 5.0);
  EXPECT_EQ(b.totals.roas, 5.0);
  EXPECT_EQ(a.totals.spend, Decimal{10_usd});
  EXPECT_EQ(b.totals.spend, Decimal{1000_usd});
  ASSERT_EQ(a.excluded.size(), 1u);
  EXPECT_EQ(a.excluded[0].currency, "SEK");
  EXPECT_EQ(a.excluded[0].spend, Decimal{1000_usd});
  const auto list = run(service.campaigns(dollars, {.start = day("2026-03-10"),
                                                    .end = day("2026-03-10"),
                                                    .search = {},
                                                    .status = {},
                                                    .platform = {},
                                                    .sort = {},
                                                    .direction = {},
                                                    .limit = {},
                                                    .cursor = {}}));
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[0].currency, "USD");  // what does not compare comes last
  EXPECT_EQ(list.items[1].currency, "SEK");
  EXPECT_EQ(list.items[0].roas, 5.0);
  EXPECT_EQ(list.items[1].roas, 5.0);
  EXPECT_EQ(list.items[1].spend, Decimal{1000_usd});
}

// feature-map.md §5.3, case 3: what arrives late changes the day it belongs to.
TEST_F(OverviewTest, ARestatedRollupIsWhatCounts) {
  const auto organization = market.organization();
  const auto campaign = market.campaign(organization, market.account(organization), "A");
  market.sums(organization, campaign, "2026-03-10", {1000, 20, 100_usd, 0, 0});
  write();
  EXPECT_EQ(overview(organization, "2026-03-01", "2026-03-20").totals.roas, 0.0);
  EXPECT_EQ(overview(organization, "2026-03-01", "2026-03-20").totals.cpa, std::nullopt);
  market.platform_day(organization, "2026-03-10", {0, 0, 0, 1'000'000, 70_usd});
  write();
  const auto later = overview(organization, "2026-03-01", "2026-03-20");
  EXPECT_EQ(later.totals.roas, 0.7);
  EXPECT_EQ(later.trend[9].revenue, Decimal{70_usd});
  EXPECT_EQ(later.trend[18].revenue, Decimal{0});
}

TEST_F(OverviewTest, NullMeansThatNobodyReportedIt) {
  const auto organization = market.organization();
  market.platform_day(organization, "2026-03-10", {10, 1, 1_usd, {}, {}}, "USD", "meta");
  market.platform_day(organization, "2026-03-10", {10, 1, 3_usd, 2'500'000, 8_usd}, "USD", "display");
  write();
  const auto seen = overview(organization, "2026-03-10", "2026-03-11");
  ASSERT_EQ(seen.platforms.size(), 2u);
  EXPECT_EQ(seen.platforms[0].platform, "display");
  EXPECT_EQ(seen.platforms[1].revenue, std::nullopt);
  EXPECT_EQ(seen.platforms[1].conversions, std::nullopt);
  EXPECT_EQ(seen.totals.revenue, Decimal{8_usd});
  EXPECT_EQ(seen.totals.roas, 2.0);
  EXPECT_EQ(seen.totals.conversions, 2.5);
  EXPECT_EQ(seen.change.spend, std::nullopt);
}

TEST_F(OverviewTest, TodayIsTodayInTheOrganizationsZone) {
  const auto utc = market.organization("USD", "UTC");
  const auto tonga = market.organization("USD", "Pacific/Tongatapu");  // 1 April there
  write();
  EXPECT_TRUE(overview(utc, "2026-03-30", "2026-03-31").trend[1].partial);
  EXPECT_FALSE(overview(utc, "2026-03-30", "2026-03-31").trend[0].partial);
  EXPECT_FALSE(overview(tonga, "2026-03-30", "2026-03-31").trend[1].partial);
  const auto recent = run(service.overview(tonga, RangeQuery{}));
  EXPECT_EQ(recent.end, day("2026-04-01"));
  EXPECT_EQ(recent.start, day("2026-03-03"));
  EXPECT_EQ(recent.first_day, std::nullopt);
  EXPECT_EQ(recent.totals.revenue, std::nullopt);
}

TEST_F(OverviewTest, ShowsTheNewestSyncOfAPlatform) {
  const auto organization = market.organization();
  market.platform_day(organization, "2026-03-10", {10, 1, 1_usd, {}, {}});
  for (const auto* at : {"2026-03-30T10:00:00Z", "2026-03-31T08:00:00Z"}) {
    market.raw(fmt::format(
        "INSERT INTO connections (organization_id, id, platform, name, external_account_id, status, last_synced_at) "
        "VALUES ('{}', '{}', 'meta', 'M', '{}', 'active', '{}');\n",
        organization.text(), Uuid::random().text(), at, at));
  }
  write();
  const auto seen = overview(organization, "2026-03-10", "2026-03-10");
  ASSERT_EQ(seen.platforms.size(), 1u);
  EXPECT_EQ(seen.platforms[0].last_synced_at, parse_instant("2026-03-31T08:00:00Z"));
}

TEST_F(OverviewTest, RefusesRangesThatMakeNoSense) {
  const auto organization = market.organization();
  write();
  const auto ask = [&](std::string_view start, std::string_view end) {
    return refused(service.overview(organization, RangeQuery{.start = day(start), .end = day(end)}));
  };
  EXPECT_EQ(ask("2026-03-11", "2026-03-10"), "start");
  EXPECT_EQ(ask("2020-01-01", "2026-03-10"), "start");
  EXPECT_EQ(ask("2024-01-01", "2026-03-10"), "accepted");
  EXPECT_EQ(refused(service.overview(OrganizationId::random(), RangeQuery{})), "not-found");
}

TEST_F(OverviewTest, OrganizationsDoNotSeeEachOther) {
  const auto mine = market.organization();
  const auto theirs = market.organization();
  const auto campaign = market.campaign(theirs, market.account(theirs), "Secret");
  market.sums(theirs, campaign, "2026-03-10", {1000, 20, 100_usd, 0, 0});
  write();
  const auto seen = overview(mine, "2026-03-01", "2026-03-20");
  EXPECT_EQ(seen.totals.spend, Decimal{0});
  EXPECT_EQ(seen.campaigns, 0);
  EXPECT_TRUE(seen.platforms.empty());
  EXPECT_EQ(run(service.campaigns(mine, CampaignQuery{})).total, 0);
  EXPECT_EQ(refused(service.campaign(mine, campaign, RangeQuery{})), "not-found");
  const Period march{day("2026-03-01"), day("2026-03-31")};
  EXPECT_TRUE(run(service.campaign_series(mine, march, {campaign})).empty());
  EXPECT_TRUE(run(service.largest_campaigns(mine, march, 10)).empty());
  EXPECT_EQ(run(service.campaign_series(theirs, march, {campaign})).size(), 1u);
}

}  // namespace
}  // namespace omnify::metrics
