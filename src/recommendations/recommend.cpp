#include "recommendations/recommend.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "recommendations/candidates.h"
#include "recommendations/effects.h"

namespace omnify::recommendations {
namespace {

// Of what the organization spends in a month.
constexpr double kHighImpact = 0.05;
constexpr double kMediumImpact = 0.01;

double monthly_spend(const Facts& facts) {
  double spend = 0;
  std::size_t days = 1;
  for (const auto& campaign : facts.campaigns) {
    const auto window = newest(campaign.days);
    spend += sum(spend_of(window));
    days = std::max(days, window.size());
  }
  return spend * kDaysPerMonth / static_cast<double>(days);
}

Grade impact_of(double value, double monthly) {
  if (value >= kHighImpact * monthly) return Grade::high;
  return value >= kMediumImpact * monthly ? Grade::medium : Grade::low;
}

/// A paused campaign needs no other advice, and money for it would contradict; an ad set that is narrowed needs no new
/// creative first.
std::vector<Candidate> without_conflicts(std::vector<Candidate> candidates) {
  std::set<CampaignId> paused;
  std::set<AdSetId> narrowed;
  for (const auto& candidate : candidates) {
    if (candidate.kind == Kind::cut) paused.insert(candidate.campaign);
    if (candidate.kind == Kind::targeting) narrowed.insert(*candidate.ad_set);
  }
  std::erase_if(candidates, [&](const Candidate& candidate) {
    if (candidate.kind == Kind::cut) return false;
    if (paused.contains(candidate.campaign)) return true;
    if (candidate.receiver && paused.contains(*candidate.receiver)) return true;
    return candidate.kind == Kind::creative && narrowed.contains(*candidate.ad_set);
  });
  return candidates;
}

/// Of each kind and campaign the one with the largest effect.
std::vector<Candidate> ranked(std::vector<Candidate> candidates) {
  std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
    return a.value != b.value ? a.value > b.value : a.recommendation.id < b.recommendation.id;
  });
  std::set<std::pair<Kind, CampaignId>> seen;
  std::erase_if(candidates,
                [&](const Candidate& candidate) { return !seen.insert({candidate.kind, candidate.campaign}).second; });
  if (candidates.size() > kMostShown) candidates.resize(kMostShown);
  return candidates;
}

std::string note(std::size_t tested) {
  if (tested == 0) {
    return "Not enough data yet: a comparison needs two active campaigns (or ads, or ad sets of one campaign) with at "
           "least 14 days of spend in the last month and enough clicks and conversions.";
  }
  return fmt::format(
      "{} comparisons of campaigns, ad sets and ads were made, and none shows a difference that chance does not "
      "explain. Nothing to change for now.",
      tested);
}

}  // namespace

RecommendationList recommend(const Facts& facts) {
  std::vector<Candidate> candidates;
  std::size_t tested = 0;
  for (auto& found : {find_budget(facts), find_targeting(facts), find_creative(facts)}) {
    candidates.insert(candidates.end(), found.candidates.begin(), found.candidates.end());
    tested += found.tested;
  }
  RecommendationList list;
  list.as_of = facts.as_of;
  list.currency = facts.currency;
  const double monthly = monthly_spend(facts);
  for (auto& candidate : ranked(without_conflicts(std::move(candidates)))) {
    candidate.recommendation.impact = impact_of(candidate.value, monthly);
    list.items.push_back(std::move(candidate.recommendation));
  }
  if (list.items.empty()) list.note = note(tested);
  return list;
}

}  // namespace omnify::recommendations
