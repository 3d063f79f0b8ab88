// Seeded simulations: how often the recommendations are wrong, and whether their intervals hold what they promise.
#include <gtest/gtest.h>

#include <map>

#include "recommendations/candidates.h"
#include "recommendations/effects.h"
#include "recommendations/simulated_account.h"

namespace omnify::recommendations {
namespace {

struct Tally {
  int made = 0;
  int covered = 0;
  int right_sign = 0;
  void add(const Candidate& candidate, double truth) {
    ++made;
    const auto units = [](const Decimal& amount) { return static_cast<double>(amount.micros) / 1e6; };
    if (units(candidate.recommendation.expected.low) <= truth && truth <= units(candidate.recommendation.expected.high))
      ++covered;
    if (truth > 0) ++right_sign;
  }
  void record() const {
    testing::Test::RecordProperty("made", made);
    testing::Test::RecordProperty("coverage_permille", static_cast<int>(1000 * coverage()));
    testing::Test::RecordProperty("right_sign_percent", static_cast<int>(100 * accuracy()));
  }
  [[nodiscard]] double coverage() const { return static_cast<double>(covered) / made; }
  [[nodiscard]] double accuracy() const { return static_cast<double>(right_sign) / made; }
};

double monthly_spend(const metrics::CampaignSeries& campaign) {
  return sum(spend_of(settled(campaign.days))) * kDaysPerMonth / 28;
}

TEST(Calibration, WhereNothingDiffersAtMostOneAccountInTenHearsAnything) {
  constexpr int kRuns = 300;
  int spoke = 0;
  for (int run = 0; run < kRuns; ++run) {
    Simulation simulation(static_cast<std::uint64_t>(1000 + run));
    std::vector<metrics::CampaignSeries> campaigns;
    std::vector<metrics::AdSeries> ads;
    for (int c = 0; c < 4; ++c) {
      const CampaignId id{simulation.uuid()};
      for (int s = 0; s < 2; ++s) {
        const AdSetId set{simulation.uuid()};
        for (int a = 0; a < 2; ++a)
          ads.push_back(simulation.ad(id, set, "Ad", simulation.days({.daily_spend = 60, .roas = 1})));
      }
      campaigns.push_back(sum_of(simulation, "C", id, ads));
    }
    if (!recommend(facts_of(campaigns, ads)).items.empty()) ++spoke;
  }
  RecordProperty("spoke_percent", 100 * spoke / kRuns);
  EXPECT_LE(spoke, kRuns / 10) << spoke << " of " << kRuns;
}

TEST(Calibration, IntervalsOfMovedBudgetsHoldTheTruthInFourOfFive) {
  Tally tally;
  for (int run = 0; run < 200; ++run) {
    Simulation simulation(static_cast<std::uint64_t>(5000 + run));
    std::vector<metrics::CampaignSeries> campaigns;
    std::map<CampaignId, double> roas;
    for (int c = 0; c < 6; ++c) {
      const Truth truth{.daily_spend = simulation.uniform(100, 400), .roas = 2.5 * std::exp(0.5 * simulation.normal())};
      campaigns.push_back(simulation.campaign("C", simulation.days(truth)));
      roas[campaigns.back().id] = truth.roas;
    }
    const auto facts = facts_of(campaigns);
    for (const auto& candidate : find_budget(facts).candidates) {
      if (candidate.kind != Kind::shift) continue;
      double donor = 0;
      double receiver = 0;
      for (const auto& campaign : campaigns) {
        if (campaign.id == candidate.campaign) donor = monthly_spend(campaign);
        if (campaign.id == candidate.receiver) receiver = monthly_spend(campaign);
      }
      const double amount = std::min(0.2 * donor, 0.3 * receiver);
      tally.add(candidate, amount * (simulation.uniform(kLowestMarginal, kHighestMarginal) * roas[*candidate.receiver] -
                                     simulation.uniform(kLowestMarginal, kHighestMarginal) * roas[candidate.campaign]));
    }
  }
  ASSERT_GE(tally.made, 150);
  tally.record();
  EXPECT_GE(tally.coverage(), 0.75) << tally.made;
  EXPECT_LE(tally.coverage(), 0.85) << tally.made;
  EXPECT_GE(tally.accuracy(), 0.85);
}

TEST(Calibration, IntervalsOfPausedCampaignsHoldTheTruthInFourOfFive) {
  Tally tally;
  for (int run = 0; run < 300; ++run) {
    Simulation simulation(static_cast<std::uint64_t>(9000 + run));
    std::vector<metrics::CampaignSeries> campaigns;
    std::map<CampaignId, double> roas;
    for (int c = 0; c < 6; ++c) {
      const Truth truth{.daily_spend = simulation.uniform(100, 400), .roas = std::exp(0.5 * simulation.normal())};
      campaigns.push_back(simulation.campaign("C", simulation.days(truth)));
      roas[campaigns.back().id] = truth.roas;
    }
    for (const auto& candidate : find_budget(facts_of(campaigns)).candidates) {
      if (candidate.kind != Kind::cut) continue;
      for (const auto& campaign : campaigns)
        if (campaign.id == candidate.campaign) tally.add(candidate, monthly_spend(campaign) * (1 - roas[campaign.id]));
    }
  }
  ASSERT_GE(tally.made, 200);
  tally.record();
  EXPECT_GE(tally.coverage(), 0.75) << tally.made;
  EXPECT_LE(tally.coverage(), 0.85) << tally.made;
  EXPECT_GE(tally.accuracy(), 0.95);
}

TEST(Calibration, IntervalsOfMovedAudiencesHoldTheTruthInFourOfFive) {
  Tally tally;
  for (int run = 0; run < 400; ++run) {
    Simulation simulation(static_cast<std::uint64_t>(20000 + run));
    const CampaignId id{simulation.uuid()};
    std::vector<metrics::AdSeries> ads;
    std::map<AdSetId, double> roas;
    for (int s = 0; s < 3; ++s) {
      const AdSetId set{simulation.uuid()};
      roas[set] = 2.5 * std::exp(0.4 * simulation.normal());
      ads.push_back(simulation.ad(id, set, "Ad", simulation.days({.daily_spend = 150, .roas = roas[set]})));
    }
    for (const auto& candidate : find_targeting(facts_of({}, ads)).candidates) {
      double own = 0;
      double others = 0;
      double others_revenue = 0;
      for (const auto& ad : ads) {
        const double spend = sum(spend_of(settled(ad.days)));
        (ad.ad_set_id == candidate.ad_set ? own : others) += spend;
        if (ad.ad_set_id != candidate.ad_set) others_revenue += spend * roas[ad.ad_set_id];
      }
      const double amount = kDaysPerMonth / 28 * std::min(0.3 * own, 0.3 * others);
      tally.add(candidate, amount * (simulation.uniform(kLowestMarginal, kHighestMarginal) * others_revenue / others -
                                     simulation.uniform(kLowestMarginal, kHighestMarginal) * roas[*candidate.ad_set]));
    }
  }
  ASSERT_GE(tally.made, 100);
  tally.record();
  EXPECT_GE(tally.coverage(), 0.75) << tally.made;
  EXPECT_LE(tally.coverage(), 0.85) << tally.made;
  EXPECT_GE(tally.accuracy(), 0.85);
}

TEST(Calibration, IntervalsOfNewCreativesHoldTheTruthInFourOfFive) {
  Tally tally;
  for (int run = 0; run < 300; ++run) {
    Simulation simulation(static_cast<std::uint64_t>(30000 + run));
    const CampaignId id{simulation.uuid()};
    const AdSetId set{simulation.uuid()};
    std::vector<metrics::AdSeries> ads;
    std::map<AdId, double> change;
    for (int a = 0; a < 5; ++a) {
      const double factor = std::exp(0.3 * simulation.normal());
      ads.push_back(simulation.ad(id, set, "Ad", simulation.days({.roas = 3, .recent_ctr = factor})));
      change[ads.back().id] = factor;
    }
    for (const auto& candidate : find_creative(facts_of({}, ads)).candidates) {
      for (const auto& ad : ads) {
        if (stable_id(Kind::creative, ad.id.uuid) != candidate.recommendation.id) continue;
        double others = 0;
        for (const auto& other : ads)
          if (other.id != ad.id) others += change[other.id] / 4;
        const double regained = -std::log(change[ad.id] / others) * simulation.uniform(0.3, 1);
        const double monthly = sum(spend_of(Days(ad.days).last(7))) * kDaysPerMonth / 7;
        tally.add(candidate, monthly * 3 * std::expm1(regained));
      }
    }
  }
  ASSERT_GE(tally.made, 100);
  tally.record();
  EXPECT_GE(tally.coverage(), 0.75) << tally.made;
  EXPECT_LE(tally.coverage(), 0.85) << tally.made;
  EXPECT_GE(tally.accuracy(), 0.95);
}

}  // namespace
}  // namespace omnify::recommendations
