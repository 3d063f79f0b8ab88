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
      market_.sums(organization, campaign, on, sums);
    }
  }

  CpuPool cpu_{1};
  Service insights_{service_, cpu_};
};

TEST_F(InsightsTest, ReportsTheWorstFirstAndTheSumOverall) {
  const auto organization = market_.organization("USD", "UTC", 2'000'000);
  const auto account = market_.account(organization);
  const auto good = market_.campaign(organization, account, "Good");
  const auto bad = market_.campaign(organization, account, "Bad");
  const auto young = market_.campaign(organization, account, "Young");
  market_.campaign(organization, account, "Idle");
  days(organization, good, {1'000'000, 20'000, 1000_usd, 1000_usd, 3000_usd});
  days(organization, bad, {1'000'000, 20'000, 100_usd, 100_usd, 50_usd});
  days(organization, young, {1'000'000, 20'000, 500_usd, 500_usd, 500_usd}, 5);
  // Today is not over: it may not count.
  market_.sums(organization, good, "2026-03-31", {1'000'000, 0, 100'000_usd, 0, 0});
  write();
  const auto report = run(insights_.report(organization));
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
  const auto organization = market_.organization();
  const auto bad = market_.campaign(organization, market_.account(organization), "Bad");
  market_.campaign(organization, market_.account(organization), "Idle");
  days(organization, bad, {1'000'000, 20'000, 1000_usd, 1000_usd, 200_usd});
  write();
  const auto page = run(insights_.add_risks(organization, run(service_.campaigns(organization, {}))));
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(page.items[0].risk, 60);
  EXPECT_EQ(page.items[0].risk_level, RiskLevel::high);
  EXPECT_EQ(page.items[1].risk, std::nullopt);
  const auto detail = run(insights_.campaign(organization, bad, metrics::RangeQuery{}));
  EXPECT_EQ(detail.risk.score, 60);
  EXPECT_EQ(detail.campaign.risk, 60);
  EXPECT_EQ(detail.trend.size(), 30u);
}

TEST_F(InsightsTest, ANewOrganizationHasNotEnoughData) {
  const auto organization = market_.organization();
  write();
  const auto report = run(insights_.report(organization));
  EXPECT_FALSE(report.overall.enough_data);
  EXPECT_TRUE(report.overall.reason.has_value());
  EXPECT_TRUE(report.campaigns.empty());
  EXPECT_TRUE(run(insights_.risks(organization, {})).empty());
  const auto other = market_.organization();
  const auto secret = market_.campaign(other, market_.account(other), "Secret");
  write();
  EXPECT_TRUE(run(insights_.risks(organization, {secret})).empty());
}

}  // namespace
}  // namespace omnify::insights
