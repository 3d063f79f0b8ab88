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
/// The same with the figures as they were known at `as_of`.
[[nodiscard]] std::vector<database::Execution> overview_as_known(OrganizationId organization,
                                                                 const Period& both_periods, Instant as_of);
[[nodiscard]] OverviewFacts read_overview(const std::vector<database::Result>& results);

struct CurrencyDay {
  std::string currency;
  Day day;
  Sums sums;
};

[[nodiscard]] database::Execution daily_totals(OrganizationId organization, const Period& period);
[[nodiscard]] std::vector<CurrencyDay> read_daily_totals(const database::Result& result);
[[nodiscard]] std::vector<DaySums> read_days(const database::Result& result);

// --- days that changed later (restated_store.cpp) ---
[[nodiscard]] database::Execution restated_days(OrganizationId organization, const Period& period, Instant since);
[[nodiscard]] std::vector<RestatedDay> read_restated_days(const database::Result& result);

// --- other currencies (exchange_store.cpp) ---
/// Currencies of the organization's accounts that are not its reporting currency.
[[nodiscard]] database::Execution foreign_currencies(OrganizationId organization);
[[nodiscard]] std::vector<std::string> read_currencies(const database::Result& result);

/// For the control plane: the rates that hold on a day of `period`.
[[nodiscard]] database::Execution rates(const std::vector<std::string>& currencies, const Period& period);
[[nodiscard]] ExchangeRates read_rates(const database::Result& result);

/// What statements that compare money of several currencies multiply it with: three arrays of one length, in
/// PostgreSQL's text form. A currency has no entry for a day without a rate.
struct FactorTable {
  std::string currencies;
  std::string days;
  std::string factors;
};
/// `currencies` may hold `into` itself.
[[nodiscard]] FactorTable factor_table(const ExchangeRates& rates, const std::vector<std::string>& currencies,
                                       std::string_view into, const Period& period);

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
/// The same page where accounts have several currencies: money is compared after each day's was multiplied with its
/// factor. A campaign with a day that has no factor comes last, like every null.
[[nodiscard]] database::Execution converted_campaign_page(OrganizationId organization, const Period& period,
                                                          const ListFilter& filter, const ListOrder& order,
                                                          const FactorTable& factors);
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
/// Ids of the campaigns of all currencies with the largest spend after conversion, largest first; those with a day that
/// has no factor come last.
[[nodiscard]] database::Execution largest_converted_campaigns(OrganizationId organization, const Period& period,
                                                              std::int64_t limit, const FactorTable& factors);
[[nodiscard]] std::vector<CampaignId> read_campaign_ids(const database::Result& result);
[[nodiscard]] std::vector<CampaignSeries> read_campaign_series(const std::vector<database::Result>& results,
                                                               const Period& period);
[[nodiscard]] std::vector<database::Execution> largest_ads(OrganizationId organization, const Period& period,
                                                           std::int64_t limit);
[[nodiscard]] std::vector<AdSeries> read_ad_series(const std::vector<database::Result>& results, const Period& period);

/// Five columns from `column`: impressions, clicks, spend, conversions, revenue.
[[nodiscard]] Sums read_sums(const database::Result& result, int row, int column);
[[nodiscard]] CampaignStatus read_status(const database::Result& result, int row, int column);

}  // namespace omnify::metrics::store
