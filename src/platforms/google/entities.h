// Accounts, campaigns, ad groups, ads and asset groups as googleAds:search lists them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/facts.h"

namespace omnify::platforms::google {

// Without a condition on the status: old days belong to what was removed, too.
inline constexpr std::string_view kAccountQuery =
    "SELECT customer.id, customer.descriptive_name, customer.currency_code, customer.time_zone, customer.manager "
    "FROM customer LIMIT 1";
inline constexpr std::string_view kCampaignQuery =
    "SELECT campaign.id, campaign.name, campaign.status, campaign.serving_status, campaign.primary_status, "
    "campaign.advertising_channel_type, campaign_budget.amount_micros, campaign_budget.period, "
    "campaign_budget.explicitly_shared, campaign_budget.reference_count FROM campaign";
inline constexpr std::string_view kAdGroupQuery =
    "SELECT ad_group.id, ad_group.name, ad_group.status, campaign.id FROM ad_group";
inline constexpr std::string_view kAssetGroupQuery =
    "SELECT asset_group.id, asset_group.name, asset_group.status, campaign.id FROM asset_group";
inline constexpr std::string_view kAdQuery =
    "SELECT ad_group_ad.ad.id, ad_group_ad.ad.name, ad_group_ad.ad.type, ad_group_ad.status, "
    "ad_group_ad.ad.expanded_text_ad.headline_part1, ad_group_ad.ad.expanded_text_ad.description, "
    "ad_group_ad.ad.responsive_search_ad.headlines, ad_group_ad.ad.responsive_search_ad.descriptions, "
    "ad_group_ad.ad.responsive_display_ad.headlines, ad_group_ad.ad.responsive_display_ad.descriptions, "
    "ad_group_ad.ad.video_responsive_ad.headlines, ad_group_ad.ad.video_responsive_ad.descriptions, "
    "ad_group_ad.ad.demand_gen_multi_asset_ad.headlines, ad_group_ad.ad.demand_gen_multi_asset_ad.descriptions, "
    "ad_group_ad.ad.app_ad.headlines, ad_group_ad.ad.app_ad.descriptions, ad_group.id FROM ad_group_ad";
/// The account's own conversion actions for purchases. Those of a manager that counts for the account are not listed.
inline constexpr std::string_view kPurchaseActionQuery =
    "SELECT conversion_action.id, conversion_action.include_in_conversions_metric FROM conversion_action "
    "WHERE conversion_action.category = 'PURCHASE' AND conversion_action.status = 'ENABLED'";

template <class Row>
struct EntityPage {
  std::vector<Row> rows;
  std::optional<std::string> page_token;  ///< of the next page
};

// Each throws Error{upstream_retry} for a body that is not such an answer.
/// Error{upstream_permanent} for a manager account: it has no figures of its own.
[[nodiscard]] AccountRow parse_account(std::string_view body);
[[nodiscard]] EntityPage<CampaignRow> parse_campaigns(std::string_view body);
[[nodiscard]] EntityPage<AdSetRow> parse_ad_groups(std::string_view body);
[[nodiscard]] EntityPage<AdSetRow> parse_asset_groups(std::string_view body);
[[nodiscard]] EntityPage<AdRow> parse_ads(std::string_view body);
/// Of an answer to kPurchaseActionQuery: whether metrics.conversions holds purchases at all.
[[nodiscard]] bool counts_purchases(std::string_view body);

/// An asset group's one ad: Performance Max shows no others.
[[nodiscard]] AdRow ad_of_asset_group(const AdSetRow& asset_group);

/// REMOVED: ended. ENABLED: active. Everything else: paused.
[[nodiscard]] EntityStatus map_status(std::string_view status);

}  // namespace omnify::platforms::google
