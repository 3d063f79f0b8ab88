#include "recommendations/recommend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "recommendations/candidates.h"
#include "recommendations/effects.h"
#include "recommendations/simulated_account.h"

namespace omnify::recommendations {
namespace {

const Recommendation* find(const RecommendationList& list, std::string_view title_part) {
  for (const auto& item : list.items)
    if (item.title.find(title_part) != std::string::npos) return &item;
  return nullptr;
}

TEST(Recommend, MovesBudgetFromWorseToBetter) {
  Simulation simulation(1);
  const auto list = recommend(facts_of({simulation.campaign("Weak", simulation.days({.roas = 1.3})),
                                        simulation.campaign("Middle", simulation.days({.roas = 2.5})),
                                        simulation.campaign("Strong", simulation.days({.roas = 5.0}))}));
  const auto* move = find(list, "Move");
  ASSERT_NE(move, nullptr);
  EXPECT_EQ(move->category, Category::budget);
  EXPECT_EQ(move->campaign_name, "Weak");
  EXPECT_NE(move->title.find("Strong"), std::string::npos);
  EXPECT_EQ(move->expected.measure, "revenue");
  EXPECT_EQ(move->expected.per, "month");
  EXPECT_LT(move->expected.low, move->expected.value);
  EXPECT_LT(move->expected.value, move->expected.high);
  // A fifth of about 6,100 a month, gaining about 0.7 × (5 − 1.3).
  EXPECT_NEAR(static_cast<double>(move->expected.value.micros) / 1e6, 1220 * 0.7 * 3.7, 700);
  EXPECT_GE(move->evidence.size(), 4u);
  EXPECT_EQ(list.note, std::nullopt);
  EXPECT_FALSE(json::print(list).empty());
}

TEST(Recommend, PausesWhatLosesMoneyAndMovesNothingToOrFromIt) {
  Simulation simulation(2);
  const auto list = recommend(facts_of({simulation.campaign("Sink", simulation.days({.roas = 0.3})),
                                        simulation.campaign("Fine", simulation.days({.roas = 3})),
                                        simulation.campaign("Star", simulation.days({.roas = 6}))}));
  const auto* pause = find(list, "Pause");
  ASSERT_NE(pause, nullptr);
  EXPECT_EQ(pause->campaign_name, "Sink");
  EXPECT_EQ(pause->expected.measure, "spend");
  for (const auto& item : list.items)
    if (&item != pause) EXPECT_NE(item.campaign_name, "Sink");
}

TEST(Recommend, PausesWhatNeverConverts) {
  Simulation simulation(3);
  auto barren = simulation.days({.roas = 0});
  for (auto& day : barren) day.revenue = day.conversions = 0;
  const auto list = recommend(
      facts_of({simulation.campaign("Barren", barren), simulation.campaign("Fine", simulation.days({.roas = 3}))}));
  const auto* pause = find(list, "Barren");
  ASSERT_NE(pause, nullptr);
  EXPECT_NE(pause->explanation.find("0 conversions"), std::string::npos);
  // Hardly any is not enough for a ratio, but for a count.
  for (std::size_t i = 0; i < 4; ++i) {
    barren[i * 7].conversions = kMicrosPerUnit;
    barren[i * 7].revenue = 50 * kMicrosPerUnit;
  }
  const auto fine = simulation.campaign("Fine", simulation.days({.roas = 3}));
  EXPECT_NE(find(recommend(facts_of({simulation.campaign("Sparse", barren), fine})), "Sparse"), nullptr);
  // A campaign for awareness or leads reports no revenue: nothing to judge.
  for (auto& day : barren) day.revenue.reset();
  EXPECT_EQ(find(recommend(facts_of({simulation.campaign("Leads", barren), fine})), "Leads"), nullptr);
}

TEST(Recommend, RefreshesTheAdThatFellAloneButNotWhenAllFell) {
  Simulation simulation(4);
  const CampaignId campaign{simulation.uuid()};
  const AdSetId set{simulation.uuid()};
  const auto ads = [&](double one, double others) {
    std::vector<metrics::AdSeries> out;
    for (int i = 0; i < 4; ++i) {
      out.push_back(simulation.ad(campaign, set, i == 0 ? "Tired" : "Fresh",
                                  simulation.days({.recent_ctr = i == 0 ? one : others})));
    }
    return out;
  };
  auto alone = ads(0.6, 1);
  const auto list = recommend(facts_of({sum_of(simulation, "C", campaign, alone)}, alone));
  const auto* refresh = find(list, "Tired");
  ASSERT_NE(refresh, nullptr);
  EXPECT_EQ(refresh->category, Category::creative);
  EXPECT_EQ(refresh->campaign_name, "C");
  EXPECT_EQ(refresh->title, "Refresh the creative of “Tired” in “C”");
  EXPECT_GT(refresh->expected.value.micros, 0);
  EXPECT_EQ(list.items.size(), 1u);
  auto together = ads(0.6, 0.6);
  EXPECT_TRUE(recommend(facts_of({sum_of(simulation, "C", campaign, together)}, together)).items.empty());
}

TEST(Recommend, NarrowsTheAdSetThatDoesWorseThanItsSiblings) {
  Simulation simulation(5);
  const CampaignId campaign{simulation.uuid()};
  const AdSetId weak{simulation.uuid()};
  const AdSetId strong{simulation.uuid()};
  std::vector<metrics::AdSeries> ads;
  for (const auto set : {weak, strong})
    for (int i = 0; i < 2; ++i)
      ads.push_back(simulation.ad(campaign, set, "Ad", simulation.days({.roas = set == weak ? 1.2 : 4.0})));
  auto list = recommend(facts_of({sum_of(simulation, "C", campaign, ads)}, ads));
  ASSERT_EQ(list.items.size(), 1u);
  EXPECT_EQ(list.items[0].category, Category::targeting);
  EXPECT_EQ(list.items[0].expected.measure, "revenue");
  EXPECT_NE(list.items[0].title.find(weak.text().substr(0, 4)), std::string::npos);
  EXPECT_NE(list.items[0].title.find(" in “C”, or move"), std::string::npos);
  // The same by conversions alone.
  for (auto& ad : ads)
    for (auto& day : ad.days) day.revenue.reset();
  list = recommend(facts_of({sum_of(simulation, "C", campaign, ads)}, ads));
  ASSERT_EQ(list.items.size(), 1u);
  EXPECT_EQ(list.items[0].expected.measure, "spend");
  EXPECT_NE(list.items[0].explanation.find("Cost per conversion"), std::string::npos);
  // An ad set without a single conversion has no ratio, but a probability.
  for (auto& ad : ads)
    if (ad.ad_set_id == weak)
      for (auto& day : ad.days) day.conversions = 0;
  list = recommend(facts_of({sum_of(simulation, "C", campaign, ads)}, ads));
  ASSERT_EQ(list.items.size(), 1u);
  EXPECT_NE(list.items[0].explanation.find("no conversion"), std::string::npos);
}

TEST(Recommend, SaysWhyThereIsNothing) {
  const auto empty = recommend(facts_of({}));
  EXPECT_TRUE(empty.items.empty());
  EXPECT_NE(empty.note.value().find("Not enough data"), std::string::npos);
  Simulation simulation(6);
  const auto equal = recommend(
      facts_of({simulation.campaign("A", simulation.days({})), simulation.campaign("B", simulation.days({}))}));
  EXPECT_TRUE(equal.items.empty());
  EXPECT_NE(equal.note.value().find("chance"), std::string::npos);
  auto paused = simulation.campaign("Sink", simulation.days({.roas = 0.2}));
  paused.status = metrics::CampaignStatus::paused;
  EXPECT_TRUE(recommend(facts_of({paused})).items.empty());
}

TEST(Recommend, IsStableRankedAndShort) {
  Simulation simulation(7);
  std::vector<metrics::CampaignSeries> campaigns;
  for (int i = 0; i < 40; ++i) {
    campaigns.push_back(simulation.campaign(
        "C" + std::to_string(i), simulation.days({.daily_spend = 100.0 + 20 * i, .roas = i % 2 == 0 ? 0.3 : 4})));
  }
  const auto list = recommend(facts_of(campaigns));
  EXPECT_EQ(list.items.size(), kMostShown);
  EXPECT_TRUE(std::ranges::is_sorted(list.items, std::ranges::greater{},
                                     [](const Recommendation& item) { return item.expected.value; }));
  std::ranges::reverse(campaigns);
  const auto again = recommend(facts_of(campaigns));
  std::set<Uuid> ids;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    EXPECT_EQ(list.items[i].id, again.items[i].id);
    ids.insert(list.items[i].id);
  }
  EXPECT_EQ(ids.size(), kMostShown);
}

TEST(Recommend, NothingIsNotANumberForAnyInput) {
  Simulation simulation(8);
  const std::vector<double> extremes = {0, 1, 1e3, 1e9, 9e15, -1, -1e6};
  const auto pick = [&] {
    return static_cast<std::int64_t>(extremes[static_cast<std::size_t>(simulation.uniform(0, 6.999))]);
  };
  for (int run = 0; run < 150; ++run) {
    const auto wild = [&] {
      std::vector<metrics::Sums> days(static_cast<std::size_t>(run % 7 == 0 ? run % 31 : kDays));
      for (auto& day : days) {
        day = {std::abs(pick()), std::abs(pick()), pick(), {}, {}};
        if (run % 3 != 0) day.revenue = pick();
        if (run % 4 != 0) day.conversions = pick();
      }
      return days;
    };
    std::vector<metrics::CampaignSeries> campaigns;
    std::vector<metrics::AdSeries> ads;
    for (int i = 0; i < 4; ++i) {
      campaigns.push_back(simulation.campaign("C", wild()));
      const AdSetId set{simulation.uuid()};
      ads.push_back(simulation.ad(campaigns.front().id, set, "A", wild()));
      ads.push_back(simulation.ad(campaigns.front().id, set, "B", wild()));
    }
    const auto text = json::print(recommend(facts_of(campaigns, ads)));
    EXPECT_EQ(text.find("nan"), std::string::npos) << text;
    EXPECT_EQ(text.find("inf"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace omnify::recommendations
