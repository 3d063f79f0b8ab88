#include <algorithm>
#include <set>

#include "metrics/market.h"

namespace omnify::metrics {
namespace {

class CampaignsTest : public MarketTest {
 protected:
  static CampaignQuery march() {
    CampaignQuery query;
    query.start = day("2026-03-01");
    query.end = day("2026-03-31");
    return query;
  }

  /// All pages together, checking that every page but the last is full.
  std::vector<CampaignRow> all(CampaignQuery query) {
    std::vector<CampaignRow> rows;
    for (int pages = 0; pages < 100; ++pages) {
      auto page = run(service.campaigns(organization, query));
      rows.insert(rows.end(), page.items.begin(), page.items.end());
      if (!page.next_cursor) {
        EXPECT_EQ(page.total, static_cast<std::int64_t>(rows.size()));
        return rows;
      }
      EXPECT_EQ(static_cast<std::int64_t>(page.items.size()), query.limit.value_or(50));
      query.cursor = page.next_cursor;
    }
    ADD_FAILURE() << "the pages do not end";
    return rows;
  }

  std::vector<std::string> names(CampaignQuery query) {
    std::vector<std::string> out;
    for (const auto& row : all(std::move(query))) out.push_back(row.name);
    return out;
  }

  OrganizationId organization = market.organization();
  AccountId account = market.account(organization);
};

TEST_F(CampaignsTest, PagesAreCompleteWhenManyValuesAreEqual) {
  for (int i = 0; i < 53; ++i) {
    const auto campaign =
        market.campaign(organization, account, fmt::format("Campaign {}", i % 3), i % 2 == 0 ? "active" : "paused");
    if (i % 5 == 0) continue;  // no row: nulls of every ratio
    market.sums(organization, campaign, "2026-03-10", {100 * (i % 2), i % 2, (i % 3) * 1_usd, {}, (i % 3) * 2_usd});
  }
  write();
  for (const auto sort : {CampaignSort::spend, CampaignSort::revenue, CampaignSort::roas, CampaignSort::ctr,
                          CampaignSort::cpc, CampaignSort::cpa, CampaignSort::impressions, CampaignSort::clicks,
                          CampaignSort::conversions, CampaignSort::name, CampaignSort::status}) {
    for (const auto direction : {SortDirection::asc, SortDirection::desc}) {
      auto query = march();
      query.sort = sort;
      query.direction = direction;
      query.limit = 7;
      std::set<CampaignId> seen;
      for (const auto& row : all(query)) EXPECT_TRUE(seen.insert(row.id).second) << "twice";
      EXPECT_EQ(seen.size(), 53u) << json::enum_name(sort) << " " << json::enum_name(direction);
    }
  }
}

TEST_F(CampaignsTest, SortsWithNullsLastBothWays) {
  const auto good = market.campaign(organization, account, "Good");
  const auto poor = market.campaign(organization, account, "poor");
  market.campaign(organization, account, "Idle", "ended");
  market.sums(organization, good, "2026-03-10", {100, 10, 10_usd, {}, 40_usd});
  market.sums(organization, poor, "2026-03-10", {100, 10, 20_usd, {}, 20_usd});
  write();
  using Names = std::vector<std::string>;
  auto query = march();
  EXPECT_EQ(names(query), (Names{"poor", "Good", "Idle"}));  // by spend
  query.sort = CampaignSort::roas;
  EXPECT_EQ(names(query), (Names{"Good", "poor", "Idle"}));
  query.direction = SortDirection::asc;
  EXPECT_EQ(names(query), (Names{"poor", "Good", "Idle"}));
  query.sort = CampaignSort::name;
  EXPECT_EQ(names(query), (Names{"Good", "Idle", "poor"}));
  query.direction = SortDirection::desc;
  EXPECT_EQ(names(query), (Names{"poor", "Idle", "Good"}));
  query.sort = CampaignSort::status;
  EXPECT_EQ(names(query).front(), "Idle");
}

TEST_F(CampaignsTest, FiltersAndSearchesLiterally) {
  market.campaign(organization, account, "Sale 50% off");
  market.campaign(organization, account, "Sale 500 off", "paused");
  market.campaign(organization, account, "a_b");
  market.campaign(organization, account, "aXb");
  market.campaign(organization, account, "back\\slash", "ended", "display");
  write();
  using Names = std::vector<std::string>;
  auto query = march();
  query.sort = CampaignSort::name;
  query.search = "50%";
  EXPECT_EQ(names(query), Names{"Sale 50% off"});
  query.search = "A_B";
  EXPECT_EQ(names(query), Names{"a_b"});
  query.search = "k\\s";
  EXPECT_EQ(names(query), Names{"back\\slash"});
  query.search = "sale";
  EXPECT_EQ(names(query).size(), 2u);
  query.status = CampaignStatus::paused;
  EXPECT_EQ(names(query), Names{"Sale 500 off"});
  query.status.reset();
  query.search = "";
  query.platform = "display";
  EXPECT_EQ(names(query), Names{"back\\slash"});
  query.search = "' OR true --";
  EXPECT_TRUE(names(query).empty());
}

TEST_F(CampaignsTest, ComparesWithThePreviousPeriod) {
  const auto campaign = market.campaign(organization, account, "A");
  market.sums(organization, campaign, "2026-03-31", {100, 10, 30_usd, {}, 60_usd});
  market.sums(organization, campaign, "2026-02-20", {100, 10, 20_usd, {}, 60_usd});
  write();
  const auto page = run(service.campaigns(organization, march()));
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].spend, Decimal{30_usd});
  EXPECT_EQ(page.items[0].change.spend, 0.5);
  EXPECT_EQ(page.items[0].change.clicks, 0.0);
  EXPECT_EQ(page.items[0].change.conversions, std::nullopt);
  EXPECT_EQ(page.items[0].daily_budget, Decimal{50_usd});
  EXPECT_EQ(page.items[0].account_name, "Account");
  EXPECT_EQ(page.items[0].risk, std::nullopt);
}

TEST_F(CampaignsTest, RefusesBadParameters) {
  write();
  auto query = march();
  query.limit = 201;
  EXPECT_EQ(refused(service.campaigns(organization, query)), "limit");
  query = march();
  query.cursor = "nonsense";
  EXPECT_EQ(refused(service.campaigns(organization, query)), "cursor");
  query = march();
  query.search = "\xff";
  EXPECT_EQ(refused(service.campaigns(organization, query)), "search");
  query = march();
  query.start = day("2026-04-01");
  EXPECT_EQ(refused(service.campaigns(organization, query)), "start");
}

TEST_F(CampaignsTest, ShowsOneCampaignWithItsTrendAndAds) {
  const auto campaign = market.campaign(organization, account, "A");
  const auto ad_set = market.ad_set(organization, campaign, "Set");
  const auto small = market.ad(organization, ad_set, "Small");
  const auto large = market.ad(organization, ad_set, "Large", "paused");
  market.ad(organization, ad_set, "Unused");
  market.sums(organization, campaign, "2026-03-10", {300, 30, 30_usd, 1'500'000, 60_usd});
  market.sums(organization, campaign, "2026-02-20", {300, 30, 10_usd, 1'500'000, 60_usd});
  market.fact(organization, campaign, small, "2026-03-10", {100, 10, 10_usd, {}, {}});
  market.fact(organization, campaign, large, "2026-03-10", {200, 20, 20_usd, 1'500'000, 60_usd});
  market.fact(organization, campaign, large, "2026-02-20", {200, 20, 90_usd, 1'500'000, 60_usd});
  write();
  const auto figures =
      run(service.campaign(organization, campaign, RangeQuery{.start = day("2026-03-01"), .end = day("2026-03-31")}));
  EXPECT_EQ(figures.campaign.spend, Decimal{30_usd});
  EXPECT_EQ(figures.campaign.change.spend, 2.0);
  EXPECT_EQ(figures.trend.size(), 31u);
  ASSERT_EQ(figures.ads.size(), 3u);
  EXPECT_EQ(figures.ads[0].name, "Large");
  EXPECT_EQ(figures.ads[0].roas, 3.0);
  EXPECT_EQ(figures.ads[0].status, CampaignStatus::paused);
  EXPECT_EQ(figures.ads[1].revenue, std::nullopt);
  EXPECT_EQ(figures.ads[2].spend, Decimal{0});
  EXPECT_EQ(figures.ads[2].ad_set_name, "Set");
}

TEST_F(CampaignsTest, SeriesHaveEveryDay) {
  const auto first = market.campaign(organization, account, "A");
  const auto second = market.campaign(organization, account, "B", "paused");
  const auto foreign = market.campaign(organization, market.account(organization, "SEK"), "C");
  market.sums(organization, first, "2026-03-10", {100, 10, 10_usd, 1'000'000, 20_usd});
  market.sums(organization, first, "2026-03-12", {100, 10, 10_usd, 1'000'000, {}});
  market.sums(organization, second, "2026-03-12", {100, 10, 90_usd, {}, {}});
  market.sums(organization, foreign, "2026-03-12", {100, 10, 900_usd, {}, {}}, "SEK");
  const auto ad_set = market.ad_set(organization, second, "Set");
  const auto ad = market.ad(organization, ad_set, "Ad");
  market.fact(organization, second, ad, "2026-03-12", {100, 10, 90_usd, {}, {}});
  write();
  const Period period{day("2026-03-10"), day("2026-03-12")};
  const auto largest = run(service.largest_campaigns(organization, period, 5));
  ASSERT_EQ(largest.size(), 3u);
  EXPECT_EQ(largest[2].name, "C");  // without an exchange rate it does not compare
  EXPECT_EQ(largest[0].name, "B");
  EXPECT_EQ(largest[0].status, CampaignStatus::paused);
  ASSERT_EQ(largest[1].days.size(), 3u);
  EXPECT_EQ(largest[1].days[0].revenue, 20_usd);
  EXPECT_EQ(largest[1].days[1], (Sums{0, 0, 0, 0, 0}));
  EXPECT_EQ(largest[1].days[2].revenue, std::nullopt);
  EXPECT_EQ(run(service.largest_campaigns(organization, period, 1)).size(), 1u);
  EXPECT_EQ(run(service.campaign_series(organization, period, {first, foreign, CampaignId::random()})).size(), 2u);
  const auto totals = run(service.daily_totals(organization, period, "USD"));
  ASSERT_EQ(totals.days.size(), 3u);
  EXPECT_EQ(totals.days[1].spend, 0);
  EXPECT_EQ(totals.days[2].spend, 100_usd);
  ASSERT_EQ(totals.excluded.size(), 1u);
  EXPECT_EQ(totals.excluded[0].spend, Decimal{900_usd});
  const auto ads = run(service.largest_ads(organization, period, 5));
  ASSERT_EQ(ads.size(), 1u);
  EXPECT_EQ(ads[0].campaign_id, second);
  EXPECT_EQ(ads[0].status, CampaignStatus::paused);  // its campaign is
  EXPECT_EQ(ads[0].days[2].spend, 90_usd);
}

}  // namespace
}  // namespace omnify::metrics
