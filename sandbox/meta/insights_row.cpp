#include "meta/insights_row.h"

#include <boost/json.hpp>
#include <cmath>
#include <map>
#include <set>

#include "meta/actions.h"
#include "meta/object_fields.h"

namespace omnify::sandbox::meta {
namespace {

/// What a row is made of. The level decides which names it has.
struct Row {
  const InsightsRequest& request;
  const Subject& entity;
  const market::Numbers& numbers;

  [[nodiscard]] bool has(NodeType type) const noexcept { return type <= entity.type; }
  [[nodiscard]] Subject at(NodeType type) const { return ancestor(entity, type); }
  [[nodiscard]] std::int64_t units() const noexcept { return entity.account->minor_units; }
  [[nodiscard]] double spend() const noexcept {
    return static_cast<double>(numbers.spend) / static_cast<double>(units());
  }
  [[nodiscard]] ActionContext context() const noexcept { return {numbers, request.windows, units()}; }
};

using Value = FieldValue;
using Reader = Value (*)(const Row&);

Value list_or_nothing(boost::json::array list) {
  if (list.empty()) return std::nullopt;
  return list;
}

Value share(double numerator, std::int64_t denominator, double factor = 1) {
  if (denominator == 0) return std::nullopt;
  return number_text(numerator * factor / static_cast<double>(denominator));
}

Value object_field(const Row& row, NodeType type, std::string_view name) {
  if (!row.has(type)) return std::nullopt;
  return (*find_field(type, name))(row.at(type));
}

double population(const Subject& entity) {
  const auto& account = *entity.account;
  if (entity.type == NodeType::ad) return 0.7 * account.ad_sets[account.ads[entity.index].ad_set].population;
  const auto sets = children(entity, NodeType::ad_set);
  double sum = 0;
  for (auto i = sets.first; i < sets.end; ++i) sum += account.ad_sets[i].population;
  return sum;
}

/// Different people reached by impressions that fall on an audience at random. Does not add up, as in the original.
std::int64_t reach(const Row& row) {
  const double people = population(row.entity);
  const auto impressions = static_cast<double>(row.numbers.impressions);
  const auto reached = std::llround(people * (1.0 - std::exp(-impressions / people * 1.15)) / 1.15);
  return std::clamp<std::int64_t>(reached, 1, row.numbers.impressions);
}

Value video(const Row& row, double watched) {
  return list_or_nothing(
      single_action("video_view", std::llround(static_cast<double>(row.numbers.video_views) * watched)));
}

const market::Campaign* campaign_of(const Row& row) {
  if (!row.has(NodeType::campaign)) return nullptr;
  return &row.entity.account->campaigns[row.at(NodeType::campaign).index];
}

const std::map<std::string_view, Reader> kReaders{
    {"account_id", [](const Row& r) -> Value { return std::to_string(r.entity.account->id); }},
    {"account_name", [](const Row& r) -> Value { return r.entity.account->name; }},
    {"account_currency", [](const Row& r) -> Value { return r.entity.account->currency.text(); }},
    {"campaign_id", [](const Row& r) { return object_field(r, NodeType::campaign, "id"); }},
    {"campaign_name", [](const Row& r) { return object_field(r, NodeType::campaign, "name"); }},
    {"adset_id", [](const Row& r) { return object_field(r, NodeType::ad_set, "id"); }},
    {"adset_name", [](const Row& r) { return object_field(r, NodeType::ad_set, "name"); }},
    {"ad_id", [](const Row& r) { return object_field(r, NodeType::ad, "id"); }},
    {"ad_name", [](const Row& r) { return object_field(r, NodeType::ad, "name"); }},
    {"objective",
     [](const Row& r) { return campaign_of(r) ? Value(objective_name(campaign_of(r)->objective)) : Value{}; }},
    {"optimization_goal",
     [](const Row& r) {
       return r.has(NodeType::ad_set) ? Value(optimization_goal(campaign_of(r)->objective)) : Value{};
     }},
    {"buying_type", [](const Row& r) { return campaign_of(r) ? Value("AUCTION") : Value{}; }},
    {"attribution_setting", [](const Row& r) { return r.has(NodeType::ad_set) ? Value("7d_click_1d_view") : Value{}; }},
    {"spend", [](const Row& r) -> Value { return major(r.numbers.spend, r.units()); }},
    {"impressions", [](const Row& r) -> Value { return std::to_string(r.numbers.impressions); }},
    {"clicks", [](const Row& r) -> Value { return std::to_string(r.numbers.clicks); }},
    {"reach", [](const Row& r) -> Value { return std::to_string(reach(r)); }},
    {"frequency", [](const Row& r) { return share(static_cast<double>(r.numbers.impressions), reach(r)); }},
    {"cpm", [](const Row& r) { return share(r.spend(), r.numbers.impressions, 1000); }},
    {"cpp", [](const Row& r) { return share(r.spend(), reach(r), 1000); }},
    {"ctr", [](const Row& r) { return share(static_cast<double>(r.numbers.clicks), r.numbers.impressions, 100); }},
    {"cpc", [](const Row& r) { return share(r.spend(), r.numbers.clicks); }},
    {"inline_link_clicks", [](const Row& r) -> Value { return std::to_string(r.numbers.link_clicks); }},
    {"inline_link_click_ctr",
     [](const Row& r) { return share(static_cast<double>(r.numbers.link_clicks), r.numbers.impressions, 100); }},
    {"cost_per_inline_link_click", [](const Row& r) { return share(r.spend(), r.numbers.link_clicks); }},
    {"outbound_clicks",
     [](const Row& r) { return list_or_nothing(single_action("outbound_click", r.numbers.link_clicks)); }},
    {"actions", [](const Row& r) { return list_or_nothing(actions(r.context())); }},
    {"action_values", [](const Row& r) { return list_or_nothing(action_values(r.context())); }},
    {"cost_per_action_type", [](const Row& r) { return list_or_nothing(cost_per_action_type(r.context())); }},
    {"purchase_roas",
     [](const Row& r) {
       return list_or_nothing(purchase_roas(r.context(), "omni_purchase", r.numbers.purchases.attributed()));
     }},
    {"website_purchase_roas",
     [](const Row& r) {
       return list_or_nothing(purchase_roas(r.context(), "offsite_conversion.fb_pixel_purchase",
                                            r.numbers.purchases.attributed(market::Channel::web)));
     }},
    {"mobile_app_purchase_roas",
     [](const Row& r) {
       return list_or_nothing(purchase_roas(r.context(), "app_custom_event.fb_mobile_purchase",
                                            r.numbers.purchases.attributed(market::Channel::app)));
     }},
    {"video_play_actions", [](const Row& r) { return video(r, 1.6); }},
    {"video_thruplay_watched_actions", [](const Row& r) { return video(r, 0.34); }},
    {"video_p25_watched_actions", [](const Row& r) { return video(r, 0.71); }},
    {"video_p50_watched_actions", [](const Row& r) { return video(r, 0.42); }},
    {"video_p75_watched_actions", [](const Row& r) { return video(r, 0.28); }},
    {"video_p100_watched_actions", [](const Row& r) { return video(r, 0.19); }},
};

/// Fields of the platform that this market gives no value.
const std::set<std::string_view> kValueless{"date_start",
                                            "date_stop",
                                            "created_time",
                                            "updated_time",
                                            "social_spend",
                                            "unique_clicks",
                                            "unique_ctr",
                                            "unique_inline_link_clicks",
                                            "unique_actions",
                                            "outbound_clicks_ctr",
                                            "conversions",
                                            "conversion_values",
                                            "results",
                                            "cost_per_result",
                                            "result_rate",
                                            "objective_results",
                                            "video_p95_watched_actions",
                                            "video_avg_time_watched_actions",
                                            "video_30_sec_watched_actions",
                                            "video_15_sec_watched_actions",
                                            "video_6_sec_watched_actions",
                                            "video_continuous_2_sec_watched_actions",
                                            "cost_per_thruplay",
                                            "cost_per_15_sec_video_view",
                                            "video_play_curve_actions",
                                            "quality_ranking",
                                            "engagement_rate_ranking",
                                            "conversion_rate_ranking",
                                            "creative_fatigue_summary",
                                            "creative_fatigued_ads",
                                            "creative_diversity_score",
                                            "creative_diversity_label",
                                            "creative_diversity_data"};

}  // namespace

bool is_insights_field(std::string_view name) { return kReaders.contains(name) || kValueless.contains(name); }

boost::json::object render_row(const InsightsRequest& request, const Subject& entity, const Period& period,
                               const market::Numbers& numbers) {
  const Row row{request, entity, numbers};
  boost::json::object out;
  for (const auto& field : request.fields) {
    const auto found = kReaders.find(field);
    if (found == kReaders.end()) continue;
    if (auto value = found->second(row)) out[field] = std::move(*value);
  }
  out["date_start"] = format_day(period.since);
  out["date_stop"] = format_day(period.until);
  return out;
}

}  // namespace omnify::sandbox::meta
