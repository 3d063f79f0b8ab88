// Pages of a synchronous report at the level of ads, one row per ad and day, read without building a tree. Source: "Run
// a synchronous report", "Supported metrics" (v1.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/facts.h"

namespace omnify::platforms::tiktok {

/// What to ask for in `metrics`. The ids of the parents are metrics, too: as dimensions they are refused here.
inline constexpr std::string_view kReportMetrics =
    R"(["campaign_id","adgroup_id","objective_type","spend","impressions","clicks","complete_payment",)"
    R"("total_complete_payment_rate","total_purchase","total_purchase_value","onsite_shopping",)"
    R"("total_onsite_shopping_value"])";

struct ReportPage {
  std::vector<FactRow> rows;
  std::int64_t pages = 0;  ///< how many the report has
};

/// Figures as TikTok Ads Manager shows them: `clicks` are those on the destination (so CTR and CPC are TikTok's own),
/// spend in micros.
///
/// Purchases: each order is attributed in the one channel where it happened, so conversions are complete_payment (web)
/// + total_purchase (app) + onsite_shopping (TikTok Shop); `purchase` counts the buyers of total_purchase and is no
/// part of it. Revenue is the values of the same three: total_complete_payment_rate is the web's, whatever its name.
/// Missing everywhere ("-") is not reported. Zero everywhere says either "none" or "not measured": it is zero where the
/// campaign's objective is sales, and not reported elsewhere, so that a traffic campaign does not show a return of 0.
///
/// Throws Error{upstream_retry} for a body that is not such a page.
[[nodiscard]] ReportPage parse_report(std::string body);

/// What to ask for at the level of the advertiser, where ids and the objective do not exist.
inline constexpr std::string_view kAccountDayMetrics =
    R"(["spend","impressions","clicks","complete_payment","total_complete_payment_rate","total_purchase",)"
    R"("total_purchase_value","onsite_shopping","total_onsite_shopping_value"])";

struct AccountDaysPage {
  std::vector<AccountDay> rows;
  std::int64_t pages = 0;
};

/// The same figures of the account as a whole.
[[nodiscard]] AccountDaysPage parse_account_days(std::string body);

}  // namespace omnify::platforms::tiktok
