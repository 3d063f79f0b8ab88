#include "base/error.h"
#include "metrics/store.h"

namespace omnify::metrics::store {
namespace {

using database::Query;

inline constexpr Query kSettings{"metrics.settings", R"(
SELECT reporting_currency, time_zone, target_roas_micros
FROM organizations
WHERE organization_id = $1)"};

inline constexpr Query kPlatformDays{"metrics.platform_days", R"(
SELECT day, platform, currency, impressions, clicks, spend, conversions, revenue
FROM platform_days
WHERE organization_id = $1 AND day BETWEEN $2 AND $3
ORDER BY day, platform, currency)"};

// $4: the moment. A campaign's day counts when it was known by then, with the old figures of the first revision after
// it.
inline constexpr Query kPlatformDaysAsKnown{"metrics.platform_days_as_known", R"(
WITH revised AS MATERIALIZED (
  SELECT DISTINCT ON (campaign_id, day) campaign_id, day, old_impressions, old_clicks, old_spend, old_conversions,
         old_revenue
  FROM metric_revisions
  WHERE organization_id = $1 AND day BETWEEN $2 AND $3 AND learned_at > $4
  ORDER BY campaign_id, day, learned_at
)
SELECT d.day, d.platform, d.currency,
       sum(CASE WHEN r.day IS NULL THEN d.impressions ELSE r.old_impressions END)::bigint,
       sum(CASE WHEN r.day IS NULL THEN d.clicks ELSE r.old_clicks END)::bigint,
       sum(CASE WHEN r.day IS NULL THEN d.spend ELSE r.old_spend END)::bigint,
       sum(CASE WHEN r.day IS NULL THEN d.conversions ELSE r.old_conversions END)::bigint,
       sum(CASE WHEN r.day IS NULL THEN d.revenue ELSE r.old_revenue END)::bigint
FROM campaign_days d
LEFT JOIN revised r ON r.campaign_id = d.campaign_id AND r.day = d.day
WHERE d.organization_id = $1 AND d.day BETWEEN $2 AND $3 AND d.known_since <= $4
GROUP BY d.day, d.platform, d.currency
ORDER BY d.day, d.platform, d.currency)"};

inline constexpr Query kFreshness{"metrics.freshness", R"(
SELECT platform, max(last_synced_at)
FROM connections
WHERE organization_id = $1 AND last_synced_at IS NOT NULL
GROUP BY platform)"};

inline constexpr Query kExtent{"metrics.extent", R"(
SELECT (SELECT min(day) FROM platform_days WHERE organization_id = $1),
       (SELECT max(day) FROM platform_days WHERE organization_id = $1),
       (SELECT count(*) FROM campaigns WHERE organization_id = $1))"};

inline constexpr Query kDailyTotals{"metrics.daily_totals", R"(
SELECT d.currency, d.day, sum(d.impressions)::bigint, sum(d.clicks)::bigint, sum(d.spend)::bigint,
       sum(d.conversions)::bigint, sum(d.revenue)::bigint
FROM platform_days d
WHERE d.organization_id = $1 AND d.day BETWEEN $2 AND $3
GROUP BY d.currency, d.day)"};

}  // namespace

Sums read_sums(const database::Result& result, int row, int column) {
  return {.impressions = result.get<std::int64_t>(row, column),
          .clicks = result.get<std::int64_t>(row, column + 1),
          .spend = result.get<std::int64_t>(row, column + 2),
          .conversions = result.get<std::optional<std::int64_t>>(row, column + 3),
          .revenue = result.get<std::optional<std::int64_t>>(row, column + 4)};
}

CampaignStatus read_status(const database::Result& result, int row, int column) {
  const auto status = json::enum_value<CampaignStatus>(result.get<std::string>(row, column));
  if (!status) throw Error(Code::internal, "The database holds an unknown status.");
  return *status;
}

database::Execution settings(OrganizationId organization) { return {kSettings, database::Params(organization)}; }

OrganizationSettings read_settings(const database::Result& result, Instant now) {
  if (result.empty()) throw Error(Code::not_found, "This organization does not exist.");
  OrganizationSettings out;
  out.currency = result.get<std::string>(0, 0);
  out.time_zone = result.get<std::string>(0, 1);
  if (const auto target = result.get<std::optional<std::int64_t>>(0, 2))
    out.target_roas = static_cast<double>(*target) / static_cast<double>(kMicrosPerUnit);
  out.today = local_day(out.time_zone, now);
  return out;
}

std::vector<database::Execution> overview(OrganizationId organization, const Period& both_periods) {
  std::vector<database::Execution> out;
  out.push_back({kPlatformDays, database::Params(organization, both_periods.first, both_periods.last)});
  out.push_back({kFreshness, database::Params(organization)});
  out.push_back({kExtent, database::Params(organization)});
  return out;
}

std::vector<database::Execution> overview_as_known(OrganizationId organization, const Period& both_periods,
                                                   Instant as_of) {
  auto out = overview(organization, both_periods);
  out.front() = {kPlatformDaysAsKnown, database::Params(organization, both_periods.first, both_periods.last, as_of)};
  return out;
}

OverviewFacts read_overview(const std::vector<database::Result>& results) {
  const auto& days = results.at(0);
  const auto& freshness = results.at(1);
  const auto& extent = results.at(2);
  OverviewFacts facts;
  facts.days.reserve(static_cast<std::size_t>(days.rows()));
  for (int row = 0; row < days.rows(); ++row) {
    facts.days.push_back({.day = days.get<Day>(row, 0),
                          .platform = days.get<std::string>(row, 1),
                          .currency = days.get<std::string>(row, 2),
                          .sums = read_sums(days, row, 3)});
  }
  for (int row = 0; row < freshness.rows(); ++row)
    facts.last_synced_at.emplace(freshness.get<std::string>(row, 0), freshness.get<Instant>(row, 1));
  facts.first_day = extent.get<std::optional<Day>>(0, 0);
  facts.last_day = extent.get<std::optional<Day>>(0, 1);
  facts.campaigns = extent.get<std::int64_t>(0, 2);
  return facts;
}

database::Execution daily_totals(OrganizationId organization, const Period& period) {
  return {kDailyTotals, database::Params(organization, period.first, period.last)};
}

std::vector<CurrencyDay> read_daily_totals(const database::Result& result) {
  std::vector<CurrencyDay> out;
  out.reserve(static_cast<std::size_t>(result.rows()));
  for (int row = 0; row < result.rows(); ++row) {
    out.push_back({result.get<std::string>(row, 0), result.get<Day>(row, 1), read_sums(result, row, 2)});
  }
  return out;
}

std::vector<DaySums> read_days(const database::Result& result) {
  std::vector<DaySums> days;
  days.reserve(static_cast<std::size_t>(result.rows()));
  for (int row = 0; row < result.rows(); ++row) days.push_back({result.get<Day>(row, 0), read_sums(result, row, 1)});
  return days;
}

}  // namespace omnify::metrics::store
