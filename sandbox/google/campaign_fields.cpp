#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>

#include "google/entity_fields.h"
#include "market/names.h"

namespace omnify::sandbox::google {
namespace {

using boost::json::array;
using market::Kind;
using Value = FieldValue;

constexpr std::string_view kStatus = "ENABLED PAUSED REMOVED";
constexpr std::string_view kServing = "SERVING NONE ENDED PENDING SUSPENDED";
constexpr std::string_view kCampaignPrimary =
    "ELIGIBLE PAUSED REMOVED ENDED PENDING MISCONFIGURED LIMITED LEARNING NOT_ELIGIBLE";
constexpr std::string_view kGroupPrimary = "ELIGIBLE PAUSED REMOVED PENDING NOT_ELIGIBLE LIMITED";
constexpr std::string_view kChannels =
    "SEARCH DISPLAY SHOPPING HOTEL VIDEO MULTI_CHANNEL LOCAL SMART PERFORMANCE_MAX LOCAL_SERVICES TRAVEL DEMAND_GEN";
constexpr std::string_view kBidding =
    "COMMISSION ENHANCED_CPC FIXED_CPM FIXED_SHARE_OF_VOICE MANUAL_CPA MANUAL_CPC MANUAL_CPM MANUAL_CPV "
    "MAXIMIZE_CONVERSIONS MAXIMIZE_CONVERSION_VALUE PERCENT_CPC TARGET_CPA TARGET_CPC TARGET_CPM TARGET_CPV "
    "TARGET_IMPRESSION_SHARE TARGET_ROAS TARGET_SPEND";
constexpr std::string_view kGroupTypes =
    "SEARCH_STANDARD DISPLAY_STANDARD SHOPPING_PRODUCT_ADS HOTEL_ADS SEARCH_DYNAMIC_ADS VIDEO_BUMPER VIDEO_RESPONSIVE "
    "VIDEO_TRUE_VIEW_IN_STREAM VIDEO_EFFICIENT_REACH";
constexpr std::string_view kStrength = "PENDING NO_ADS POOR AVERAGE GOOD EXCELLENT";
constexpr std::string_view kPolitical = "CONTAINS_EU_POLITICAL_ADVERTISING DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING";

const market::Campaign& campaign(const Context& c) { return c.account->campaigns[campaign_index(c)]; }
const market::AdSet& ad_set(const Context& c) { return c.account->ad_sets[ad_set_index(c)]; }
std::string_view channel(const Context& c) { return channel_of(campaign(c), campaign_index(c)); }
bool ended(const Context& c) { return campaign(c).stop && c.today >= *campaign(c).stop; }

bool campaign_paused(const Context& c) {
  const auto& one = campaign(c);
  const bool resting = one.break_from && c.today >= *one.break_from && c.today < *one.break_until;
  return resting || (one.paused_on && c.today >= *one.paused_on);
}
bool group_paused(const Context& c) { return ad_set(c).paused_on && c.today >= *ad_set(c).paused_on; }

/// An ended campaign stays ENABLED: its end date and its primary status tell.
Value campaign_status(const Context& c) { return campaign_paused(c) ? "PAUSED" : "ENABLED"; }
Value campaign_primary(const Context& c) {
  if (campaign_paused(c)) return "PAUSED";
  return ended(c) ? "ENDED" : "ELIGIBLE";
}
Value campaign_serving(const Context& c) { return ended(c) ? "ENDED" : campaign_paused(c) ? "NONE" : "SERVING"; }
Value primary_reasons(const Context& c) {
  array reasons;
  if (campaign_paused(c)) reasons.emplace_back("CAMPAIGN_PAUSED");
  if (ended(c)) reasons.emplace_back("CAMPAIGN_ENDED");
  if (reasons.empty()) return nullptr;
  return reasons;
}
Value bidding(const Context& c) {
  if (channel(c) == "DISPLAY") return "TARGET_SPEND";
  if (channel(c) == "VIDEO") return "TARGET_CPM";
  return campaign(c).objective == market::Objective::sales ? "MAXIMIZE_CONVERSION_VALUE" : "MAXIMIZE_CONVERSIONS";
}

Value budget_amount(const Context& c) {
  const auto& one = campaign(c);
  double sum = 0;
  for (auto i = one.first_ad_set; i < one.first_ad_set + one.ad_set_count; ++i) sum += c.account->ad_sets[i].budget;
  return std::llround(sum * static_cast<double>(c.account->minor_units)) * (kMicrosPerUnit / c.account->minor_units);
}

std::string group_name(const Context& c) { return std::string(market::audience_name(ad_set(c).audience)); }

Value group_status(const Context& c) { return group_paused(c) ? "PAUSED" : "ENABLED"; }
Value group_primary(const Context& c) {
  if (group_paused(c)) return "PAUSED";
  return campaign_paused(c) || ended(c) ? "NOT_ELIGIBLE" : "ELIGIBLE";
}
/// Demand Gen and App campaigns have ad groups without a type.
Value group_type(const Context& c) {
  if (channel(c) == "SEARCH") return "SEARCH_STANDARD";
  if (channel(c) == "DISPLAY") return "DISPLAY_STANDARD";
  if (channel(c) == "VIDEO") return "VIDEO_RESPONSIVE";
  return "UNKNOWN";
}

template <Kind OfKind>
Value id(const Context& c) {
  const bool of_campaign = OfKind == Kind::campaign || OfKind == Kind::creative;
  return c.world->object_id(*c.account, OfKind, of_campaign ? campaign_index(c) : ad_set_index(c));
}
Value name_of(const Context& c, std::string_view message) {
  return fmt::format("customers/{}/{}", c.customer, resource_name(c, message));
}
Value campaign_name(const Context& c) { return name_of(c, "campaign"); }

using enum Type;
constexpr auto kAttribute = Category::attribute;
constexpr unsigned kOfCampaign = kCampaign | kBudget | kBelowCampaign;
constexpr unsigned kOfBudget = kCampaign | kBudget;
constexpr unsigned kOfGroup = kAdGroup | kAd;

constexpr Field kFields[] = {
    {"campaign.resource_name", kAttribute, text, kOfCampaign, campaign_name},
    {"campaign.id", kAttribute, int64, kOfCampaign, id<Kind::campaign>},
    {"campaign.name", kAttribute, text, kOfCampaign, [](const Context& c) -> Value { return campaign(c).name; }},
    {"campaign.status", kAttribute, enumeration, kOfCampaign, campaign_status, kStatus},
    {"campaign.serving_status", kAttribute, enumeration, kOfCampaign, campaign_serving, kServing},
    {"campaign.primary_status", kAttribute, enumeration, kOfCampaign, campaign_primary, kCampaignPrimary},
    {"campaign.primary_status_reasons", kAttribute, list, kOfCampaign, primary_reasons},
    {"campaign.advertising_channel_type", kAttribute, enumeration, kOfCampaign,
     [](const Context& c) -> Value { return channel(c); }, kChannels},
    {"campaign.advertising_channel_sub_type", kAttribute, enumeration, kOfCampaign,
     [](const Context& c) -> Value { return channel(c) == "MULTI_CHANNEL" ? Value("APP_CAMPAIGN") : Value(); },
     "APP_CAMPAIGN APP_CAMPAIGN_FOR_ENGAGEMENT VIDEO_ACTION VIDEO_NON_SKIPPABLE VIDEO_SEQUENCE"},
    {"campaign.bidding_strategy_type", kAttribute, enumeration, kOfCampaign, bidding, kBidding},
    {"campaign.target_cpa.target_cpa_micros", kAttribute, int64, kOfCampaign, nothing},
    {"campaign.target_roas.target_roas", kAttribute, number, kOfCampaign, nothing},
    {"campaign.maximize_conversions.target_cpa_micros", kAttribute, int64, kOfCampaign, nothing},
    {"campaign.maximize_conversion_value.target_roas", kAttribute, number, kOfCampaign, nothing},
    {"campaign.optimization_score", kAttribute, number, kOfCampaign, nothing},
    {"campaign.start_date_time", kAttribute, text, kOfCampaign,
     [](const Context& c) -> Value { return format_day(campaign(c).start) + " 00:00:00"; }},
    {"campaign.end_date_time", kAttribute, text, kOfCampaign,
     [](const Context& c) -> Value {
       if (!campaign(c).stop) return nullptr;
       return format_day(*campaign(c).stop - std::chrono::days(1)) + " 23:59:59";
     }},
    {"campaign.campaign_budget", kAttribute, text, kOfCampaign,
     [](const Context& c) -> Value { return name_of(c, "campaign_budget"); }},
    {"campaign.contains_eu_political_advertising", kAttribute, enumeration, kOfCampaign,
     [](const Context&) -> Value { return "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING"; }, kPolitical},
    {"campaign.missing_eu_political_advertising_declaration", kAttribute, boolean, kOfCampaign,
     [](const Context&) -> Value { return false; }},
    {"campaign_budget.resource_name", kAttribute, text, kOfBudget,
     [](const Context& c) -> Value { return name_of(c, "campaign_budget"); }},
    {"campaign_budget.id", kAttribute, int64, kOfBudget, id<Kind::creative>},
    {"campaign_budget.name", kAttribute, text, kOfBudget,
     [](const Context& c) -> Value { return campaign(c).name + " budget"; }},
    {"campaign_budget.amount_micros", kAttribute, int64, kOfBudget, budget_amount},
    {"campaign_budget.total_amount_micros", kAttribute, int64, kOfBudget, nothing},
    {"campaign_budget.period", kAttribute, enumeration, kOfBudget, [](const Context&) -> Value { return "DAILY"; },
     "DAILY CUSTOM_PERIOD"},
    {"campaign_budget.delivery_method", kAttribute, enumeration, kOfBudget,
     [](const Context&) -> Value { return "STANDARD"; }, "STANDARD ACCELERATED"},
    {"campaign_budget.explicitly_shared", kAttribute, boolean, kOfBudget,
     [](const Context&) -> Value { return false; }},
    {"campaign_budget.reference_count", kAttribute, int64, kOfBudget, [](const Context&) -> Value { return 1; }},
    {"campaign_budget.status", kAttribute, enumeration, kOfBudget, [](const Context&) -> Value { return "ENABLED"; },
     "ENABLED REMOVED"},
    {"campaign_budget.recommended_budget_amount_micros", kAttribute, int64, kOfBudget, nothing},
    {"ad_group.resource_name", kAttribute, text, kOfGroup, [](const Context& c) { return name_of(c, "ad_group"); }},
    {"ad_group.id", kAttribute, int64, kOfGroup, id<Kind::ad_set>},
    {"ad_group.name", kAttribute, text, kOfGroup, [](const Context& c) -> Value { return group_name(c); }},
    {"ad_group.status", kAttribute, enumeration, kOfGroup, group_status, kStatus},
    {"ad_group.primary_status", kAttribute, enumeration, kOfGroup, group_primary, kGroupPrimary},
    {"ad_group.type", kAttribute, enumeration, kOfGroup, group_type, kGroupTypes},
    {"ad_group.campaign", kAttribute, text, kOfGroup, campaign_name},
    {"ad_group.cpc_bid_micros", kAttribute, int64, kOfGroup, nothing},
    {"ad_group.target_cpa_micros", kAttribute, int64, kOfGroup, nothing},
    {"ad_group.effective_target_cpa_micros", kAttribute, int64, kOfGroup, nothing},
    {"asset_group.resource_name", kAttribute, text, kAssetGroup,
     [](const Context& c) { return name_of(c, "asset_group"); }},
    {"asset_group.id", kAttribute, int64, kAssetGroup, id<Kind::ad_set>},
    {"asset_group.name", kAttribute, text, kAssetGroup, [](const Context& c) -> Value { return group_name(c); }},
    {"asset_group.status", kAttribute, enumeration, kAssetGroup, group_status, kStatus},
    {"asset_group.primary_status", kAttribute, enumeration, kAssetGroup, group_primary, kGroupPrimary},
    {"asset_group.campaign", kAttribute, text, kAssetGroup, campaign_name},
    {"asset_group.ad_strength", kAttribute, enumeration, kAssetGroup, [](const Context&) -> Value { return "GOOD"; },
     kStrength},
};

}  // namespace

std::span<const Field> campaign_fields() noexcept { return kFields; }

}  // namespace omnify::sandbox::google
