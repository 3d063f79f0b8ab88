#include "tiktok/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace omnify::sandbox::tiktok {
namespace {

using market::Channel;
using market::Tally;
using Text = std::optional<std::string>;
using Row = MetricContext;

/// Minor units as exact decimal text.
std::string money(const Row& row, std::int64_t minor) {
  const auto units = row.entity.account->minor_units;
  if (units == 1) return std::to_string(minor);
  return fmt::format("{}.{:02}", minor / units, minor % units);
}
double spend(const Row& row) {
  return static_cast<double>(row.numbers.spend) / static_cast<double>(row.entity.account->minor_units);
}
Text count(std::int64_t value) { return std::to_string(value); }
Text share(double numerator, std::int64_t denominator, double factor = 1, int decimals = 2) {
  if (denominator == 0) return std::nullopt;
  return fmt::format("{:.{}f}", numerator * factor / static_cast<double>(denominator), decimals);
}
Text percent(std::int64_t part, std::int64_t whole) { return share(static_cast<double>(part), whole, 100); }
Text cost_of(const Row& row, std::int64_t events, double factor = 1) { return share(spend(row), events, factor, 3); }

Tally purchases(const Row& row, Channel channel) { return row.numbers.purchases.attributed(channel); }
Text roas(const Row& row, Channel channel) {
  return share(static_cast<double>(purchases(row, channel).value), row.numbers.spend);
}
Text mean_value(const Row& row, Channel channel) {
  const auto tally = purchases(row, channel);
  if (tally.count == 0) return std::nullopt;
  return money(row, tally.value / tally.count);
}

double population(const Subject& entity) {
  if (entity.level >= Level::ad_group) {
    return (entity.level == Level::ad ? 0.7 : 1.0) * entity.ad_group().population;
  }
  double sum = 0;
  const auto& sets = entity.account->ad_sets;
  for (const auto& set : sets) {
    if (entity.level == Level::advertiser || set.campaign == entity.index) sum += set.population;
  }
  return sum;
}

/// Different people reached by impressions that fall on an audience at random. Does not add up, as in the original.
std::int64_t reach(const Row& row) {
  const double people = population(row.entity);
  const auto impressions = static_cast<double>(row.numbers.impressions);
  if (impressions == 0 || people <= 0) return 0;
  const auto reached = std::llround(people * (1.0 - std::exp(-impressions / people * 1.15)) / 1.15);
  return std::clamp<std::int64_t>(reached, 1, row.numbers.impressions);
}

using Count = std::optional<std::int64_t>;
Text count(Count value) { return value ? count(*value) : std::nullopt; }
Text percent(Count part, std::int64_t whole) { return part ? percent(*part, whole) : std::nullopt; }
Text cost_of(const Row& row, Count events) { return events ? cost_of(row, *events) : std::nullopt; }

/// What the ad group is optimised for; undefined for the whole account, whose goals differ.
Count conversions(const Row& row) {
  if (row.entity.level == Level::advertiser) return std::nullopt;
  switch (row.entity.campaign().objective) {
    case market::Objective::sales:
      return purchases(row, Channel::web).count;
    case market::Objective::leads:
      return row.numbers.leads.attributed().count;
    default:
      return 0;
  }
}
Count results(const Row& row) {
  if (row.entity.level == Level::advertiser) return std::nullopt;
  switch (row.entity.campaign().objective) {
    case market::Objective::traffic:
      return row.numbers.landings;
    case market::Objective::awareness:
      return reach(row);
    default:
      return conversions(row);
  }
}
Text watched(const Row& row, double part) {
  return count(std::llround(static_cast<double>(row.numbers.video_views) * part));
}
Text undefined(const Row&) { return std::nullopt; }
Text none(const Row&) { return "0"; }

using Table = std::map<std::string_view, Metric>;

const Table kAttributes{
    {"currency",
     {Level::advertiser, [](const Row& r) -> Text { return std::string(r.entity.account->currency.text()); }}},
    {"campaign_id", {Level::campaign, [](const Row& r) -> Text { return id_of(r.entity.ancestor(Level::campaign)); }}},
    {"campaign_name", {Level::campaign, [](const Row& r) -> Text { return r.entity.campaign().name; }}},
    {"objective_type",
     {Level::campaign,
      [](const Row& r) -> Text { return std::string(objective_type(r.entity.campaign().objective)); }}},
    {"campaign_budget",
     {Level::campaign, [](const Row& r) -> Text { return fmt::format("{:.2f}", campaign_budget(r.entity)); }}},
    {"campaign_automation_type", {Level::campaign, [](const Row&) -> Text { return "MANUAL"; }}},
    {"adgroup_id", {Level::ad_group, [](const Row& r) -> Text { return id_of(r.entity.ancestor(Level::ad_group)); }}},
    {"adgroup_name",
     {Level::ad_group, [](const Row& r) -> Text { return name_of(r.entity.ancestor(Level::ad_group)); }}},
    {"budget",
     {Level::ad_group, [](const Row& r) -> Text { return fmt::format("{:.2f}", ad_group_budget(r.entity)); }}},
    {"bid", {Level::ad_group, none}},
    {"bid_strategy", {Level::ad_group, [](const Row&) -> Text { return "Lowest cost"; }}},
    {"billing_event", {Level::ad_group, [](const Row&) -> Text { return "oCPM"; }}},
    {"placement_type", {Level::ad_group, [](const Row&) -> Text { return "Select Placement"; }}},
    {"promotion_type", {Level::ad_group, [](const Row&) -> Text { return "Website"; }}},
    {"smart_target", {Level::ad_group, undefined}},
    {"tt_app_id", {Level::ad_group, undefined}},
    {"ad_name", {Level::ad, [](const Row& r) -> Text { return name_of(r.entity); }}},
    {"ad_text", {Level::ad, [](const Row& r) -> Text { return std::string(ad_text_of(r.entity)); }}},
    {"call_to_action", {Level::ad, [](const Row&) -> Text { return "Shop now"; }}},
    {"image_mode", {Level::ad, undefined}},
    {"is_aco", {Level::ad, [](const Row&) -> Text { return "false"; }}}};

const Table kDelivery{
    {"spend", {Level::advertiser, [](const Row& r) -> Text { return money(r, r.numbers.spend); }}},
    {"billed_cost", {Level::advertiser, [](const Row& r) -> Text { return money(r, r.numbers.spend); }}},
    {"impressions", {Level::advertiser, [](const Row& r) { return count(r.numbers.impressions); }}},
    {"gross_impressions", {Level::advertiser, [](const Row& r) { return count(r.numbers.impressions); }}},
    {"clicks", {Level::advertiser, [](const Row& r) { return count(r.numbers.link_clicks); }}},
    {"ctr", {Level::advertiser, [](const Row& r) { return percent(r.numbers.link_clicks, r.numbers.impressions); }}},
    {"cpc", {Level::advertiser, [](const Row& r) { return cost_of(r, r.numbers.link_clicks); }}},
    {"cpm", {Level::advertiser, [](const Row& r) { return cost_of(r, r.numbers.impressions, 1000); }}},
    {"reach", {Level::advertiser, [](const Row& r) { return count(reach(r)); }}},
    {"frequency",
     {Level::advertiser, [](const Row& r) { return share(static_cast<double>(r.numbers.impressions), reach(r)); }}},
    {"cost_per_1000_reached", {Level::advertiser, [](const Row& r) { return cost_of(r, reach(r), 1000); }}},
    {"conversion", {Level::advertiser, [](const Row& r) { return count(conversions(r)); }}},
    {"cost_per_conversion", {Level::advertiser, [](const Row& r) { return cost_of(r, conversions(r)); }}},
    {"conversion_rate",
     {Level::advertiser, [](const Row& r) { return percent(conversions(r), r.numbers.link_clicks); }}},
    {"conversion_rate_v2",
     {Level::advertiser, [](const Row& r) { return percent(conversions(r), r.numbers.impressions); }}},
    {"result", {Level::advertiser, [](const Row& r) { return count(results(r)); }}},
    {"cost_per_result", {Level::advertiser, [](const Row& r) { return cost_of(r, results(r)); }}},
    {"result_rate", {Level::advertiser, [](const Row& r) { return percent(results(r), r.numbers.impressions); }}},
    {"engagements", {Level::advertiser, [](const Row& r) { return count(r.numbers.clicks); }}},
    {"engagement_rate",
     {Level::advertiser, [](const Row& r) { return percent(r.numbers.clicks, r.numbers.impressions); }}},
    {"likes", {Level::advertiser, [](const Row& r) { return count(r.numbers.reactions); }}},
    {"comments", {Level::advertiser, none}},
    {"shares", {Level::advertiser, none}},
    {"follows", {Level::advertiser, none}},
    {"profile_visits", {Level::advertiser, none}},
    {"video_play_actions", {Level::advertiser, [](const Row& r) { return watched(r, 1.6); }}},
    {"video_watched_2s", {Level::advertiser, [](const Row& r) { return watched(r, 1.0); }}},
    {"video_watched_6s", {Level::advertiser, [](const Row& r) { return watched(r, 0.34); }}},
    {"video_views_p25", {Level::advertiser, [](const Row& r) { return watched(r, 0.71); }}},
    {"video_views_p50", {Level::advertiser, [](const Row& r) { return watched(r, 0.42); }}},
    {"video_views_p75", {Level::advertiser, [](const Row& r) { return watched(r, 0.28); }}},
    {"video_views_p100", {Level::advertiser, [](const Row& r) { return watched(r, 0.19); }}}};

/// Each channel's purchases stand in metrics of their own; no sum of them is offered.
const Table kConversions{
    {"complete_payment", {Level::advertiser, [](const Row& r) { return count(purchases(r, Channel::web).count); }}},
    {"cost_per_complete_payment",
     {Level::advertiser, [](const Row& r) { return cost_of(r, purchases(r, Channel::web).count); }}},
    {"complete_payment_rate",
     {Level::advertiser,
      [](const Row& r) { return percent(purchases(r, Channel::web).count, r.numbers.link_clicks); }}},
    {"value_per_complete_payment", {Level::advertiser, [](const Row& r) { return mean_value(r, Channel::web); }}},
    // The total value: the name is the platform's own mistake.
    {"total_complete_payment_rate",
     {Level::advertiser, [](const Row& r) -> Text { return money(r, purchases(r, Channel::web).value); }}},
    {"complete_payment_roas", {Level::advertiser, [](const Row& r) { return roas(r, Channel::web); }}},
    {"web_event_add_to_cart", {Level::advertiser, [](const Row& r) { return count(r.numbers.carts); }}},
    {"total_landing_page_view", {Level::advertiser, [](const Row& r) { return count(r.numbers.landings); }}},
    {"cost_per_landing_page_view", {Level::advertiser, [](const Row& r) { return cost_of(r, r.numbers.landings); }}},
    {"form", {Level::advertiser, [](const Row& r) { return count(r.numbers.leads.attributed(Channel::web).count); }}},
    {"onsite_form",
     {Level::advertiser, [](const Row& r) { return count(r.numbers.leads.attributed(Channel::shop).count); }}},
    // Of different people: the same orders once more.
    {"purchase", {Level::advertiser, [](const Row& r) { return count(purchases(r, Channel::app).count); }}},
    {"total_purchase", {Level::advertiser, [](const Row& r) { return count(purchases(r, Channel::app).count); }}},
    {"total_purchase_value",
     {Level::advertiser, [](const Row& r) -> Text { return money(r, purchases(r, Channel::app).value); }}},
    {"value_per_total_purchase", {Level::advertiser, [](const Row& r) { return mean_value(r, Channel::app); }}},
    {"total_active_pay_roas", {Level::advertiser, [](const Row& r) { return roas(r, Channel::app); }}},
    {"onsite_shopping", {Level::advertiser, [](const Row& r) { return count(purchases(r, Channel::shop).count); }}},
    {"cost_per_onsite_shopping",
     {Level::advertiser, [](const Row& r) { return cost_of(r, purchases(r, Channel::shop).count); }}},
    {"total_onsite_shopping_value",
     {Level::advertiser, [](const Row& r) -> Text { return money(r, purchases(r, Channel::shop).value); }}},
    {"value_per_onsite_shopping", {Level::advertiser, [](const Row& r) { return mean_value(r, Channel::shop); }}},
    {"onsite_shopping_roas", {Level::advertiser, [](const Row& r) { return roas(r, Channel::shop); }}}};

/// Metrics of the platform that this market gives no value.
const Table kValueless = [] {
  Table table;
  for (const auto* name : {"secondary_goal_result",
                           "cost_per_secondary_goal_result",
                           "secondary_goal_result_rate",
                           "real_time_conversion",
                           "real_time_cost_per_conversion",
                           "real_time_conversion_rate",
                           "real_time_result",
                           "real_time_cost_per_result",
                           "real_time_result_rate",
                           "initiate_checkout",
                           "total_initiate_checkout_value",
                           "total_web_event_add_to_cart_value",
                           "total_pageview",
                           "user_registration",
                           "button_click",
                           "total_page_view_content_events_value",
                           "app_install",
                           "cost_per_app_install",
                           "registration",
                           "app_event_add_to_cart",
                           "checkout",
                           "view_content",
                           "shop_gross_revenue_by_order_submission",
                           "offline_shopping_events",
                           "offline_shopping_events_value",
                           "offline_shopping_events_roas",
                           "average_video_play",
                           "average_video_play_per_user",
                           "engaged_view",
                           "engaged_view_15s",
                           "paid_engaged_view",
                           "profile_visits_rate",
                           "clicks_on_music_disc",
                           "anchor_clicks",
                           "live_views",
                           "vta_conversion",
                           "cta_conversion",
                           "evta_conversion"}) {
    table.emplace(name, Metric{Level::advertiser, undefined});
  }
  return table;
}();

}  // namespace

const Metric* find_metric(std::string_view name) {
  for (const auto* table : {&kDelivery, &kConversions, &kAttributes, &kValueless}) {
    if (const auto found = table->find(name); found != table->end()) return &found->second;
  }
  return nullptr;
}

}  // namespace omnify::sandbox::tiktok
