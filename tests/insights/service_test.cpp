#include "insights/service.h"

#include "insights/risk.h"
#include "metrics/market.h"

namespace omnify::insights {
namespace {

using metrics::Sums;
using metrics::operator""_usd;

class InsightsTest : public metrics::MarketTest {
 protected:
  /// The days that end on 30 March, the last complete one.
  void days(OrganizationId organization, CampaignId campaign, const Sums& sums, int count = kSeriesDays,
            std::string_view currency = "USD") {
    for (int i = 0; i < count; ++i) {
      const auto on = format_day(metrics::day("2026-03-30") - std::chrono::days{i});
      market.sums(organization, campaign, on, sums, currency);
    }
  }

  CpuPool cpu{1};
  Service insights{service, cpu};
};

TEST_F(InsightsTest, ReportsTheWorstFirstAndTheSumOverall) {
  const auto organization = market.organization("USD", "UTC", 2'000'000);
  const auto account = market.account(organization);
  const auto good = market.campaign(organization, account, "Good");
  const auto bad = market.campaign(organization, account, "Bad");
  const auto young = market.campaign(organization, account, "Young");
  market.campaign(organization, account, "Idle");
  days(organization, good, {1'000'000, 20'000, 1000_usd, 1000_usd, 3000_usd});
  days(organization, bad, {1'000'000, 20'000, 100_usd, 100_usd, 50_usd});
  days(organization, young, {1'000'000, 20'000, 500_usd, 500_usd, 500_usd}, 5);
  // Today is not over: it may not count.
  market.sums(organization, good, "2026-03-31", {1'000'000, 0, 100'000_usd, 0, 0});
  write();
  const auto report = run(insights.report(organization));
  EXPECT_EQ(report.as_of, metrics::day("2026-03-30"));
  EXPECT_EQ(report.currency, "USD");
  ASSERT_EQ(report.campaigns.size(), 3u);
  EXPECT_EQ(report.campaigns[0].name, "Bad");
  EXPECT_EQ(report.campaigns[0].risk.level, RiskLevel::high);
  EXPECT_EQ(report.campaigns[0].spend, Decimal{2800_usd});
  EXPECT_EQ(report.campaigns[1].name, "Good");
  EXPECT_EQ(report.campaigns[1].risk.score, 0);
  EXPECT_EQ(report.campaigns[2].name, "Young");
  EXPECT_FALSE(report.campaigns[2].risk.enough_data);
  // Sums first: the small bad campaign weighs little. An average of the scores would be 30.
  ASSERT_TRUE(report.overall.enough_data);
  EXPECT_LT(report.overall.score.value(), 10);
}

TEST_F(InsightsTest, WeighsEveryCurrencyByWhatItIsWorth) {
  const auto organization = market.organization("USD", "UTC", 2'000'000);
  const auto in = [&](std::string_view currency, std::string_view name) {
    return market.campaign(organization, market.account(organization, currency), name);
  };
  for (int i = 0; i < 40; ++i) {
    const auto on = format_day(metrics::day("2026-03-30") - std::chrono::days{i});
    market.rates(on, {{"EUR", 1}, {"USD", 1}, {"JPY", 150}});
  }
  // 1,000 dollars a day that come back three times; 15,000 yen, 100 dollars, that come back half.
  days(organization, in("USD", "Good"), {1'000'000, 20'000, 1000_usd, 1000_usd, 3000_usd});
  days(organization, in("JPY", "Bad"), {1'000'000, 20'000, 15'000_usd, 1000_usd, 7500_usd}, kSeriesDays, "JPY");
  days(organization, in("RUB", "Unknown"), {1'000'000, 20'000, 900_usd, 1000_usd, 90_usd}, kSeriesDays, "RUB");
  days(organization, in("JPY", "Young"), {1'000'000, 20'000, 1_usd, 1000_usd, 1_usd}, 5, "JPY");
  days(organization, in("USD", "Younger"), {1'000'000, 20'000, 1_usd, 1000_usd, 1_usd}, 4);
  write();
  const auto report = run(insights.report(organization));
  ASSERT_EQ(report.campaigns.size(), 5u);
  EXPECT_EQ(report.campaigns[0].name, "Bad");
  EXPECT_EQ(report.campaigns[0].currency, "JPY");
  EXPECT_EQ(report.campaigns[0].spend, Decimal{28 * 15'000_usd});
  EXPECT_EQ(report.campaigns[1].name, "Unknown");  // its own ROAS needs no rate; as bad, but its spend does not compare
  EXPECT_EQ(report.campaigns[1].currency, "RUB");
  EXPECT_EQ(report.campaigns[1].risk.score, report.campaigns[0].risk.score);
  EXPECT_EQ(report.campaigns[2].name, "Good");
  EXPECT_EQ(report.campaigns[3].name, "Younger");  // four dollars are more than five yen
  EXPECT_EQ(report.campaigns[4].name, "Young");
  // 3,050 of revenue on 1,100 of spend; yen taken for dollars would be 10,500 on 16,000.
  EXPECT_LT(report.overall.score.value(), 10);
  ASSERT_EQ(report.excluded.size(), 1u);
  EXPECT_EQ(report.excluded[0].currency, "RUB");
  EXPECT_EQ(report.excluded[0].spend, Decimal{kSeriesDays * 900_usd});
}

TEST_F(InsightsTest, FillsInTheRisksOfAPageAndOfOneCampaign) {
  const auto organization = market.organization();
  const auto bad = market.campaign(organization, market.account(organization), "Bad");
  market.campaign(organization, market.account(organization), "Idle");
  days(organization, bad, {1'000'000, 20'000, 1000_usd, 1000_usd, 200_usd});
  write();
  const auto page = run(insights.add_risks(organization, run(service.campaigns(organization, {}))));
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(page.items[0].risk, 60);
  EXPECT_EQ(page.items[0].risk_level, RiskLevel::high);
  EXPECT_EQ(page.items[1].risk, std::nullopt);
  const auto detail = run(insights.campaign(organization, bad, metrics::RangeQuery{}));
  EXPECT_EQ(detail.risk.score, 60);
  EXPECT_EQ(detail.campaign.risk, 60);
  EXPECT_EQ(detail.trend.size(), 30u);
}

TEST_F(InsightsTest, ANewOrganizationHasNotEnoughData) {
  const auto organization = market.organization();
  write();
  const auto report = run(insights.report(organization));
  EXPECT_FALSE(report.overall.enough_data);
  EXPECT_TRUE(report.overall.reason.has_value());
  EXPECT_TRUE(report.campaigns.empty());
  EXPECT_TRUE(run(insights.risks(organization, {})).empty());
  const auto other = market.organization();
  const auto secret = market.campaign(other, market.account(other), "Secret");
  write();
  EXPECT_TRUE(run(insights.risks(organization, {secret})).empty());
}

}  // namespace
}  // namespace omnify::insights
