// The semantic layer: every figure that is shown comes from here. Reads rollups; only the ads of one campaign and the
// bounded ad series of the recommendations read ad-level facts.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "async/task.h"
#include "base/calendar.h"
#include "base/uuid.h"
#include "metrics/measures.h"
#include "metrics/model.h"
#include "metrics/restated.h"

namespace omnify::database {
class Database;
}

namespace omnify::metrics {

class ExchangeRates;
namespace store {
struct FactorTable;
}

inline constexpr std::int64_t kMostAds = 500;        ///< listed for one campaign
inline constexpr std::int64_t kMostCampaigns = 200;  ///< on one page

/// What all figures of an organization depend on.
struct OrganizationSettings {
  std::string currency;
  std::string time_zone;
  std::optional<double> target_roas;
  Day today;  ///< in time_zone
};

/// Daily sums of one campaign; days[i] is the i-th day of the asked period. A day without a row is zero, and its
/// revenue and conversions are zero too (not null) where another day of the period reports them.
struct CampaignSeries {
  CampaignId id;
  std::string name;
  std::string platform;
  std::string currency;
  CampaignStatus status = CampaignStatus::active;
  std::vector<Sums> days;
};

/// As CampaignSeries, for an ad.
struct AdSeries {
  AdId id;
  std::string name;
  AdSetId ad_set_id;
  std::string ad_set_name;
  CampaignId campaign_id;
  CampaignStatus status = CampaignStatus::active;  ///< active only when ad, ad set and campaign are
  std::vector<Sums> days;
};

/// Sums of the i-th day of the asked period, and what was converted for them and what could not be.
struct DailyTotals {
  std::vector<Sums> days;
  std::vector<ConvertedCurrency> converted;
  std::vector<ExcludedCurrency> excluded;
};

/// Errors of all: not_found for an unknown organization, invalid_field naming the query parameter.
class Service {
 public:
  using Clock = Instant (*)();
  explicit Service(database::Database& database, Clock clock = &now) : database_(database), clock_(clock) {}

  Task<OrganizationSettings> settings(OrganizationId organization);
  Task<Overview> overview(OrganizationId organization, RangeQuery range);
  /// The figures as they were known at `as_of`, which is also when today was. Of what is known of the platforms' syncs,
  /// nothing is told. Error{invalid_field} also for a moment that is still to come.
  Task<Overview> overview_as_known(OrganizationId organization, RangeQuery range, Instant as_of);
  /// Error{invalid_field} also for a `since` that is still to come.
  Task<RestatedDays> restated_days(OrganizationId organization, RestatedQuery query);
  Task<CampaignPage> campaigns(OrganizationId organization, CampaignQuery query);
  /// Error{not_found} for an unknown campaign.
  Task<CampaignFigures> campaign(OrganizationId organization, CampaignId campaign, RangeQuery range);

  /// Over everything, in `currency`, which is the organization's reporting currency.
  Task<DailyTotals> daily_totals(OrganizationId organization, Period period, std::string currency);
  /// Of the named campaigns (unknown ones are left out), in their own currencies.
  Task<std::vector<CampaignSeries>> campaign_series(OrganizationId organization, Period period,
                                                    std::vector<CampaignId> campaigns);
  /// Of the campaigns with the largest spend in `period`, largest first, in their own currencies. Spend is compared in
  /// the reporting currency; campaigns with a day that has no exchange rate come last.
  Task<std::vector<CampaignSeries>> largest_campaigns(OrganizationId organization, Period period, std::int64_t limit);
  /// Of the ads in the reporting currency with the largest spend in `period`, largest first.
  Task<std::vector<AdSeries>> largest_ads(OrganizationId organization, Period period, std::int64_t limit);

 private:
  /// Those of `currencies` and `into` on the days of `period`; without a question when that is one currency.
  Task<ExchangeRates> rates(std::set<std::string> currencies, std::string into, Period period);
  /// From `foreign` currencies and the reporting currency into the latter.
  Task<store::FactorTable> factors(OrganizationId organization, std::vector<std::string> foreign, Period period);

  database::Database& database_;
  Clock clock_;
};

}  // namespace omnify::metrics
