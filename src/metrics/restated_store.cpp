#include "metrics/store.h"

namespace omnify::metrics::store {
namespace {

using database::Query;

// $4: the moment. The figures of then are the old ones of the first revision after it, else those of now.
inline constexpr Query kRestatedDays{"metrics.restated_days", R"(
WITH revised AS MATERIALIZED (
  SELECT DISTINCT ON (campaign_id, day) campaign_id, day, old_impressions, old_clicks, old_spend, old_conversions,
         old_revenue, max(learned_at) OVER (PARTITION BY campaign_id, day) AS last_learned_at
  FROM metric_revisions
  WHERE organization_id = $1 AND day BETWEEN $2 AND $3 AND learned_at > $4
  ORDER BY campaign_id, day, learned_at
), compared AS (
  SELECT c.account_id, d.day, d.currency, d.known_since > $4 AS unknown, r.campaign_id IS NOT NULL AS changed,
         r.old_impressions, r.old_clicks, r.old_spend, r.old_conversions, r.old_revenue,
         d.impressions, d.clicks, d.spend, d.conversions, d.revenue,
         coalesce(r.last_learned_at, CASE WHEN d.known_since > $4 THEN d.known_since END) AS learned_at
  FROM campaign_days d
  JOIN campaigns c ON c.organization_id = $1 AND c.id = d.campaign_id
  LEFT JOIN revised r ON r.campaign_id = d.campaign_id AND r.day = d.day
  WHERE d.organization_id = $1 AND d.day BETWEEN $2 AND $3
), summed AS (
  SELECT account_id, day, currency, max(learned_at) AS learned_at,
         coalesce(sum(CASE WHEN changed THEN old_impressions ELSE impressions END) FILTER (WHERE NOT unknown), 0)::bigint
           AS then_impressions,
         coalesce(sum(CASE WHEN changed THEN old_clicks ELSE clicks END) FILTER (WHERE NOT unknown), 0)::bigint
           AS then_clicks,
         coalesce(sum(CASE WHEN changed THEN old_spend ELSE spend END) FILTER (WHERE NOT unknown), 0)::bigint
           AS then_spend,
         sum(CASE WHEN changed THEN old_conversions ELSE conversions END) FILTER (WHERE NOT unknown)::bigint
           AS then_conversions,
         sum(CASE WHEN changed THEN old_revenue ELSE revenue END) FILTER (WHERE NOT unknown)::bigint AS then_revenue,
         sum(impressions)::bigint AS impressions, sum(clicks)::bigint AS clicks, sum(spend)::bigint AS spend,
         sum(conversions)::bigint AS conversions, sum(revenue)::bigint AS revenue
  FROM compared
  GROUP BY account_id, day, currency
  HAVING bool_or(NOT unknown) AND max(learned_at) IS NOT NULL
)
SELECT s.day, a.id, a.name, a.platform, s.currency, a.time_zone, s.learned_at,
       s.then_impressions, s.then_clicks, s.then_spend, s.then_conversions, s.then_revenue,
       s.impressions, s.clicks, s.spend, s.conversions, s.revenue
FROM summed s
JOIN ad_accounts a ON a.organization_id = $1 AND a.id = s.account_id
WHERE s.day < ($4::timestamptz AT TIME ZONE a.time_zone)::date
  AND (s.then_impressions, s.then_clicks, s.then_spend, s.then_conversions, s.then_revenue)
    IS DISTINCT FROM (s.impressions, s.clicks, s.spend, s.conversions, s.revenue)
ORDER BY s.day DESC, a.name, a.platform, a.id)"};

}  // namespace

database::Execution restated_days(OrganizationId organization, const Period& period, Instant since) {
  return {kRestatedDays, database::Params(organization, period.first, period.last, since)};
}

std::vector<RestatedDay> read_restated_days(const database::Result& result) {
  std::vector<RestatedDay> days;
  for (int row = 0; row < result.rows(); ++row) {
    const auto before = read_sums(result, row, 7);
    const auto after = read_sums(result, row, 12);
    days.push_back({.day = result.get<Day>(row, 0),
                    .account_id = result.get<AccountId>(row, 1),
                    .account_name = result.get<std::string>(row, 2),
                    .platform = result.get<std::string>(row, 3),
                    .currency = result.get<std::string>(row, 4),
                    .time_zone = result.get<std::string>(row, 5),
                    .then = measures(before),
                    .now = measures(after),
                    .change = change(before, after),
                    .learned_at = result.get<Instant>(row, 6)});
  }
  return days;
}

}  // namespace omnify::metrics::store
