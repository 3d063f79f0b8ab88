#include "meta/object_fields.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>

#include "market/names.h"

namespace omnify::sandbox::meta {
namespace {

using boost::json::array;
using boost::json::object;
using Value = FieldValue;
using Table = std::map<std::string_view, FieldReader>;

const market::Campaign& campaign_of(const Subject& subject) {
  return subject.account->campaigns[ancestor(subject, NodeType::campaign).index];
}
const market::AdSet& ad_set_of(const Subject& subject) {
  return subject.account->ad_sets[ancestor(subject, NodeType::ad_set).index];
}
const market::Ad& ad_of(const Subject& subject) { return subject.account->ads[subject.index]; }

/// Budgets travel in minor units; the platform's offset is 1 for yen and 100 for the other currencies of this market.
std::string minor(const Subject& subject, double major) {
  return std::to_string(std::llround(major * static_cast<double>(subject.account->minor_units)));
}

std::string time_of(const Subject& subject, Instant instant) { return graph_time(subject.account->time_zone, instant); }
Instant begins(const Subject& subject, Day day) { return market::day_begins(subject.account->time_zone, day); }

double campaign_budget(const Subject& subject) {
  const auto range = children(ancestor(subject, NodeType::campaign), NodeType::ad_set);
  double sum = 0;
  for (auto i = range.first; i < range.end; ++i) sum += subject.account->ad_sets[i].budget;
  return sum;
}

Value nothing(const Subject&) { return std::nullopt; }
Value node_id(const Subject& s) { return id_of(s); }
Value account_id(const Subject& s) { return std::to_string(s.account->id); }
Value account_name(const Subject& s) { return s.account->name; }
Value campaign_id(const Subject& s) { return id_of(ancestor(s, NodeType::campaign)); }
Value ad_set_id(const Subject& s) { return id_of(ancestor(s, NodeType::ad_set)); }
Value effective(const Subject& s) { return effective_status(s); }
Value configured(const Subject& s) { return effective_status(s) == "PAUSED" ? "PAUSED" : "ACTIVE"; }
Value active(const Subject&) { return "ACTIVE"; }
Value updated(const Subject& s) { return time_of(s, updated_at(s)); }
Value campaign_start(const Subject& s) { return time_of(s, begins(s, campaign_of(s).start)); }
Value campaign_created(const Subject& s) {
  return time_of(s, begins(s, campaign_of(s).start) - std::chrono::hours(15));
}
Value ad_created(const Subject& s) { return time_of(s, begins(s, ad_of(s).launch) - std::chrono::hours(13)); }
Value stop_time(const Subject& s) {
  if (!campaign_of(s).stop) return std::nullopt;
  return time_of(s, begins(s, *campaign_of(s).stop));
}
Value no_flag(const Subject&) { return false; }
Value bid_strategy(const Subject&) { return "LOWEST_COST_WITHOUT_CAP"; }

std::string ad_name(const Subject& s) {
  const auto& ad = ad_of(s);
  return fmt::format("{} | {} | {:02}", ad.format == market::Format::video ? "Video" : "Image",
                     market::ad_text(ad.text).title, s.index - ad_set_of(s).first_ad + 1);
}

/// Every fourth creative is of the kind that leaves title and body empty and has its texts in the story only.
bool has_own_texts(const Subject& s) { return s.index % 4 != 3; }
std::string landing_page(const Subject& s) {
  return fmt::format("https://shop.example/{}/offer", s.account->index + 1);
}
std::string picture(const Subject& s, std::string_view size) {
  return fmt::format("https://scontent.example/v/t45/{}_{}.jpg?oe=66A1", id_of(s), size);
}

object story(const Subject& s) {
  const auto text = market::ad_text(ad_of(s).text);
  object action{{"type", "SHOP_NOW"}, {"value", object{{"link", landing_page(s)}}}};
  object spec{{"page_id", std::to_string(s.account->business + 7)}};
  if (ad_of(s).format == market::Format::video) {
    spec["video_data"] = object{{"video_id", std::to_string(s.account->business + 1000 + s.index)},
                                {"title", text.title},
                                {"message", text.body},
                                {"image_url", picture(s, "n")},
                                {"call_to_action", std::move(action)}};
  } else {
    spec["link_data"] = object{{"link", landing_page(s)},
                               {"message", text.body},
                               {"name", text.title},
                               {"picture", picture(s, "n")},
                               {"call_to_action", std::move(action)}};
  }
  return spec;
}

object targeting(const Subject& s) {
  const auto& ad_set = ad_set_of(s);
  object targeting{
      {"age_min", 18 + static_cast<int>(ad_set.audience % 3) * 7},
      {"age_max", 65},
      {"geo_locations", object{{"countries", array{s.account->time_zone.starts_with("Europe") ? "DE" : "US"}}}}};
  targeting["targeting_automation"] = object{{"advantage_audience", static_cast<int>(ad_set.audience % 2)}};
  return targeting;
}

const Table kAccount{
    {"id", node_id},
    {"account_id", account_id},
    {"name", account_name},
    {"account_status", [](const Subject&) -> Value { return 1; }},
    {"disable_reason", [](const Subject&) -> Value { return 0; }},
    {"currency", [](const Subject& s) -> Value { return s.account->currency.text(); }},
    {"timezone_name", [](const Subject& s) -> Value { return s.account->time_zone; }},
    {"timezone_offset_hours_utc",
     [](const Subject& s) -> Value {
       return static_cast<double>(market::utc_offset(s.account->time_zone, s.now).count()) / 3600.0;
     }},
    {"balance", [](const Subject&) -> Value { return "0"; }},
    {"spend_cap", [](const Subject&) -> Value { return "0"; }},
    {"min_daily_budget",
     [](const Subject& s) -> Value {
       return std::llround(s.account->price_level * static_cast<double>(s.account->minor_units));
     }},
    {"business",
     [](const Subject& s) -> Value {
       return object{{"id", std::to_string(s.account->business)}, {"name", s.account->name + " Group"}};
     }},
    {"owner", [](const Subject& s) -> Value { return std::to_string(s.account->business); }},
    {"is_prepay_account", no_flag},
    {"created_time", [](const Subject& s) -> Value { return time_of(s, begins(s, s.account->created)); }},
    {"age",
     [](const Subject& s) -> Value {
       return static_cast<double>((s.now - begins(s, s.account->created)).count()) / 86'400e6;
     }},
    {"user_tasks", [](const Subject&) -> Value { return array{"DRAFT", "ANALYZE", "ADVERTISE", "MANAGE"}; }},
    {"amount_spent", nothing},
    {"timezone_id", nothing},
    {"funding_source_details", nothing},
    {"default_dsa_payor", nothing},
    {"default_dsa_beneficiary", nothing},
    {"attribution_spec", nothing}};

const Table kCampaign{
    {"id", node_id},
    {"account_id", account_id},
    {"name", [](const Subject& s) -> Value { return campaign_of(s).name; }},
    {"objective", [](const Subject& s) -> Value { return objective_name(campaign_of(s).objective); }},
    {"status", configured},
    {"configured_status", configured},
    {"effective_status", effective},
    {"buying_type", [](const Subject&) -> Value { return "AUCTION"; }},
    {"bid_strategy", [](const Subject& s) { return campaign_of(s).shares_budget ? bid_strategy(s) : Value{}; }},
    {"daily_budget",
     [](const Subject& s) -> Value {
       if (!campaign_of(s).shares_budget) return std::nullopt;
       return minor(s, campaign_budget(s));
     }},
    {"budget_remaining", [](const Subject&) -> Value { return "0"; }},
    {"special_ad_categories", [](const Subject&) -> Value { return array{}; }},
    {"is_adset_budget_sharing_enabled", no_flag},
    {"pacing_type", [](const Subject&) -> Value { return array{"standard"}; }},
    {"start_time", campaign_start},
    {"stop_time", stop_time},
    {"created_time", campaign_created},
    {"updated_time", updated},
    {"lifetime_budget", nothing},
    {"spend_cap", nothing},
    {"promoted_object", nothing},
    {"issues_info", nothing},
    {"advantage_state_info", nothing},
    {"smart_promotion_type", [](const Subject&) -> Value { return "GUIDED_CREATION"; }}};

const Table kAdSet{
    {"id", node_id},
    {"account_id", account_id},
    {"campaign_id", campaign_id},
    {"name",
     [](const Subject& s) -> Value {
       return fmt::format("{} | {}", market::audience_name(ad_set_of(s).audience),
                          s.index - campaign_of(s).first_ad_set + 1);
     }},
    {"status", configured},
    {"configured_status", configured},
    {"effective_status", effective},
    {"daily_budget",
     [](const Subject& s) -> Value {
       if (campaign_of(s).shares_budget) return std::nullopt;
       return minor(s, ad_set_of(s).budget);
     }},
    {"budget_remaining", [](const Subject&) -> Value { return "0"; }},
    {"bid_strategy", bid_strategy},
    {"billing_event", [](const Subject&) -> Value { return "IMPRESSIONS"; }},
    {"optimization_goal", [](const Subject& s) -> Value { return optimization_goal(campaign_of(s).objective); }},
    {"destination_type", [](const Subject&) -> Value { return "WEBSITE"; }},
    {"promoted_object",
     [](const Subject& s) -> Value {
       if (campaign_of(s).objective != market::Objective::sales) return std::nullopt;
       return object{{"pixel_id", std::to_string(s.account->business + 3)}, {"custom_event_type", "PURCHASE"}};
     }},
    {"attribution_spec",
     [](const Subject&) -> Value {
       return array{object{{"event_type", "CLICK_THROUGH"}, {"window_days", 7}},
                    object{{"event_type", "VIEW_THROUGH"}, {"window_days", 1}}};
     }},
    {"targeting", [](const Subject& s) -> Value { return targeting(s); }},
    {"start_time", campaign_start},
    {"end_time", stop_time},
    {"learning_stage_info", [](const Subject&) -> Value { return object{{"status", "SUCCESS"}}; }},
    {"is_dynamic_creative", no_flag},
    {"created_time", campaign_created},
    {"updated_time", updated},
    {"lifetime_budget", nothing},
    {"bid_amount", nothing},
    {"bid_constraints", nothing},
    {"daily_min_spend_target", nothing},
    {"daily_spend_cap", nothing},
    {"frequency_control_specs", nothing},
    {"dsa_payor", nothing},
    {"dsa_beneficiary", nothing},
    {"issues_info", nothing}};

const Table kAd{{"id", node_id},
                {"account_id", account_id},
                {"campaign_id", campaign_id},
                {"adset_id", ad_set_id},
                {"name", [](const Subject& s) -> Value { return ad_name(s); }},
                {"status", configured},
                {"configured_status", configured},
                {"effective_status", effective},
                {"created_time", ad_created},
                {"updated_time", updated},
                {"tracking_specs", nothing},
                {"conversion_domain", [](const Subject&) -> Value { return "shop.example"; }},
                {"ad_review_feedback", nothing},
                {"issues_info", nothing},
                {"preview_shareable_link", [](const Subject& s) -> Value { return "https://fb.example/" + id_of(s); }},
                {"source_ad_id", [](const Subject&) -> Value { return "0"; }}};

const Table kCreative{
    {"id", node_id},
    {"account_id", account_id},
    {"name",
     [](const Subject& s) -> Value { return fmt::format("{} {:05}", market::ad_text(ad_of(s).text).title, s.index); }},
    {"status", active},
    {"title",
     [](const Subject& s) -> Value {
       return has_own_texts(s) ? Value(market::ad_text(ad_of(s).text).title) : Value{};
     }},
    {"body",
     [](const Subject& s) -> Value { return has_own_texts(s) ? Value(market::ad_text(ad_of(s).text).body) : Value{}; }},
    {"object_type",
     [](const Subject& s) -> Value { return ad_of(s).format == market::Format::video ? "VIDEO" : "SHARE"; }},
    {"object_story_spec", [](const Subject& s) -> Value { return story(s); }},
    {"image_url",
     [](const Subject& s) -> Value {
       if (ad_of(s).format == market::Format::video) return std::nullopt;
       return picture(s, "n");
     }},
    {"thumbnail_url", [](const Subject& s) -> Value { return picture(s, "p64x64"); }},
    {"video_id",
     [](const Subject& s) -> Value {
       if (ad_of(s).format != market::Format::video) return std::nullopt;
       return std::to_string(s.account->business + 1000 + s.index);
     }},
    {"call_to_action_type", [](const Subject&) -> Value { return "SHOP_NOW"; }},
    {"link_url", [](const Subject& s) -> Value { return landing_page(s); }},
    {"image_hash", nothing},
    {"object_story_id", nothing},
    {"effective_object_story_id", nothing},
    {"asset_feed_spec", nothing},
    {"url_tags", nothing},
    {"instagram_user_id", nothing},
    {"instagram_permalink_url", nothing},
    {"effective_instagram_media_id", nothing},
    {"degrees_of_freedom_spec", nothing},
    {"product_set_id", nothing}};

const Table& table_of(NodeType type) {
  switch (type) {
    case NodeType::account:
      return kAccount;
    case NodeType::campaign:
      return kCampaign;
    case NodeType::ad_set:
      return kAdSet;
    case NodeType::ad:
      return kAd;
    case NodeType::creative:
      break;
  }
  return kCreative;
}

}  // namespace

const FieldReader* find_field(NodeType type, std::string_view name) {
  const auto& table = table_of(type);
  const auto found = table.find(name);
  return found == table.end() ? nullptr : &found->second;
}

std::string graph_time(std::string_view time_zone, Instant instant) {
  const auto offset = market::utc_offset(time_zone, instant);
  auto text = format_instant(std::chrono::floor<std::chrono::seconds>(instant) + offset);
  text.pop_back();  // the Z: this is local time
  const auto minutes = std::chrono::abs(std::chrono::duration_cast<std::chrono::minutes>(offset)).count();
  return fmt::format("{}{}{:02}{:02}", text, offset.count() < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace omnify::sandbox::meta
