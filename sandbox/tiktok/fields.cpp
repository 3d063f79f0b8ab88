// The fields of campaigns, ad groups and ads, and the texts and numbers that they hold.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "tiktok/failure.h"
#include "tiktok/objects.h"

namespace omnify::sandbox::tiktok {
namespace {

using boost::json::array;
using boost::json::value;
using Reader = value (*)(const Subject&);
using Table = std::map<std::string_view, Reader>;

/// "2026-10-01 08:00:00", in UTC.
std::string time_of(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(instant - day));
  return fmt::format("{} {:02}:{:02}:{:02}", format_day(day), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}
Instant begins(const Subject& s, Day day) { return market::day_begins(s.account->time_zone, day); }

bool is_sales(const Subject& s) { return s.campaign().objective == market::Objective::sales; }
bool is_video(const Subject& s) { return s.ad().format == market::Format::video; }
std::string creative_id(const Subject& s) {
  return std::to_string(s.world->object_id(*s.account, market::Kind::creative, s.ad().creative));
}
std::string pixel(const Subject& s) { return std::to_string(7'200'000'000'000'000'000ULL + s.account->index); }

value nothing(const Subject&) { return nullptr; }
value no(const Subject&) { return false; }
value zero(const Subject&) { return 0.0; }
value own_name(const Subject& s) { return value(name_of(s)); }
value own_id(const Subject& s) { return value(id_of(s)); }
value advertiser_id(const Subject& s) { return value(std::to_string(s.account->id)); }
value campaign_id(const Subject& s) { return value(id_of(s.ancestor(Level::campaign))); }
value campaign_name(const Subject& s) { return value(s.campaign().name); }
value ad_group_id(const Subject& s) { return value(id_of(s.ancestor(Level::ad_group))); }
value ad_group_name(const Subject& s) { return value(name_of(s.ancestor(Level::ad_group))); }
value secondary(const Subject& s) { return value(secondary_status(s)); }
/// The object's own switch: a parent that is off does not turn it.
value operation(const Subject& s) {
  const auto status = status_of(s);
  return status.state == State::disabled && status.cause == s.level ? "DISABLE" : "ENABLE";
}
value modified(const Subject& s) { return value(time_of(modified_at(s))); }
value created(const Subject& s) {
  const auto day = s.level == Level::ad ? s.ad().launch : s.campaign().start;
  return value(time_of(begins(s, day) - std::chrono::hours(15)));
}
value budget_mode(double budget) { return budget > 0 ? "BUDGET_MODE_DAY" : "BUDGET_MODE_INFINITE"; }
value placements(const Subject&) { return array{"PLACEMENT_TIKTOK"}; }
value manual(const Subject&) { return "MANUAL"; }
value landing_page(const Subject& s) {
  return value(fmt::format("https://shop.example/{}/offer", s.account->index + 1));
}

std::string_view optimization_goal(market::Objective objective) {
  switch (objective) {
    case market::Objective::sales:
      return "CONVERT";
    case market::Objective::leads:
      return "LEAD_GENERATION";
    case market::Objective::traffic:
      return "TRAFFIC_LANDING_PAGE_VIEW";
    case market::Objective::awareness:
      return "REACH";
    case market::Objective::engagement:
      return "FOLLOWERS";
    case market::Objective::app:
      return "INSTALL";
  }
  return "";
}

value stop_time(const Subject& s) {
  // A schedule without an end is given one ten years on.
  const auto stop = s.campaign().stop.value_or(s.campaign().start + std::chrono::days(3652));
  return value(time_of(begins(s, stop)));
}

const Table kCampaign{
    {"campaign_id", own_id},
    {"campaign_name", own_name},
    {"advertiser_id", advertiser_id},
    {"objective_type", [](const Subject& s) -> value { return value(objective_type(s.campaign().objective)); }},
    {"objective",
     [](const Subject& s) -> value {
       return s.campaign().objective == market::Objective::app ? "APP" : "LANDING_PAGE";
     }},
    {"virtual_objective_type", nothing},
    {"sales_destination", [](const Subject& s) -> value { return is_sales(s) ? value("WEBSITE") : value(nullptr); }},
    {"campaign_type", [](const Subject&) -> value { return "REGULAR_CAMPAIGN"; }},
    {"campaign_automation_type", manual},
    {"is_smart_performance_campaign", no},
    {"budget_mode", [](const Subject& s) -> value { return budget_mode(campaign_budget(s)); }},
    {"budget", [](const Subject& s) -> value { return campaign_budget(s); }},
    {"budget_optimize_on",
     [](const Subject& s) -> value { return s.campaign().shares_budget ? value(true) : value(nullptr); }},
    {"bid_type", nothing},
    {"roas_bid", zero},
    {"optimization_goal", nothing},
    {"operation_status", operation},
    {"secondary_status", secondary},
    {"app_promotion_type",
     [](const Subject& s) -> value {
       return s.campaign().objective == market::Objective::app ? "APP_INSTALL" : "UNSET";
     }},
    {"special_industries", [](const Subject&) -> value { return array{}; }},
    {"is_search_campaign", no},
    {"is_new_structure", [](const Subject&) -> value { return true; }},
    {"create_time", created},
    {"modify_time", modified}};

const Table kAdGroup{
    {"adgroup_id", own_id},
    {"adgroup_name", own_name},
    {"advertiser_id", advertiser_id},
    {"campaign_id", campaign_id},
    {"campaign_name", campaign_name},
    {"budget_mode", [](const Subject& s) -> value { return budget_mode(ad_group_budget(s)); }},
    {"budget", [](const Subject& s) -> value { return ad_group_budget(s); }},
    {"scheduled_budget", zero},
    {"schedule_type",
     [](const Subject& s) -> value { return s.campaign().stop ? "SCHEDULE_START_END" : "SCHEDULE_FROM_NOW"; }},
    {"schedule_start_time", [](const Subject& s) -> value { return value(time_of(begins(s, s.campaign().start))); }},
    {"schedule_end_time", stop_time},
    {"dayparting", [](const Subject&) -> value { return value(std::string(336, '1')); }},
    {"optimization_goal", [](const Subject& s) -> value { return value(optimization_goal(s.campaign().objective)); }},
    {"optimization_event", [](const Subject& s) -> value { return is_sales(s) ? value("SHOPPING") : value(nullptr); }},
    {"pixel_id", [](const Subject& s) -> value { return is_sales(s) ? value(pixel(s)) : value(nullptr); }},
    {"billing_event", [](const Subject& s) -> value { return is_sales(s) ? "OCPM" : "CPM"; }},
    {"bid_type", [](const Subject&) -> value { return "BID_TYPE_NO_BID"; }},
    {"bid_price", zero},
    {"conversion_bid_price", zero},
    {"deep_cpa_bid", zero},
    {"roas_bid", zero},
    {"pacing", [](const Subject&) -> value { return "PACING_MODE_SMOOTH"; }},
    {"promotion_type", [](const Subject&) -> value { return "WEBSITE"; }},
    {"placement_type", [](const Subject&) -> value { return "PLACEMENT_TYPE_NORMAL"; }},
    {"placements", placements},
    {"location_ids", [](const Subject&) -> value { return array{"6252001"}; }},
    {"age_groups", [](const Subject&) -> value { return array{"AGE_25_34", "AGE_35_44"}; }},
    {"gender", [](const Subject&) -> value { return "GENDER_UNLIMITED"; }},
    {"languages", [](const Subject&) -> value { return array{}; }},
    {"operating_systems", [](const Subject&) -> value { return array{}; }},
    {"interest_category_ids", nothing},
    {"audience_ids", nothing},
    {"excluded_audience_ids", nothing},
    {"frequency", nothing},
    {"frequency_schedule", nothing},
    {"click_attribution_window", [](const Subject&) -> value { return "SEVEN_DAYS"; }},
    {"view_attribution_window", [](const Subject&) -> value { return "ONE_DAY"; }},
    {"engaged_view_attribution_window", [](const Subject&) -> value { return "OFF"; }},
    {"attribution_event_count", [](const Subject&) -> value { return "EVERY"; }},
    {"skip_learning_phase", no},
    {"creative_material_mode", [](const Subject&) -> value { return "CUSTOM"; }},
    {"operation_status", operation},
    {"secondary_status", secondary},
    {"create_time", created},
    {"modify_time", modified}};

const Table kAd{
    {"ad_id", own_id},
    {"ad_name", own_name},
    {"advertiser_id", advertiser_id},
    {"adgroup_id", ad_group_id},
    {"adgroup_name", ad_group_name},
    {"campaign_id", campaign_id},
    {"campaign_name", campaign_name},
    {"ad_format", [](const Subject& s) -> value { return is_video(s) ? "SINGLE_VIDEO" : "SINGLE_IMAGE"; }},
    {"ad_text", [](const Subject& s) -> value { return value(ad_text_of(s)); }},
    {"ad_texts", nothing},
    {"call_to_action", [](const Subject&) -> value { return "SHOP_NOW"; }},
    {"call_to_action_id", nothing},
    {"landing_page_url", landing_page},
    {"utm_params", nothing},
    {"video_id",
     [](const Subject& s) -> value { return is_video(s) ? value("v10033g50000" + creative_id(s)) : value(nullptr); }},
    {"image_ids", [](const Subject& s) -> value { return array{value("ad-site-i18n-sg/" + creative_id(s))}; }},
    {"identity_type", [](const Subject&) -> value { return "CUSTOMIZED_USER"; }},
    {"identity_id", [](const Subject& s) -> value { return value(std::to_string(s.account->business)); }},
    {"tiktok_item_id", nothing},
    {"display_name", [](const Subject& s) -> value { return value(s.account->name); }},
    {"profile_image_url", nothing},
    {"deeplink", nothing},
    {"tracking_pixel_id", nothing},
    {"click_tracking_url", nothing},
    {"impression_tracking_url", nothing},
    {"campaign_automation_type", manual},
    {"is_aco", no},
    {"operation_status", operation},
    {"secondary_status", secondary},
    {"create_time", created},
    {"modify_time", modified}};

const Table& table_of(Level level) {
  if (level == Level::campaign) return kCampaign;
  return level == Level::ad_group ? kAdGroup : kAd;
}

}  // namespace

boost::json::object render(const Subject& subject, const std::vector<std::string>& fields, Nulls nulls) {
  const auto& table = table_of(subject.level);
  boost::json::object out;
  const auto add = [&](std::string_view name, Reader reader) {
    auto read = reader(subject);
    if (nulls == Nulls::shown || !read.is_null()) out[name] = std::move(read);
  };
  if (fields.empty()) {
    for (const auto& [name, reader] : table) add(name, reader);
  }
  for (const auto& name : fields) {
    const auto found = table.find(name);
    if (found == table.end()) throw invalid("fields", fmt::format("Invalid field: {}.", name));
    add(name, found->second);
  }
  return out;
}

}  // namespace omnify::sandbox::tiktok
