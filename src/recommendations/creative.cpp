#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/display.h"
#include "recommendations/candidates.h"
#include "recommendations/effects.h"
#include "statistics/pooling.h"
#include "statistics/ratio.h"

namespace omnify::recommendations {
namespace {

using display::money;
using display::quoted;
using display::signed_percent;
using display::whole;

using statistics::LogChange;
using statistics::RatioEstimate;

constexpr std::size_t kRecentDays = 7;
constexpr double kLeastImpressions = 1000;  // in each window
constexpr double kLeastClicks = 20;         // before
constexpr double kPrior = 0.3;              // of true differences in CTR change between siblings, log scale
constexpr double kPriorDegrees = 10;        // weight of the typical variance against an ad's own
constexpr double kLowestRecovery = 0.3;     // share of the lost CTR (log scale) that a new creative brings back
// A fall of less than 10 % beyond the siblings' is not worth a new creative.
const double kThreshold = std::log(0.9);

struct Windows {
  std::vector<double> clicks, impressions;  ///< 28 days
};

Windows windows_of(Days days) { return {clicks_of(newest(days)), impressions_of(newest(days))}; }

/// CTR of the two windows and the clicks that each rests on.
struct Halves {
  RatioEstimate before, after;
  double clicks_before = 0, clicks_after = 0;
};

std::optional<Halves> halves_of(const Windows& windows) {
  if (windows.clicks.size() <= kRecentDays) return std::nullopt;
  const std::size_t split = windows.clicks.size() - kRecentDays;
  const std::span<const double> clicks(windows.clicks);
  const std::span<const double> impressions(windows.impressions);
  const double clicks_before = sum(clicks.first(split));
  const double clicks_after = sum(clicks.subspan(split));
  if (sum(impressions.first(split)) < kLeastImpressions || sum(impressions.subspan(split)) < kLeastImpressions ||
      clicks_before < kLeastClicks || clicks_after <= 0)
    return std::nullopt;
  const auto before = statistics::estimate_ratio(clicks.first(split), impressions.first(split), 1 / clicks_before);
  const auto after = statistics::estimate_ratio(clicks.subspan(split), impressions.subspan(split), 1 / clicks_after);
  if (!before || !after) return std::nullopt;
  return Halves{*before, *after, clicks_before, clicks_after};
}

/// How much more than counting the CTR of an ad varies: over all ads, weighted by what each knows about it.
class Dispersion {
 public:
  void add(const Halves& halves) {
    add(halves.before, halves.clicks_before);
    add(halves.after, halves.clicks_after);
  }
  /// log(after ÷ before). Seven days alone say little about their own variance: they borrow from all ads.
  [[nodiscard]] LogChange change(const Halves& halves) const {
    const double factor = degrees_ > 0 ? std::max(1.0, weighted_ / degrees_) : 1;
    return statistics::compare(statistics::moderate(halves.before, factor / halves.clicks_before, kPriorDegrees),
                               statistics::moderate(halves.after, factor / halves.clicks_after, kPriorDegrees));
  }

 private:
  void add(const RatioEstimate& estimate, double clicks) {
    weighted_ += estimate.degrees_of_freedom * estimate.log_standard_error * estimate.log_standard_error * clicks;
    degrees_ += estimate.degrees_of_freedom;
  }

  double weighted_ = 0;
  double degrees_ = 0;
};

struct Pair {
  const metrics::AdSeries* ad = nullptr;
  Halves own;
  Halves siblings;
};

struct Tested {
  const metrics::AdSeries* ad = nullptr;
  LogChange own;
  LogChange siblings;
  LogChange difference;
};

using Group = std::vector<const metrics::AdSeries*>;

std::map<CampaignId, Group> by_campaign(const std::vector<metrics::AdSeries>& ads) {
  std::map<CampaignId, Group> out;
  for (const auto& ad : ads) out[ad.campaign_id].push_back(&ad);
  return out;
}

/// The active ads of a campaign that can be compared with the others of it.
std::vector<Pair> pairs_of(const Group& group) {
  std::vector<Windows> windows;
  Windows all;
  for (const auto* ad : group) {
    windows.push_back(windows_of(ad->days));
    all.clicks.resize(windows.back().clicks.size());
    all.impressions.resize(windows.back().clicks.size());
    for (std::size_t day = 0; day < all.clicks.size(); ++day) {
      all.clicks[day] += windows.back().clicks[day];
      all.impressions[day] += windows.back().impressions[day];
    }
  }
  std::vector<Pair> out;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (group[i]->status != metrics::CampaignStatus::active) continue;
    Windows others = all;
    for (std::size_t day = 0; day < others.clicks.size(); ++day) {
      others.clicks[day] -= windows[i].clicks[day];
      others.impressions[day] -= windows[i].impressions[day];
    }
    const auto own = halves_of(windows[i]);
    const auto siblings = halves_of(others);
    if (own && siblings) out.push_back({group[i], *own, *siblings});
  }
  return out;
}

std::vector<Tested> test_all(const std::map<CampaignId, Group>& groups) {
  std::vector<Pair> pairs;
  Dispersion dispersion;
  for (const auto& [campaign, group] : groups) {
    for (const auto& pair : pairs_of(group)) {
      pairs.push_back(pair);
      dispersion.add(pair.own);
    }
  }
  std::vector<Tested> out;
  for (const auto& pair : pairs) {
    const auto own = dispersion.change(pair.own);
    const auto siblings = dispersion.change(pair.siblings);
    out.push_back({pair.ad, own, siblings, statistics::difference(own, siblings)});
  }
  return out;
}

/// Revenue for each unit spent of the whole campaign, as far as the ads show it.
std::optional<statistics::RatioEstimate> campaign_roas(const Group& group) {
  std::vector<double> spend;
  std::vector<double> revenue;
  bool reported = false;
  for (const auto* ad : group) {
    const auto days = settled(ad->days);
    const auto ad_spend = spend_of(days);
    const auto ad_revenue = revenue_of(days);
    reported = reported || total(days).revenue;
    spend.resize(ad_spend.size());
    revenue.resize(ad_spend.size());
    for (std::size_t day = 0; day < spend.size(); ++day) {
      spend[day] += ad_spend[day];
      revenue[day] += ad_revenue[day];
    }
  }
  if (!reported) return std::nullopt;
  return statistics::estimate_ratio(revenue, spend);
}

const metrics::CampaignSeries* campaign_of(const Facts& facts, const CampaignId& id) {
  for (const auto& campaign : facts.campaigns)
    if (campaign.id == id) return &campaign;
  return nullptr;
}

void describe(Candidate& out, const Tested& tested, const Facts& facts, double spend) {
  auto& words = out.recommendation;
  words.category = Category::creative;
  words.effort = Grade::high;
  const auto* campaign = campaign_of(facts, tested.ad->campaign_id);
  words.title = fmt::format("Refresh the creative of {}{}", quoted(tested.ad->name),
                            campaign != nullptr ? " in " + quoted(campaign->name) : "");
  words.explanation = fmt::format(
      "Its click-through rate changed by {} in the last 7 days against the 21 before, while that of the other ads of "
      "the campaign changed by {}: more than chance explains. The effect assumes that a new creative brings back 30 to "
      "100\u202f% of the difference.",
      signed_percent(std::expm1(tested.own.value)), signed_percent(std::expm1(tested.siblings.value)));
  const auto sums =
      total(tested.ad->days.size() > kRecentDays ? Days(tested.ad->days).last(kRecentDays) : Days(tested.ad->days));
  words.evidence = {{"CTR, 7 days against the 21 before", signed_percent(std::expm1(tested.own.value)),
                     fmt::format("other ads {}", signed_percent(std::expm1(tested.siblings.value)))},
                    {"Impressions, 7 days", whole(sums.impressions), std::nullopt},
                    {"Spend, 7 days", money(spend, facts.currency), std::nullopt},
                    {"Ad set", tested.ad->ad_set_name, std::nullopt}};
}

std::optional<Candidate> refresh(const Tested& tested, const Group& group, const Facts& facts) {
  const double recent_spend = sum(spend_of(Days(tested.ad->days).last(kRecentDays)));
  const double monthly = recent_spend * kDaysPerMonth / static_cast<double>(kRecentDays);
  const double error = tested.difference.standard_error;
  const double fall = statistics::shrink_to_zero(tested.difference.value, error, kPrior);
  const double fall_error = kPrior * error / std::hypot(kPrior, error);
  const auto roas = campaign_roas(group);
  const auto effect = simulate([&](const World& world) {
    const double regained = -world.normal(0, fall, fall_error) * world.uniform(1, kLowestRecovery, 1);
    // The same money buys more clicks, or the same clicks cost less.
    if (!roas) return monthly * -std::expm1(-regained);
    return monthly * std::exp(world.normal(2, std::log(roas->value), roas->log_standard_error)) * std::expm1(regained);
  });
  if (!worth_showing(effect)) return std::nullopt;
  Candidate out{.kind = Kind::creative,
                .recommendation = {},
                .campaign = tested.ad->campaign_id,
                .receiver = {},
                .ad_set = tested.ad->ad_set_id,
                .value = effect.mean};
  describe(out, tested, facts, recent_spend);
  auto& words = out.recommendation;
  words.id = stable_id(Kind::creative, tested.ad->id.uuid);
  words.campaign_id = tested.ad->campaign_id;
  if (const auto* campaign = campaign_of(facts, tested.ad->campaign_id)) {
    words.campaign_name = campaign->name;
    words.platform = campaign->platform;
  }
  words.expected = expected(roas ? "revenue" : "spend", effect);
  return out;
}

}  // namespace

Found find_creative(const Facts& facts) {
  const auto groups = by_campaign(facts.ads);
  const auto tested = test_all(groups);
  std::vector<double> p_values;
  for (const auto& one : tested) p_values.push_back(statistics::p_value_decrease(one.difference, kThreshold));
  const auto adjusted = statistics::benjamini_hochberg(p_values);
  Found found;
  found.tested = tested.size();
  for (std::size_t i = 0; i < tested.size(); ++i) {
    if (adjusted[i] > kCreativeRate) continue;
    if (auto candidate = refresh(tested[i], groups.at(tested[i].ad->campaign_id), facts))
      found.candidates.push_back(std::move(*candidate));
  }
  return found;
}

}  // namespace omnify::recommendations
