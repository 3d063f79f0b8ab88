// The statements of the loader. Inserts come as an upsert, which leaves equal rows alone, and as a placeholder, which
// leaves every stored row alone.
#pragma once

#include "database/query.h"
#include "sync/bulk.h"

namespace omnify::sync {

/// What to do with a row that is stored already.
enum class Stored { replaced, kept };

// Shared: $1 organization. Own: id, connection, platform, external id, name, currency, time zone.
[[nodiscard]] const BulkInsert& account_insert(Stored stored);
// Shared: $1 organization, $2 account, $3 platform. Own: id, external id, name, status, objective, daily budget.
[[nodiscard]] const BulkInsert& campaign_insert(Stored stored);
// Shared: $1 organization. Own: id, campaign, external id, name, status.
[[nodiscard]] const BulkInsert& ad_set_insert(Stored stored);
// Shared: $1 organization. Own: id, ad set, external id, name, status, creative's id, title and body.
[[nodiscard]] const BulkInsert& ad_insert(Stored stored);
// Shared: $1 organization, $2 platform, $3 currency. Own: day, ad, campaign, impressions, clicks, spend, conversions,
// revenue.
[[nodiscard]] const BulkInsert& fact_upsert();

// One load at a time per organization: rollups are sums over rows of several loads.
inline constexpr database::Query kLockLoads{
    "sync.lock_loads", R"(SELECT pg_advisory_xact_lock(hashtextextended('omnify.load.' || $1::uuid::text, 0)))"};

// The function alone may fail when two make the same month: what it looks up after its own wait can come from a cache
// that does not know of the other's table yet. The catalog is read here after the wait, with a snapshot of its own.
inline constexpr database::Query kLockMonths{
    "sync.lock_months", R"(SELECT pg_advisory_xact_lock(hashtextextended('omnify.fact_months', 0)))"};
inline constexpr database::Query kEnsureMonth{"sync.ensure_month", R"(
SELECT ensure_fact_month($1::date)
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname = 'public' AND c.relname = 'ad_facts_' || to_char($1::date, 'YYYYMM')))"};

inline constexpr database::Query kKnownAds{
    "sync.known_ads", R"(SELECT id FROM ads WHERE organization_id = $1::uuid AND id = ANY($2::uuid[]))"};

// $2 account, $3 day, $4 ads with a row. EXCEPT is hashed however wrong the planner's guess of their number is. A
// figure that was not reported stays so.
inline constexpr database::Query kZeroUnreported{"sync.zero_unreported", R"(
WITH unreported AS MATERIALIZED (
  SELECT f.ad_id FROM ad_facts f
  WHERE f.organization_id = $1::uuid AND f.day = $3::date
    AND (f.impressions, f.clicks, f.spend, coalesce(f.conversions, 0), coalesce(f.revenue, 0)) <> (0, 0, 0, 0, 0)
    AND f.campaign_id IN (SELECT id FROM campaigns WHERE organization_id = $1::uuid AND account_id = $2::uuid)
  EXCEPT SELECT unnest($4::uuid[]))
UPDATE ad_facts f
SET impressions = 0, clicks = 0, spend = 0, conversions = 0 * f.conversions, revenue = 0 * f.revenue
FROM unreported u
WHERE f.organization_id = $1::uuid AND f.day = $3::date AND f.ad_id = u.ad_id
RETURNING f.campaign_id)"};

// $2 campaigns, $3 days, $4 and $5 first and last of the days, which prune partitions. A superset of the touched pairs.
// Two currencies in one campaign and day would violate the key twice: refused, never added. What was stored before this
// transaction and changes is kept as a revision; the second change in one transaction continues the first one's.
inline constexpr database::Query kRollUpCampaigns{"sync.roll_up_campaigns", R"(
WITH sums AS MATERIALIZED (
  SELECT organization_id, campaign_id, day, platform, currency, sum(impressions)::bigint AS impressions,
         sum(clicks)::bigint AS clicks, sum(spend)::bigint AS spend, sum(conversions)::bigint AS conversions,
         sum(revenue)::bigint AS revenue
  FROM ad_facts
  WHERE organization_id = $1::uuid AND campaign_id = ANY($2::uuid[]) AND day = ANY($3::date[])
    AND day BETWEEN $4::date AND $5::date
  GROUP BY organization_id, campaign_id, day, platform, currency),
revised AS (
  INSERT INTO metric_revisions (organization_id, campaign_id, day, platform, currency,
                                old_impressions, old_clicks, old_spend, old_conversions, old_revenue,
                                new_impressions, new_clicks, new_spend, new_conversions, new_revenue)
  SELECT s.organization_id, s.campaign_id, s.day, s.platform, s.currency,
         d.impressions, d.clicks, d.spend, d.conversions, d.revenue,
         s.impressions, s.clicks, s.spend, s.conversions, s.revenue
  FROM sums s
  JOIN campaign_days d ON d.organization_id = $1::uuid AND d.campaign_id = s.campaign_id AND d.day = s.day
  WHERE d.known_since < now()
    AND (d.impressions, d.clicks, d.spend, d.conversions, d.revenue)
      IS DISTINCT FROM (s.impressions, s.clicks, s.spend, s.conversions, s.revenue)
  ON CONFLICT (organization_id, campaign_id, day, learned_at) DO UPDATE
  SET new_impressions = EXCLUDED.new_impressions, new_clicks = EXCLUDED.new_clicks, new_spend = EXCLUDED.new_spend,
      new_conversions = EXCLUDED.new_conversions, new_revenue = EXCLUDED.new_revenue)
INSERT INTO campaign_days (organization_id, campaign_id, day, platform, currency, impressions, clicks, spend,
                           conversions, revenue)
SELECT organization_id, campaign_id, day, platform, currency, impressions, clicks, spend, conversions, revenue
FROM sums
ON CONFLICT (organization_id, campaign_id, day) DO UPDATE
SET platform = EXCLUDED.platform, currency = EXCLUDED.currency, impressions = EXCLUDED.impressions,
    clicks = EXCLUDED.clicks, spend = EXCLUDED.spend, conversions = EXCLUDED.conversions, revenue = EXCLUDED.revenue
WHERE (campaign_days.platform, campaign_days.currency, campaign_days.impressions, campaign_days.clicks,
       campaign_days.spend, campaign_days.conversions, campaign_days.revenue)
  IS DISTINCT FROM (EXCLUDED.platform, EXCLUDED.currency, EXCLUDED.impressions, EXCLUDED.clicks, EXCLUDED.spend,
                    EXCLUDED.conversions, EXCLUDED.revenue))"};

// From the campaigns' sums, which the same transaction has just brought up to date: a day has far fewer of them.
inline constexpr database::Query kRollUpPlatform{"sync.roll_up_platform", R"(
INSERT INTO platform_days (organization_id, day, platform, currency, impressions, clicks, spend, conversions, revenue)
SELECT organization_id, day, platform, currency, sum(impressions)::bigint, sum(clicks)::bigint, sum(spend)::bigint,
       sum(conversions)::bigint, sum(revenue)::bigint
FROM campaign_days
WHERE organization_id = $1::uuid AND platform = $2::text AND currency = $3::text AND day = ANY($4::date[])
  AND day BETWEEN $5::date AND $6::date
GROUP BY organization_id, day, platform, currency
ON CONFLICT (organization_id, day, platform, currency) DO UPDATE
SET impressions = EXCLUDED.impressions, clicks = EXCLUDED.clicks, spend = EXCLUDED.spend,
    conversions = EXCLUDED.conversions, revenue = EXCLUDED.revenue
WHERE (platform_days.impressions, platform_days.clicks, platform_days.spend, platform_days.conversions,
       platform_days.revenue)
  IS DISTINCT FROM (EXCLUDED.impressions, EXCLUDED.clicks, EXCLUDED.spend, EXCLUDED.conversions, EXCLUDED.revenue))"};

}  // namespace omnify::sync
