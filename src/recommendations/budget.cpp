#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

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
using display::whole;

using statistics::LogChange;
using statistics::PooledEstimate;
using statistics::RatioEstimate;

constexpr double kMovedShare = 0.2;       // of what the worse campaign spends
constexpr double kLargestIncrease = 0.3;  // of what the better one spends: platforms relearn after larger jumps
constexpr std::size_t kLeastSpendDays = 14;
constexpr double kLeastConversions = 10;
constexpr double kConversionsForValue = 30;   // to know what a conversion is worth
constexpr std::int64_t kTellingClicks = 300;  // without a conversion: the rule of three excludes a rate of 1 %

/// An active campaign with enough settled data to judge its ROAS.
struct Judged {
  const metrics::CampaignSeries* campaign = nullptr;
  std::vector<double> spend, revenue;
  double spend_sum = 0;
  double revenue_sum = 0;
  RatioEstimate roas;
  PooledEstimate pooled;  ///< log ROAS, drawn toward what all have in common
  double low_p = 1;       ///< adjusted: "it is not below the others"
  double high_p = 1;
  double monthly_spend() const { return spend_sum * kDaysPerMonth / static_cast<double>(spend.size()); }
};

std::optional<Judged> judge(const metrics::CampaignSeries& campaign) {
  if (campaign.status != metrics::CampaignStatus::active) return std::nullopt;
  const auto days = settled(campaign.days);
  const auto sums = total(days);
  if (!sums.revenue) return std::nullopt;
  Judged out{.campaign = &campaign, .spend = spend_of(days), .revenue = revenue_of(days), .roas = {}, .pooled = {}};
  const double conversions = sum(conversions_of(days));
  if (days_above_zero(out.spend) < kLeastSpendDays || (sums.conversions && conversions < kLeastConversions))
    return std::nullopt;
  const auto roas = statistics::estimate_ratio(out.revenue, out.spend, sums.conversions ? 1 / conversions : 0);
  if (!roas || !(roas->log_standard_error > 0) || !std::isfinite(roas->log_standard_error)) return std::nullopt;
  out.roas = *roas;
  out.spend_sum = sum(out.spend);
  out.revenue_sum = sum(out.revenue);
  return out;
}

void pool_all(std::vector<Judged>& judged) {
  std::vector<PooledEstimate> estimates;
  for (const auto& one : judged) {
    // The effects draw from a normal distribution: as wide as Student's t where the shown interval ends.
    const double tail = 0.5 + kConfidence / 2;
    const double widening =
        statistics::student_t_quantile(tail, one.roas.degrees_of_freedom) / statistics::normal_quantile(tail);
    estimates.push_back({std::log(one.roas.value), one.roas.log_standard_error * widening});
  }
  const auto pooled = statistics::pool(estimates);
  for (std::size_t i = 0; i < judged.size(); ++i) judged[i].pooled = pooled.shrunk[i];
}

/// log(own ROAS ÷ ROAS of all others together).
std::optional<LogChange> against_others(const Judged& own, const std::vector<Judged>& all) {
  std::vector<double> spend(own.spend.size());
  std::vector<double> revenue(own.spend.size());
  for (const auto& other : all) {
    if (other.campaign == own.campaign) continue;
    for (std::size_t day = 0; day < spend.size(); ++day) {
      spend[day] += other.spend[day];
      revenue[day] += other.revenue[day];
    }
  }
  const auto others = statistics::estimate_ratio(revenue, spend);
  if (!others) return std::nullopt;
  return statistics::compare(*others, own.roas);
}

/// Both directions are hypotheses of one family.
std::size_t test_against_others(std::vector<Judged>& judged) {
  std::vector<double> p_values;
  for (const auto& one : judged) {
    const auto change = judged.size() < 2 ? std::nullopt : against_others(one, judged);
    p_values.push_back(change ? statistics::p_value_decrease(*change) : 1);
    p_values.push_back(change ? statistics::p_value_increase(*change) : 1);
  }
  const auto adjusted = statistics::benjamini_hochberg(p_values);
  for (std::size_t i = 0; i < judged.size(); ++i) {
    judged[i].low_p = adjusted[2 * i];
    judged[i].high_p = adjusted[2 * i + 1];
  }
  return judged.size() < 2 ? 0 : judged.size();
}

void name_campaign(Candidate& candidate, const metrics::CampaignSeries& campaign) {
  candidate.campaign = campaign.id;
  candidate.recommendation.id = stable_id(candidate.kind, campaign.id.uuid);
  candidate.recommendation.campaign_id = campaign.id;
  candidate.recommendation.campaign_name = campaign.name;
  candidate.recommendation.platform = campaign.platform;
}

EvidenceRow roas_row(const Judged& one, std::string comparison) {
  const auto range = statistics::interval(one.roas, kConfidence);
  return {fmt::format("ROAS of {}", quoted(one.campaign->name)),
          fmt::format("{:.2f} ({:.2f} to {:.2f})", one.roas.value, range.low, range.high), std::move(comparison)};
}

EvidenceRow spend_row(const Judged& one, std::string_view currency) {
  return {fmt::format("Spend of {}, 28 days", quoted(one.campaign->name)), money(one.spend_sum, currency),
          fmt::format("{} came back", money(one.revenue_sum, currency))};
}

std::optional<Candidate> shift(const Judged& donor, const Judged& receiver, const Facts& facts) {
  const double amount = std::min(kMovedShare * donor.monthly_spend(), kLargestIncrease * receiver.monthly_spend());
  const auto effect = simulate([&](const World& world) {
    const double gained =
        world.marginal(2) * std::exp(world.normal(0, receiver.pooled.value, receiver.pooled.standard_error));
    const double lost = world.marginal(3) * std::exp(world.normal(1, donor.pooled.value, donor.pooled.standard_error));
    return amount * (gained - lost);
  });
  if (!worth_showing(effect)) return std::nullopt;
  Candidate out{.kind = Kind::shift,
                .recommendation = {},
                .campaign = {},
                .receiver = receiver.campaign->id,
                .ad_set = {},
                .value = effect.mean};
  name_campaign(out, *donor.campaign);
  auto& words = out.recommendation;
  words.category = Category::budget;
  words.effort = Grade::low;
  words.title = fmt::format("Move {} a month from {} to {}", money(amount, facts.currency),
                            quoted(donor.campaign->name), quoted(receiver.campaign->name));
  words.explanation = fmt::format(
      "Over 28 days {} returned {:.2f} for each unit spent and {} returned {:.2f}. Both differ from the other "
      "campaigns by more than chance explains. The effect assumes diminishing returns: the next unit brings 40 to "
      "100\u202f% of what the average unit brought. Move this much, wait two weeks, and compare before moving more.",
      quoted(donor.campaign->name), donor.roas.value, quoted(receiver.campaign->name), receiver.roas.value);
  words.evidence = {roas_row(donor, "convincingly below the others"),
                    roas_row(receiver, "convincingly above the others"), spend_row(donor, facts.currency),
                    spend_row(receiver, facts.currency)};
  if (facts.target_roas) words.evidence.push_back({"Target ROAS", fmt::format("{:.2f}", *facts.target_roas), {}});
  words.expected = expected("revenue", effect);
  return out;
}

Candidate cut(const metrics::CampaignSeries& campaign, double monthly, const statistics::Summary& effect,
              const Facts& facts) {
  Candidate out{
      .kind = Kind::cut, .recommendation = {}, .campaign = {}, .receiver = {}, .ad_set = {}, .value = effect.mean};
  name_campaign(out, campaign);
  out.recommendation.category = Category::budget;
  out.recommendation.effort = Grade::low;
  out.recommendation.title = fmt::format("Pause {}: it costs more than it brings back", quoted(campaign.name));
  out.recommendation.evidence.push_back({"Spend a month", money(monthly, facts.currency), std::nullopt});
  out.recommendation.expected = expected("spend", effect);
  return out;
}

std::optional<Candidate> cut_below_break_even(const Judged& one, const Facts& facts) {
  const double monthly = one.monthly_spend();
  const auto effect = simulate([&](const World& world) {
    return monthly * (1 - std::exp(world.normal(0, one.pooled.value, one.pooled.standard_error)));
  });
  if (!worth_showing(effect)) return std::nullopt;
  auto out = cut(*one.campaign, monthly, effect, facts);
  out.recommendation.evidence.insert(out.recommendation.evidence.begin(), roas_row(one, "break-even 1.00"));
  out.recommendation.explanation = fmt::format(
      "Over 28 days it returned {:.2f} for each unit spent, convincingly less than the unit itself. The expected "
      "effect is the spend saved less the revenue lost. Revenue that the platform cannot see (returning customers, "
      "other channels) is not in it.",
      one.roas.value);
  return out;
}

/// A campaign with hardly a conversion has no usable ROAS; what a conversion is worth elsewhere (or here, if that is
/// more) says how surprising so few are.
struct Sparse {
  const metrics::CampaignSeries* campaign = nullptr;
  double spend = 0;
  double conversions = 0;
  double value = 0;  ///< of a conversion
  std::int64_t clicks = 0;
  double p = 1;  ///< of so few conversions at break-even
};

/// Revenue for each conversion over all campaigns; empty with too few of them.
std::optional<double> conversion_value(const Facts& facts) {
  double revenue = 0;
  double conversions = 0;
  for (const auto& campaign : facts.campaigns) {
    const auto days = settled(campaign.days);
    revenue += sum(revenue_of(days));
    conversions += sum(conversions_of(days));
  }
  if (conversions < kConversionsForValue || revenue <= 0) return std::nullopt;
  return revenue / conversions;
}

std::optional<Sparse> sparse_campaign(const metrics::CampaignSeries& campaign, double usual_value) {
  const auto days = settled(campaign.days);
  const auto sums = total(days);
  // Without revenue (leads, awareness) a conversion is something else than elsewhere.
  if (campaign.status != metrics::CampaignStatus::active || !sums.revenue || !sums.conversions ||
      sums.clicks < kTellingClicks)
    return std::nullopt;
  const double conversions = sum(conversions_of(days));
  const double revenue = sum(revenue_of(days));
  if (conversions < 0 || conversions >= kLeastConversions || (conversions == 0 && revenue != 0)) return std::nullopt;
  const auto spend = spend_of(days);
  if (days_above_zero(spend) < kLeastSpendDays) return std::nullopt;
  const double value = conversions > 0 ? std::max(usual_value, revenue / conversions) : usual_value;
  const double total_spend = sum(spend);
  if (!(total_spend > 0) || !std::isfinite(total_spend / value)) return std::nullopt;
  return Sparse{&campaign, total_spend, conversions,
                value,     sums.clicks, statistics::poisson_cdf(conversions, total_spend / value)};
}

std::optional<Candidate> cut_sparse(const Sparse& one, const Facts& facts) {
  const double month = kDaysPerMonth / static_cast<double>(settled(one.campaign->days).size());
  const auto effect = simulate([&](const World& world) {
    // Gamma(count + 1): what a Poisson count says about its mean under a flat prior.
    return month * (one.spend - one.value * statistics::gamma_quantile(world.uniform(0, 0, 1), one.conversions + 1));
  });
  if (!worth_showing(effect)) return std::nullopt;
  auto out = cut(*one.campaign, month * one.spend, effect, facts);
  auto& words = out.recommendation;
  words.evidence.push_back({"Conversions, 28 days", fmt::format("{:.4g}", one.conversions),
                            fmt::format("{:.0f} at break-even", one.spend / one.value)});
  words.evidence.push_back({"Clicks, 28 days", whole(one.clicks), std::nullopt});
  words.evidence.push_back({"Worth of a conversion", money(one.value, facts.currency), std::nullopt});
  words.explanation = fmt::format(
      "In 28 days it had {} clicks and {:.4g} conversions. At break-even about {:.0f} would have been expected. The "
      "expected effect is the spend saved less the revenue lost. Check first that its conversions are tracked, and "
      "that it is meant to sell.",
      whole(one.clicks), one.conversions, one.spend / one.value);
  return out;
}

void find_cuts(const std::vector<Judged>& judged, const Facts& facts, Found& found) {
  std::vector<double> p_values;
  for (const auto& one : judged) {
    p_values.push_back(statistics::p_value_decrease(
        {std::log(one.roas.value), one.roas.log_standard_error, one.roas.degrees_of_freedom}));
  }
  const auto value = conversion_value(facts);
  std::vector<Sparse> sparse;
  if (value) {
    for (const auto& campaign : facts.campaigns) {
      if (auto one = sparse_campaign(campaign, *value)) {
        p_values.push_back(one->p);
        sparse.push_back(*one);
      }
    }
  }
  const auto adjusted = statistics::benjamini_hochberg(p_values);
  found.tested += p_values.size();
  const auto keep = [&](std::optional<Candidate> candidate) {
    if (candidate) found.candidates.push_back(std::move(*candidate));
  };
  for (std::size_t i = 0; i < judged.size(); ++i)
    if (adjusted[i] <= kCutRate) keep(cut_below_break_even(judged[i], facts));
  for (std::size_t i = 0; i < sparse.size(); ++i)
    if (adjusted[judged.size() + i] <= kCutRate) keep(cut_sparse(sparse[i], facts));
}

/// Worst with best, each used once.
void find_shifts(const std::vector<Judged>& judged, const Facts& facts, Found& found) {
  std::set<CampaignId> used;
  for (const auto& candidate : found.candidates) used.insert(candidate.campaign);
  std::vector<const Judged*> donors;
  std::vector<const Judged*> receivers;
  for (const auto& one : judged) {
    if (used.contains(one.campaign->id)) continue;
    if (one.low_p <= kShiftRate) donors.push_back(&one);
    if (one.high_p <= kShiftRate) receivers.push_back(&one);
  }
  std::ranges::sort(donors, [](const Judged* a, const Judged* b) { return a->pooled.value < b->pooled.value; });
  std::ranges::sort(receivers, [](const Judged* a, const Judged* b) { return a->pooled.value > b->pooled.value; });
  for (std::size_t i = 0; i < std::min(donors.size(), receivers.size()); ++i)
    if (auto candidate = shift(*donors[i], *receivers[i], facts)) found.candidates.push_back(std::move(*candidate));
}

}  // namespace

Found find_budget(const Facts& facts) {
  std::vector<Judged> judged;
  for (const auto& campaign : facts.campaigns)
    if (auto one = judge(campaign)) judged.push_back(std::move(*one));
  pool_all(judged);
  Found found;
  found.tested = test_against_others(judged);
  find_cuts(judged, facts, found);
  find_shifts(judged, facts, found);
  return found;
}

}  // namespace omnify::recommendations
