// All SQL of the room: executions for one round trip, and how their results are read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "database/connection.h"
#include "metrics/campaign_list.h"
#include "metrics/measures.h"
#include "metrics/overview.h"
#include "metrics/restated.h"
#include "metrics/service.h"

namespace omnify::metrics::store {

// --- the organization and its overview (overview_store.cpp) ---
[[nodiscard]] database::Execution settings(OrganizationId organization);
/// Error{not_found} when there is no row.
[[nodiscard]] OrganizationSettings read_settings(const database::Result& result, Instant now);

[[nodiscard]] std::vector<database::Execution> overview(OrganizationId organization, const Period& both_periods);
[[nodiscard]] OverviewFacts read_overview(const std::vector<database::Result>& results);

[[nodiscard]] database::Execution daily_totals(OrganizationId organization, const Period& period);
[[nodiscard]] std::vector<DaySums> read_days(const database::Result& result);

// --- days that changed later (restated_store.cpp) ---
[[nodiscard]] database::Execution restated_days(OrganizationId organization, const Period& period, Instant since);
[[nodiscard]] std::vector<RestatedDay> read_restated_days(const database::Result& result);

// --- the campaign list (campaign_store.cpp) ---
struct ListFilter {
  std::optional<std::string> pattern;  ///< for ILIKE
  std::optional<CampaignStatus> status;
  std::optional<std::string> platform;
};

/// A row and where it stands in the order.
struct ListedCampaign {
  CampaignRow row;
  std::optional<double> key;
  std::optional<std::string> label;
};

/// The page (one row more than asked for shows that another one follows) and the count of all.
[[nodiscard]] std::vector<database::Execution> campaign_page(OrganizationId organization, const Period& period,
                                                             const ListFilter& filter, const ListOrder& order);
[[nodiscard]] std::vector<ListedCampaign> read_campaigns(const database::Result& result);

/// Entity, days of both periods, ads.
[[nodiscard]] std::vector<database::Execution> campaign(OrganizationId organization, CampaignId campaign,
                                                        const Period& period);
/// Error{not_found} when there is no row. Without measures.
[[nodiscard]] CampaignRow read_campaign(const database::Result& result);
[[nodiscard]] std::vector<AdRow> read_ads(const database::Result& result);

// --- daily series (series_store.cpp) ---
/// Names, then days.
[[nodiscard]] std::vector<database::Execution> campaign_series(OrganizationId organization, const Period& period,
                                                               const std::vector<CampaignId>& campaigns);
[[nodiscard]] std::vector<database::Execution> largest_campaigns(OrganizationId organization, const Period& period,
                                                                 std::int64_t limit);
[[nodiscard]] std::vector<CampaignSeries> read_campaign_series(const std::vector<database::Result>& results,
                                                               const Period& period);
[[nodiscard]] std::vector<database::Execution> largest_ads(OrganizationId organization, const Period& period,
                                                           std::int64_t limit);
[[nodiscard]] std::vector<AdSeries> read_ad_series(const std::vector<database::Result>& results, const Period& period);

/// Five columns from `column`: impressions, clicks, spend, conversions, revenue.
[[nodiscard]] Sums read_sums(const database::Result& result, int row, int column);
[[nodiscard]] CampaignStatus read_status(const database::Result& result, int row, int column);

}  // namespace omnify::metrics::store
