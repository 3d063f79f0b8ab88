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
  void days(OrganizationId organization, CampaignId campaign, const Sums& sums, int count = kSeriesDays) {
    for (int i = 0; i < count; ++i) {
      const auto on = format_day(metrics::day("2026-03-30") - std::chrono::days{i});
      market.sums(organization, campaign, on, sums);
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
