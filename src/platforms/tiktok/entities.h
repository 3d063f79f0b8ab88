// Accounts, campaigns, ad groups and ads as TikTok lists them. Source: "Get ad account details", "Get campaigns", "Get
// ad groups", "Get ads" (v1.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/facts.h"

namespace omnify::platforms::tiktok {

// The parameter `fields` of each list, a JSON text.
inline constexpr std::string_view kAccountFields =
    R"(["advertiser_id","name","currency","timezone","display_timezone"])";
inline constexpr std::string_view kCampaignFields =
    R"(["campaign_id","campaign_name","objective_type","budget_mode","budget","operation_status","secondary_status"])";
inline constexpr std::string_view kAdGroupFields =
    R"(["adgroup_id","adgroup_name","campaign_id","operation_status","secondary_status"])";
inline constexpr std::string_view kAdFields =
    R"(["ad_id","ad_name","adgroup_id","ad_text","ad_texts","video_id","image_ids","tiktok_item_id",)"
    R"("operation_status","secondary_status"])";

template <class Row>
struct EntityPage {
  std::vector<Row> rows;
  std::int64_t pages = 0;  ///< how many the list has
};

// Each throws Error{upstream_retry} for a body that is not such an answer.
/// Nothing when the list is empty.
[[nodiscard]] std::optional<AccountRow> parse_account(std::string_view body);
[[nodiscard]] EntityPage<CampaignRow> parse_campaigns(std::string_view body);
[[nodiscard]] EntityPage<AdSetRow> parse_ad_groups(std::string_view body);
[[nodiscard]] EntityPage<AdRow> parse_ads(std::string_view body);
/// The member `name` of objects of any kind.
[[nodiscard]] EntityPage<std::string> parse_ids(std::string_view body, std::string_view name);

/// secondary_status → what the interface shows. Delivering, about to, or out of today's budget: active. Deleted, or
/// past its end: ended. Everything else, also under review or refused: paused. Where there is none, operation_status.
[[nodiscard]] EntityStatus map_status(std::string_view secondary_status, std::string_view operation_status);

/// A campaign has no end of its own: it has ended when all its ad groups have. Then end_with_parents().
void settle_ends(EntityRows& rows);

}  // namespace omnify::platforms::tiktok
