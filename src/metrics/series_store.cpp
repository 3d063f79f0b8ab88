#include <algorithm>
#include <unordered_map>

#include "metrics/store.h"

namespace omnify::metrics::store {
namespace {

using database::Query;

inline constexpr Query kNames{"metrics.series_names", R"(
SELECT c.id, c.name, c.platform, a.currency, c.status
FROM campaigns c
JOIN ad_accounts a ON a.organization_id = c.organization_id AND a.id = c.account_id
WHERE c.organization_id = $1 AND c.id = ANY($2::uuid[]))"};

inline constexpr Query kDays{"metrics.series_days", R"(
SELECT d.campaign_id, d.day, d.impressions, d.clicks, d.spend, d.conversions, d.revenue
FROM campaign_days d
JOIN campaigns c ON c.organization_id = d.organization_id AND c.id = d.campaign_id
JOIN ad_accounts a ON a.organization_id = c.organization_id AND a.id = c.account_id AND a.currency = d.currency
WHERE d.organization_id = $1 AND d.campaign_id = ANY($2::uuid[]) AND d.day BETWEEN $3 AND $4)"};

inline constexpr Query kLargestNames{"metrics.largest_names", R"(
SELECT c.id, c.name, c.platform, a.currency, c.status
FROM (
  SELECT d.campaign_id, sum(d.spend)::bigint AS spend
  FROM campaign_days d
  JOIN organizations o ON o.organization_id = d.organization_id AND o.reporting_currency = d.currency
  WHERE d.organization_id = $1 AND d.day BETWEEN $2 AND $3
  GROUP BY d.campaign_id
  ORDER BY spend DESC, d.campaign_id
  LIMIT $4::bigint
) t
JOIN campaigns c ON c.organization_id = $1 AND c.id = t.campaign_id
JOIN ad_accounts a ON a.organization_id = c.organization_id AND a.id = c.account_id
JOIN organizations o ON o.organization_id = c.organization_id AND o.reporting_currency = a.currency
WHERE c.organization_id = $1
ORDER BY t.spend DESC, c.id)"};

inline constexpr Query kLargestDays{"metrics.largest_days", R"(
WITH top AS MATERIALIZED (
  SELECT d.campaign_id, o.reporting_currency AS currency
  FROM campaign_days d
  JOIN organizations o ON o.organization_id = d.organization_id AND o.reporting_currency = d.currency
  WHERE d.organization_id = $1 AND d.day BETWEEN $2 AND $3
  GROUP BY d.campaign_id, o.reporting_currency
  ORDER BY sum(d.spend)::bigint DESC, d.campaign_id
  LIMIT $4::bigint
)
SELECT d.campaign_id, d.day, d.impressions, d.clicks, d.spend, d.conversions, d.revenue
FROM top t
JOIN campaign_days d ON d.campaign_id = t.campaign_id AND d.currency = t.currency
WHERE d.organization_id = $1 AND d.day BETWEEN $2 AND $3)"};

// Each day's spend is rounded to a micro, as it is everywhere.
inline constexpr Query kLargestConverted{"metrics.largest_converted", R"(
WITH factors AS MATERIALIZED (
  SELECT currency, day, factor
  FROM unnest($5::text[], $6::date[], $7::double precision[]) AS given (currency, day, factor)
)
SELECT d.campaign_id
FROM campaign_days d
JOIN campaigns c ON c.organization_id = d.organization_id AND c.id = d.campaign_id
JOIN ad_accounts a ON a.organization_id = c.organization_id AND a.id = c.account_id AND a.currency = d.currency
LEFT JOIN factors r ON r.currency = d.currency AND r.day = d.day
WHERE d.organization_id = $1 AND d.day BETWEEN $2 AND $3
GROUP BY d.campaign_id
ORDER BY CASE WHEN count(r.factor) = count(*) THEN sum(round(d.spend * r.factor)::bigint) END DESC NULLS LAST,
         d.campaign_id
LIMIT $4::bigint)"};

inline constexpr Query kLargestAdNames{"metrics.largest_ad_names", R"(
SELECT ad.id, ad.name, s.id, s.name, s.campaign_id, ad.status, s.status, c.status
FROM (
  SELECT f.ad_id, sum(f.spend)::bigint AS spend
  FROM ad_facts f
  JOIN organizations o ON o.organization_id = f.organization_id AND o.reporting_currency = f.currency
  WHERE f.organization_id = $1 AND f.day BETWEEN $2 AND $3
  GROUP BY f.ad_id
  ORDER BY spend DESC, f.ad_id
  LIMIT $4::bigint
) t
JOIN ads ad ON ad.organization_id = $1 AND ad.id = t.ad_id
JOIN ad_sets s ON s.organization_id = ad.organization_id AND s.id = ad.ad_set_id
JOIN campaigns c ON c.organization_id = s.organization_id AND c.id = s.campaign_id
WHERE ad.organization_id = $1
ORDER BY t.spend DESC, ad.id)"};

inline constexpr Query kLargestAdDays{"metrics.largest_ad_days", R"(
WITH top AS MATERIALIZED (
  SELECT f.ad_id, o.reporting_currency AS currency
  FROM ad_facts f
  JOIN organizations o ON o.organization_id = f.organization_id AND o.reporting_currency = f.currency
  WHERE f.organization_id = $1 AND f.day BETWEEN $2 AND $3
  GROUP BY f.ad_id, o.reporting_currency
  ORDER BY sum(f.spend)::bigint DESC, f.ad_id
  LIMIT $4::bigint
)
SELECT f.ad_id, f.day, f.impressions, f.clicks, f.spend, f.conversions, f.revenue
FROM top t
JOIN ad_facts f ON f.ad_id = t.ad_id AND f.currency = t.currency
WHERE f.organization_id = $1 AND f.day BETWEEN $2 AND $3)"};

/// PostgreSQL's text form of an array; a uuid needs no quoting.
std::string uuid_array(const std::vector<CampaignId>& ids) {
  std::string out = "{";
  for (const auto& id : ids) {
    if (out.size() > 1) out += ',';
    out += id.text();
  }
  return out + '}';
}

/// Adds the rows (id, day, sums) to the series that `place` names.
template <class Key, class Series>
void fill_days(const database::Result& days, const Period& period, const std::unordered_map<Key, std::size_t>& place,
               std::vector<Series>& series) {
  for (int row = 0; row < days.rows(); ++row) {
    const auto found = place.find(days.get<Key>(row, 0));
    const auto day = days.get<Day>(row, 1);
    if (found == place.end() || !period.contains(day)) continue;
    auto& slots = series[found->second].days;
    slots[static_cast<std::size_t>((day - period.first).count())] += read_sums(days, row, 2);
  }
}

/// A day without a row is a day without activity: zero, where the series reports that measure at all.
void complete(std::vector<Sums>& days) {
  Sums total;
  for (const auto& day : days) total += day;
  for (auto& day : days) {
    if (day.impressions != 0 || day.clicks != 0 || day.spend != 0) continue;
    if (total.conversions && !day.conversions) day.conversions = 0;
    if (total.revenue && !day.revenue) day.revenue = 0;
  }
}

}  // namespace

std::vector<database::Execution> campaign_series(OrganizationId organization, const Period& period,
                                                 const std::vector<CampaignId>& campaigns) {
  const auto ids = uuid_array(campaigns);
  std::vector<database::Execution> out;
  out.push_back({kNames, database::Params(organization, ids)});
  out.push_back({kDays, database::Params(organization, ids, period.first, period.last)});
  return out;
}

std::vector<database::Execution> largest_campaigns(OrganizationId organization, const Period& period,
                                                   std::int64_t limit) {
  std::vector<database::Execution> out;
  out.push_back({kLargestNames, database::Params(organization, period.first, period.last, limit)});
  out.push_back({kLargestDays, database::Params(organization, period.first, period.last, limit)});
  return out;
}

database::Execution largest_converted_campaigns(OrganizationId organization, const Period& period, std::int64_t limit,
                                                const FactorTable& factors) {
  return {kLargestConverted, database::Params(organization, period.first, period.last, limit, factors.currencies,
                                              factors.days, factors.factors)};
}

std::vector<CampaignId> read_campaign_ids(const database::Result& result) {
  std::vector<CampaignId> out;
  for (int row = 0; row < result.rows(); ++row) out.push_back(result.get<CampaignId>(row, 0));
  return out;
}

std::vector<CampaignSeries> read_campaign_series(const std::vector<database::Result>& results, const Period& period) {
  const auto& names = results.at(0);
  std::vector<CampaignSeries> series;
  std::unordered_map<CampaignId, std::size_t> place;
  for (int row = 0; row < names.rows(); ++row) {
    auto& one = series.emplace_back();
    one.id = names.get<CampaignId>(row, 0);
    one.name = names.get<std::string>(row, 1);
    one.platform = names.get<std::string>(row, 2);
    one.currency = names.get<std::string>(row, 3);
    one.status = read_status(names, row, 4);
    one.days.resize(static_cast<std::size_t>(period.length()));
    place.emplace(one.id, series.size() - 1);
  }
  fill_days(results.at(1), period, place, series);
  for (auto& one : series) complete(one.days);
  return series;
}

std::vector<database::Execution> largest_ads(OrganizationId organization, const Period& period, std::int64_t limit) {
  std::vector<database::Execution> out;
  out.push_back({kLargestAdNames, database::Params(organization, period.first, period.last, limit)});
  out.push_back({kLargestAdDays, database::Params(organization, period.first, period.last, limit)});
  return out;
}

std::vector<AdSeries> read_ad_series(const std::vector<database::Result>& results, const Period& period) {
  const auto& names = results.at(0);
  std::vector<AdSeries> series;
  std::unordered_map<AdId, std::size_t> place;
  for (int row = 0; row < names.rows(); ++row) {
    auto& one = series.emplace_back();
    one.id = names.get<AdId>(row, 0);
    one.name = names.get<std::string>(row, 1);
    one.ad_set_id = names.get<AdSetId>(row, 2);
    one.ad_set_name = names.get<std::string>(row, 3);
    one.campaign_id = names.get<CampaignId>(row, 4);
    for (int column = 5; column <= 7; ++column) one.status = std::max(one.status, read_status(names, row, column));
    one.days.resize(static_cast<std::size_t>(period.length()));
    place.emplace(one.id, series.size() - 1);
  }
  fill_days(results.at(1), period, place, series);
  for (auto& one : series) complete(one.days);
  return series;
}

}  // namespace omnify::metrics::store
