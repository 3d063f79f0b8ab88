// Accounts, campaigns, ad sets and ads as the Graph API lists them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/facts.h"

namespace omnify::platforms::meta {

inline constexpr std::string_view kAccountFields = "id,account_id,name,currency,timezone_name,account_status";
inline constexpr std::string_view kCampaignFields = "id,name,objective,effective_status,daily_budget,stop_time";
inline constexpr std::string_view kAdSetFields = "id,campaign_id,name,effective_status,end_time";
inline constexpr std::string_view kAdFields =
    "id,adset_id,name,effective_status,creative{id,title,body,object_story_spec,asset_feed_spec}";

template <class Row>
struct EntityPage {
  std::vector<Row> rows;
  std::optional<std::string> after;  ///< the cursor of the next page; empty on the last one
};

// Each throws Error{upstream_retry} for a body that is not such an answer.
[[nodiscard]] AccountRow parse_account(std::string_view body);
[[nodiscard]] EntityPage<CampaignRow> parse_campaigns(std::string_view body, const Currency& currency, Instant now);
[[nodiscard]] EntityPage<AdSetRow> parse_ad_sets(std::string_view body, Instant now);
[[nodiscard]] EntityPage<AdRow> parse_ads(std::string_view body);
/// Of objects of any kind.
[[nodiscard]] EntityPage<std::string> parse_ids(std::string_view body);

/// effective_status → what the interface shows. Delivering, or about to: active. Archived, deleted, or past its end:
/// ended. Everything else, also under review or refused: paused.
[[nodiscard]] EntityStatus map_status(std::string_view effective_status, std::optional<Instant> end, Instant now);

/// An amount in minor units ("5000") to micros, by Meta's own offsets, which are not ISO 4217's: 5000 is 50.00 USD and
/// 5000 HUF. Nothing for zero or an unreadable text: an unset budget.
[[nodiscard]] std::optional<Micros> parse_minor_units(std::string_view text, const Currency& currency);

}  // namespace omnify::platforms::meta
