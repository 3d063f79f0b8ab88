#include "recommendations/service.h"

#include "metrics/market.h"
#include "recommendations/simulated_account.h"

namespace omnify::recommendations {
namespace {

class RecommendationsTest : public metrics::MarketTest {
 protected:
  void load(OrganizationId organization, CampaignId campaign, const std::vector<metrics::Sums>& days) {
    for (std::size_t i = 0; i < days.size(); ++i) {
      const auto on = metrics::day("2026-03-30") - std::chrono::days{days.size() - 1 - i};
      market.sums(organization, campaign, format_day(on), days[i]);
    }
  }

  CpuPool cpu{1};
  Service recommendations{service, cpu};
};

TEST_F(RecommendationsTest, ComeFromTheRollupsAndTheAdsOfTheLastDays) {
  Simulation simulation(1);
  const auto organization = market.organization();
  const auto account = market.account(organization);
  const auto weak = market.campaign(organization, account, "Weak");
  const auto strong = market.campaign(organization, account, "Strong");
  load(organization, weak, simulation.days({.roas = 1.3}));
  load(organization, strong, simulation.days({.roas = 5}));
  const auto sets = {market.ad_set(organization, strong, "Wide"), market.ad_set(organization, strong, "Close")};
  double roas = 1;
  for (const auto set : sets) {
    const auto ad = market.ad(organization, set, "Ad");
    const auto days = simulation.days({.roas = roas});
    for (std::size_t i = 0; i < days.size(); ++i) {
      const auto on = metrics::day("2026-03-30") - std::chrono::days{days.size() - 1 - i};
      market.fact(organization, strong, ad, format_day(on), days[i]);
    }
    roas = 6;
  }
  write();
  const auto list = run(recommendations.list(organization));
  EXPECT_EQ(list.as_of, metrics::day("2026-03-30"));
  EXPECT_EQ(list.currency, "USD");
  ASSERT_EQ(list.items.size(), 2u);
  bool budget = false;
  bool targeting = false;
  for (const auto& item : list.items) {
    budget = budget || (item.category == Category::budget && item.campaign_id == weak);
    targeting = targeting || (item.category == Category::targeting && item.campaign_id == strong);
  }
  EXPECT_TRUE(budget);
  EXPECT_TRUE(targeting);
}

TEST_F(RecommendationsTest, NeverComeFromAnotherOrganization) {
  Simulation simulation(1);
  const auto mine = market.organization();
  const auto theirs = market.organization();
  const auto account = market.account(theirs);
  load(theirs, market.campaign(theirs, account, "Sink"), simulation.days({.roas = 0.2}));
  write();
  EXPECT_EQ(run(recommendations.list(theirs)).items.size(), 1u);
  const auto list = run(recommendations.list(mine));
  EXPECT_TRUE(list.items.empty());
  EXPECT_TRUE(list.note.has_value());
}

}  // namespace
}  // namespace omnify::recommendations
