// Pages of insights at the level of ads, one row per ad and day, read without building a tree.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/facts.h"

namespace omnify::platforms::meta {

/// What to ask for in `fields`.
inline constexpr std::string_view kInsightFields =
    "campaign_id,adset_id,ad_id,objective,impressions,clicks,spend,actions,action_values,date_start,date_stop";

struct InsightsPage {
  std::vector<FactRow> rows;
  std::optional<std::string> after;  ///< the cursor of the next page; empty on the last one
};

/// Figures as Ads Manager shows them: `clicks` are all clicks (so CTR is Meta's `ctr`), spend in micros.
///
/// Purchases: `actions` lists the same purchase under several types, so exactly one type counts: omni_purchase, else
/// purchase, else offsite_conversion.fb_pixel_purchase, else onsite_conversion.purchase; revenue is the value of that
/// same type. Meta leaves out what is zero, so a row without any of them says either "none" or "not measured": it is
/// zero where the campaign's objective is sales, and not reported (empty) elsewhere, so that a traffic campaign does
/// not show a return of 0. Where sums mix both, the empty ones add nothing.
///
/// Throws Error{upstream_retry} for a body that is not such a page.
[[nodiscard]] InsightsPage parse_insights(std::string body);

/// What to ask for in `fields` at the level of the account.
inline constexpr std::string_view kAccountDayFields =
    "impressions,clicks,spend,actions,action_values,date_start,date_stop";

struct AccountDaysPage {
  std::vector<AccountDay> rows;
  std::optional<std::string> after;
};

/// The same figures by the same rules; without any purchase, conversions and revenue are empty.
[[nodiscard]] AccountDaysPage parse_account_days(std::string body);

}  // namespace omnify::platforms::meta
