// What the dashboard and the campaign pages show: sums of measures and the ratios of those sums.
//
// Amounts are in the organization's reporting currency unless the row has a currency of its own; days are the ad
// accounts' local days. A ratio is null for a zero denominator; revenue and conversions are null where no row reported
// them, which is not zero.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/json.h"
#include "base/uuid.h"

namespace omnify::metrics {

enum class CampaignStatus { active, paused, ended };
BOOST_DESCRIBE_ENUM(CampaignStatus, active, paused, ended)

/// Of a risk score (insights/risk.h): here because campaign lists show it.
enum class RiskLevel { high, moderate, low };
BOOST_DESCRIBE_ENUM(RiskLevel, high, moderate, low)

/// Ratios are quotients of the sums: roas = revenue ÷ spend, ctr = clicks ÷ impressions, cpc = spend ÷ clicks,
/// cpa = spend ÷ conversions (cpc and cpa in major units of the currency).
struct Metrics {
  Decimal spend;
  std::optional<Decimal> revenue;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  std::optional<double> conversions;
  std::optional<double> roas;
  std::optional<double> ctr;
  std::optional<double> cpc;
  std::optional<double> cpa;
};
BOOST_DESCRIBE_STRUCT(Metrics, (), (spend, revenue, impressions, clicks, conversions, roas, ctr, cpc, cpa))

/// Relative change against the previous period: 0.12 is +12 %. Null when the previous value is null or zero.
struct Change {
  std::optional<double> spend;
  std::optional<double> revenue;
  std::optional<double> impressions;
  std::optional<double> clicks;
  std::optional<double> conversions;
  std::optional<double> roas;
  std::optional<double> ctr;
  std::optional<double> cpc;
  std::optional<double> cpa;
};
BOOST_DESCRIBE_STRUCT(Change, (), (spend, revenue, impressions, clicks, conversions, roas, ctr, cpc, cpa))

struct PlatformRow {
  std::string platform;
  Decimal spend;
  std::optional<Decimal> revenue;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  std::optional<double> conversions;
  std::optional<double> roas;
  std::optional<double> ctr;
  std::optional<double> cpc;
  std::optional<double> cpa;
  Metrics previous;
  Change change;
  std::optional<Instant> last_synced_at;  ///< newest sync of any connection of this platform
};
BOOST_DESCRIBE_STRUCT(PlatformRow, (),
                      (platform, spend, revenue, impressions, clicks, conversions, roas, ctr, cpc, cpa, previous,
                       change, last_synced_at))

struct TrendPoint {
  Day date;
  bool partial = false;  ///< the day is not over in the organization's zone
  Decimal spend;
  std::optional<Decimal> revenue;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  std::optional<double> conversions;
  std::optional<double> roas;
  std::optional<double> ctr;
  std::optional<double> cpc;
  std::optional<double> cpa;
};
BOOST_DESCRIBE_STRUCT(TrendPoint, (),
                      (date, partial, spend, revenue, impressions, clicks, conversions, roas, ctr, cpc, cpa))

/// Of a range: amounts for which there is no exchange rate on their days. Never added to anything, and neither are the
/// impressions, clicks and conversions that belong to them.
struct ExcludedCurrency {
  std::string currency;
  Decimal spend;
  std::optional<Decimal> revenue;
};
BOOST_DESCRIBE_STRUCT(ExcludedCurrency, (), (currency, spend, revenue))

/// Of a range: amounts in another currency than the reporting currency, and what they are in it at the reference rate
/// of each day. `oldest_rate` and `newest_rate` are the first and the last publication that was used.
struct ConvertedCurrency {
  std::string currency;
  Decimal spend;                   ///< in `currency`
  std::optional<Decimal> revenue;  ///< in `currency`
  Decimal converted_spend;         ///< in the reporting currency
  std::optional<Decimal> converted_revenue;
  Day oldest_rate;
  Day newest_rate;
};
BOOST_DESCRIBE_STRUCT(ConvertedCurrency, (),
                      (currency, spend, revenue, converted_spend, converted_revenue, oldest_rate, newest_rate))

struct Overview {
  Day start;
  Day end;
  Day previous_start;
  Day previous_end;
  std::string currency;
  std::string time_zone;
  Metrics totals;
  Metrics previous;
  Change change;
  std::vector<PlatformRow> platforms;        ///< largest spend first
  std::vector<TrendPoint> trend;             ///< the days until today or the last with data; empty when none has come
  std::vector<TrendPoint> previous_trend;    ///< the n-th day here stands against the n-th there
  std::vector<ConvertedCurrency> converted;  ///< of the range; part of all the figures above
  std::vector<ExcludedCurrency> excluded;    ///< of the range; part of none
  std::vector<ExcludedCurrency> previous_excluded;  ///< of the previous period: what the changes do not know of
  std::optional<Day> first_day;                     ///< with any data at all
  std::optional<Day> last_day;
  std::int64_t campaigns = 0;
  std::optional<Instant> as_of;  ///< the figures are those known at this moment; null: those of now
};
BOOST_DESCRIBE_STRUCT(Overview, (),
                      (start, end, previous_start, previous_end, currency, time_zone, totals, previous, change,
                       platforms, trend, previous_trend, converted, excluded, previous_excluded, first_day, last_day,
                       campaigns, as_of))

/// Query parameters of a range. Without them: the 30 days that end today. At most kLongestRange days.
struct RangeQuery {
  static constexpr bool kRequest = true;
  std::optional<Day> start;
  std::optional<Day> end;
};
BOOST_DESCRIBE_STRUCT(RangeQuery, (), (start, end))

/// Query parameters of the overview: a range, and the moment whose knowledge is asked for; without it, now.
struct OverviewQuery {
  static constexpr bool kRequest = true;
  std::optional<Day> start;
  std::optional<Day> end;
  std::optional<Instant> as_of;
};
BOOST_DESCRIBE_STRUCT(OverviewQuery, (), (start, end, as_of))

enum class CampaignSort { spend, revenue, roas, ctr, cpc, cpa, impressions, clicks, conversions, name, status };
BOOST_DESCRIBE_ENUM(CampaignSort, spend, revenue, roas, ctr, cpc, cpa, impressions, clicks, conversions, name, status)

enum class SortDirection { asc, desc };
BOOST_DESCRIBE_ENUM(SortDirection, asc, desc)

/// Query parameters of the campaign list.
struct CampaignQuery {
  static constexpr bool kRequest = true;
  std::optional<Day> start;
  std::optional<Day> end;
  std::optional<std::string> search;  ///< part of the name, any case
  std::optional<CampaignStatus> status;
  std::optional<std::string> platform;
  std::optional<CampaignSort> sort;        ///< spend
  std::optional<SortDirection> direction;  ///< desc, but asc for name and status
  std::optional<std::int64_t> limit;       ///< 1 to 200, 50 if absent
  std::optional<std::string> cursor;       ///< next_cursor of the page before
};
BOOST_DESCRIBE_STRUCT(CampaignQuery, (), (start, end, search, status, platform, sort, direction, limit, cursor))

/// Amounts are in the campaign's own `currency`.
struct CampaignRow {
  CampaignId id;
  std::string name;
  std::string platform;
  std::string account_name;
  CampaignStatus status = CampaignStatus::active;
  std::optional<std::string> objective;
  std::optional<Decimal> daily_budget;
  std::string currency;
  Decimal spend;
  std::optional<Decimal> revenue;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  std::optional<double> conversions;
  std::optional<double> roas;
  std::optional<double> ctr;
  std::optional<double> cpc;
  std::optional<double> cpa;
  Change change;
  std::optional<std::int64_t> risk;  ///< left empty here; insights::Service::add_risks fills it
  std::optional<RiskLevel> risk_level;
};
BOOST_DESCRIBE_STRUCT(CampaignRow, (),
                      (id, name, platform, account_name, status, objective, daily_budget, currency, spend, revenue,
                       impressions, clicks, conversions, roas, ctr, cpc, cpa, change, risk, risk_level))

struct CampaignPage {
  std::vector<CampaignRow> items;
  std::optional<std::string> next_cursor;
  std::int64_t total = 0;  ///< of all pages
};
BOOST_DESCRIBE_STRUCT(CampaignPage, (), (items, next_cursor, total))

struct AdRow {
  AdId id;
  std::string name;
  std::string ad_set_name;
  CampaignStatus status = CampaignStatus::active;
  Decimal spend;
  std::optional<Decimal> revenue;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  std::optional<double> conversions;
  std::optional<double> roas;
  std::optional<double> ctr;
  std::optional<double> cpc;
  std::optional<double> cpa;
};
BOOST_DESCRIBE_STRUCT(AdRow, (),
                      (id, name, ad_set_name, status, spend, revenue, impressions, clicks, conversions, roas, ctr, cpc,
                       cpa))

/// One campaign without its risk: insights::Service::campaign makes the API's CampaignDetail of it.
struct CampaignFigures {
  CampaignRow campaign;
  std::vector<TrendPoint> trend;
  std::vector<AdRow> ads;  ///< largest spend first, at most kMostAds
};

}  // namespace omnify::metrics
