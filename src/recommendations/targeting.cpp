#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/display.h"
#include "recommendations/candidates.h"
#include "recommendations/effects.h"
#include "statistics/distribution.h"
#include "statistics/pooling.h"
#include "statistics/ratio.h"

namespace omnify::recommendations {
namespace {

using display::money;
using display::quoted;

constexpr double kMovedShare = 0.3;
constexpr double kLargestIncrease = 0.3;
constexpr std::size_t kLeastSpendDays = 14;
constexpr double kLeastConversions = 10;
constexpr double kPrior = 0.5;  // of true differences between ad sets of a campaign, log scale
constexpr double kWorse = 0.8;  // at least a fifth worse, or it is not worth the change

/// Settled days; `result` is revenue where it is reported, else conversions.
struct AdSet {
  AdSetId id;
  std::string name;
  bool active = false;
  bool reports_revenue = false;
  bool reports_conversions = false;
  std::vector<double> spend, revenue, conversions;
};

struct Campaign {
  std::map<AdSetId, AdSet> ad_sets;
  bool by_revenue = false;
};

std::map<CampaignId, Campaign> gather(const Facts& facts) {
  std::map<CampaignId, Campaign> out;
  for (const auto& ad : facts.ads) {
    auto& campaign = out[ad.campaign_id];
    auto& set = campaign.ad_sets[ad.ad_set_id];
    set.id = ad.ad_set_id;
    set.name = ad.ad_set_name;
    set.active = set.active || ad.status == metrics::CampaignStatus::active;
    const auto days = settled(ad.days);
    const auto sums = total(days);
    set.reports_revenue = set.reports_revenue || sums.revenue;
    set.reports_conversions = set.reports_conversions || sums.conversions;
    campaign.by_revenue = campaign.by_revenue || sums.revenue.value_or(0) > 0;
    const auto add = [](std::vector<double>& into, const std::vector<double>& from) {
      into.resize(std::max(into.size(), from.size()));
      for (std::size_t day = 0; day < from.size(); ++day) into[day] += from[day];
    };
    add(set.spend, spend_of(days));
    add(set.revenue, revenue_of(days));
    add(set.conversions, conversions_of(days));
  }
  return out;
}

struct Tested {
  CampaignId campaign;
  const AdSet* set = nullptr;
  bool by_revenue = false;
  double spend = 0, others_spend = 0;
  double result = 0, others_result = 0;
  double p = 1;
  /// log(own ÷ siblings'), or with no conversion at all how many were expected.
  statistics::LogChange gap;
  std::optional<double> expected_conversions;
};

/// No conversion has no logarithm; a count of zero has a probability.
std::optional<Tested> test_barren(Tested out, const std::vector<double>& others_conversions) {
  const double others = sum(others_conversions);
  if (!out.set->reports_conversions || others < kLeastConversions) return std::nullopt;
  out.expected_conversions = out.spend * others / out.others_spend;
  out.p = statistics::poisson_cdf(0, kWorse * *out.expected_conversions);
  return out;
}

std::optional<Tested> test(const CampaignId& id, const Campaign& campaign, const AdSet& own) {
  if (!own.active || days_above_zero(own.spend) < kLeastSpendDays) return std::nullopt;
  std::vector<double> spend(own.spend.size());
  std::vector<double> result(own.spend.size());
  std::vector<double> conversions(own.spend.size());
  for (const auto& [other_id, other] : campaign.ad_sets) {
    if (other_id == own.id || !other.active) continue;
    const auto& results = campaign.by_revenue ? other.revenue : other.conversions;
    for (std::size_t day = 0; day < spend.size() && day < other.spend.size(); ++day) {
      spend[day] += other.spend[day];
      result[day] += results[day];
      conversions[day] += other.conversions[day];
    }
  }
  const auto& own_result = campaign.by_revenue ? own.revenue : own.conversions;
  Tested out{.campaign = id,
             .set = &own,
             .by_revenue = campaign.by_revenue,
             .spend = sum(own.spend),
             .others_spend = sum(spend),
             .result = sum(own_result),
             .others_result = sum(result),
             .gap = {},
             .expected_conversions = {}};
  const double own_conversions = sum(own.conversions);
  if (days_above_zero(spend) < kLeastSpendDays || out.others_result <= 0) return std::nullopt;
  if (own_conversions == 0 && out.result == 0) return test_barren(std::move(out), conversions);
  if (own.reports_conversions && own_conversions < kLeastConversions) return std::nullopt;
  const auto floor = [](double events) { return events > 0 ? 1 / events : 0.0; };
  const auto mine = statistics::estimate_ratio(own_result, own.spend, floor(own_conversions));
  const auto others = statistics::estimate_ratio(result, spend, floor(sum(conversions)));
  if (!mine || !others) return std::nullopt;
  out.gap = statistics::compare(*others, *mine);
  out.p = statistics::p_value_decrease(out.gap, std::log(kWorse));
  return out;
}

statistics::Summary effect_of(const Tested& tested, double amount) {
  const double error = tested.gap.standard_error;
  const double gap = statistics::shrink_to_zero(tested.gap.value, error, kPrior);
  const double gap_error = error > 0 ? kPrior * error / std::hypot(kPrior, error) : 0;
  // Revenue where it is known; else the additional conversions at what the siblings pay for one.
  const double worth = tested.by_revenue ? tested.others_result / tested.others_spend : 1;
  return simulate([&](const World& world) {
    const double relative = tested.expected_conversions ? world.exponential(0) / *tested.expected_conversions
                                                        : std::exp(world.normal(0, gap, gap_error));
    return amount * worth * (world.marginal(1) - world.marginal(2) * relative);
  });
}

std::string efficiency(const Tested& tested, double result, double spend, std::string_view currency) {
  if (tested.by_revenue) return fmt::format("{:.2f}", result / spend);
  return result > 0 ? money(spend / result, currency) : std::string("no conversion");
}

const metrics::CampaignSeries* campaign_of(const Facts& facts, const CampaignId& id) {
  for (const auto& campaign : facts.campaigns)
    if (campaign.id == id) return &campaign;
  return nullptr;
}

std::optional<Candidate> narrow(const Tested& tested, const Facts& facts) {
  const double month = kDaysPerMonth / static_cast<double>(tested.set->spend.size());
  const double amount = month * std::min(kMovedShare * tested.spend, kLargestIncrease * tested.others_spend);
  const auto effect = effect_of(tested, amount);
  if (!worth_showing(effect)) return std::nullopt;
  Candidate out{.kind = Kind::targeting,
                .recommendation = {},
                .campaign = tested.campaign,
                .receiver = {},
                .ad_set = tested.set->id,
                .value = effect.mean};
  auto& words = out.recommendation;
  words.id = stable_id(Kind::targeting, tested.set->id.uuid);
  words.category = Category::targeting;
  words.effort = Grade::medium;
  words.campaign_id = tested.campaign;
  const auto* campaign = campaign_of(facts, tested.campaign);
  if (campaign != nullptr) {
    words.campaign_name = campaign->name;
    words.platform = campaign->platform;
  }
  const auto own = efficiency(tested, tested.result, tested.spend, facts.currency);
  const auto others = efficiency(tested, tested.others_result, tested.others_spend, facts.currency);
  const std::string_view measure = tested.by_revenue ? "ROAS" : "Cost per conversion";
  words.title = fmt::format("Narrow the audience of {}{}, or move {} a month to its siblings", quoted(tested.set->name),
                            campaign != nullptr ? " in " + quoted(campaign->name) : "", money(amount, facts.currency));
  words.explanation = fmt::format(
      "Over 28 days this ad set did convincingly worse than the other ad sets of its campaign ({}: {} against {}). The "
      "effect is that of moving the amount to them, if the next unit brings 40 to 100\u202f% of what the average unit "
      "brought; a narrower audience can do the same without moving budget.",
      measure, own, others);
  words.evidence = {{fmt::format("{} of {}", measure, quoted(tested.set->name)), own, "other ad sets " + others},
                    {"Spend, 28 days", money(tested.spend, facts.currency),
                     "other ad sets " + money(tested.others_spend, facts.currency)},
                    {"Conversions, 28 days", fmt::format("{:.4g}", sum(tested.set->conversions)), std::nullopt}};
  words.expected = expected(tested.by_revenue ? "revenue" : "spend", effect);
  return out;
}

}  // namespace

Found find_targeting(const Facts& facts) {
  const auto campaigns = gather(facts);
  std::vector<Tested> tested;
  for (const auto& [id, campaign] : campaigns)
    for (const auto& [set_id, set] : campaign.ad_sets)
      if (auto one = test(id, campaign, set)) tested.push_back(std::move(*one));
  std::vector<double> p_values;
  for (const auto& one : tested) p_values.push_back(one.p);
  const auto adjusted = statistics::benjamini_hochberg(p_values);
  Found found;
  found.tested = tested.size();
  for (std::size_t i = 0; i < tested.size(); ++i) {
    if (adjusted[i] > kTargetingRate) continue;
    if (auto candidate = narrow(tested[i], facts)) found.candidates.push_back(std::move(*candidate));
  }
  return found;
}

}  // namespace omnify::recommendations
