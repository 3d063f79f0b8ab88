#include <algorithm>
#include <array>

#include "base/error.h"
#include "metrics/store.h"

namespace omnify::metrics::store {
namespace {

using database::Query;

// Every order is one text: the key is a number, signed so that ascending is always right, or the lower-case name. Money
// that does not compare with the others' comes last, like every null. $10 … $12 say where the page before ended. The
// previous period is summed for the rows of the page only.
//
// Where all accounts have the reporting currency, nothing is converted; money of another one does not compare.
constexpr std::string_view kOwnCurrency = R"(
WITH figures AS (
  SELECT campaign_id, currency, sum(impressions)::bigint AS impressions, sum(clicks)::bigint AS clicks,
         sum(spend)::bigint AS spend, sum(conversions)::bigint AS conversions, sum(revenue)::bigint AS revenue
  FROM campaign_days
  WHERE organization_id = $1 AND day BETWEEN $2 AND $3
  GROUP BY campaign_id, currency
), listed AS (
  SELECT CASE WHEN a.currency = o.reporting_currency THEN coalesce(f.spend, 0) END AS comparable_spend,
         CASE WHEN a.currency = o.reporting_currency THEN f.revenue END AS comparable_revenue,)";

// Converted amounts are rounded to a micro each day: sums of whole numbers do not depend on the order of the rows, so
// the key of a campaign is the same for every page.
constexpr std::string_view kSeveralCurrencies = R"(
WITH factors AS MATERIALIZED (
  SELECT currency, day, factor
  FROM unnest($15::text[], $16::date[], $17::double precision[]) AS given (currency, day, factor)
), figures AS (
  SELECT d.campaign_id, d.currency, sum(d.impressions)::bigint AS impressions, sum(d.clicks)::bigint AS clicks,
         sum(d.spend)::bigint AS spend, sum(d.conversions)::bigint AS conversions, sum(d.revenue)::bigint AS revenue,
         CASE WHEN count(r.factor) = count(*) THEN sum(round(d.spend * r.factor)::bigint)::bigint END
           AS converted_spend,
         CASE WHEN count(r.factor) = count(*) THEN sum(round(d.revenue * r.factor)::bigint)::bigint END
           AS converted_revenue
  FROM campaign_days d
  LEFT JOIN factors r ON r.currency = d.currency AND r.day = d.day
  WHERE d.organization_id = $1 AND d.day BETWEEN $2 AND $3
  GROUP BY d.campaign_id, d.currency
), listed AS (
  SELECT CASE WHEN f.campaign_id IS NULL THEN 0 ELSE f.converted_spend END AS comparable_spend,
         f.converted_revenue AS comparable_revenue,)";

constexpr std::string_view kListed = R"(
         c.id, c.name, c.platform, a.name AS account_name, c.status, c.objective, c.daily_budget, a.currency,
         coalesce(f.impressions, 0) AS impressions, coalesce(f.clicks, 0) AS clicks, coalesce(f.spend, 0) AS spend,
         f.conversions, f.revenue
  FROM campaigns c
  JOIN organizations o ON o.organization_id = c.organization_id
  JOIN ad_accounts a ON a.organization_id = c.organization_id AND a.id = c.account_id
  LEFT JOIN figures f ON f.campaign_id = c.id AND f.currency = a.currency
  WHERE c.organization_id = $1
    AND ($4::text IS NULL OR c.name ILIKE $4::text)
    AND ($5::text IS NULL OR c.status = $5::text)
    AND ($6::text IS NULL OR c.platform = $6::text)
), keyed AS (
  SELECT l.id, l.name, l.platform, l.account_name, l.status, l.objective, l.daily_budget, l.currency,
         l.impressions, l.clicks, l.spend, l.conversions, l.revenue,
         $8::double precision * CASE $7::text
           WHEN 'spend' THEN l.comparable_spend::double precision
           WHEN 'revenue' THEN l.comparable_revenue::double precision
           WHEN 'roas' THEN l.revenue::double precision / nullif(l.spend, 0)
           WHEN 'ctr' THEN l.clicks::double precision / nullif(l.impressions, 0)
           WHEN 'cpc' THEN l.comparable_spend::double precision / nullif(l.clicks, 0)
           WHEN 'cpa' THEN l.comparable_spend::double precision / nullif(l.conversions, 0)
           WHEN 'impressions' THEN l.impressions::double precision
           WHEN 'clicks' THEN l.clicks::double precision
           WHEN 'conversions' THEN l.conversions::double precision
           WHEN 'status' THEN CASE l.status WHEN 'active' THEN 1 WHEN 'paused' THEN 2 ELSE 3 END::double precision
         END AS key,
         CASE WHEN $7::text = 'name' THEN lower(l.name) END AS label
  FROM listed l
), page AS MATERIALIZED (
  SELECT k.id, k.name, k.platform, k.account_name, k.status, k.objective, k.daily_budget, k.currency, k.impressions,
         k.clicks, k.spend, k.conversions, k.revenue, k.key, k.label,
         row_number() OVER (ORDER BY k.key ASC NULLS LAST, CASE WHEN $8::double precision > 0 THEN k.label END ASC,
                                     CASE WHEN $8::double precision < 0 THEN k.label END DESC, k.id ASC) AS place
  FROM keyed k
  WHERE $12::uuid IS NULL
     OR k.key > $10::double precision
     OR (k.key IS NULL AND $10::double precision IS NOT NULL)
     OR (k.key IS NOT DISTINCT FROM $10::double precision AND (
           (k.label IS NOT DISTINCT FROM $11::text AND k.id > $12::uuid)
        OR ($8::double precision > 0 AND k.label > $11::text)
        OR ($8::double precision < 0 AND k.label < $11::text)))
  ORDER BY place
  LIMIT $9::bigint
)
SELECT p.id, p.name, p.platform, p.account_name, p.status, p.objective, p.daily_budget, p.currency,
       p.impressions, p.clicks, p.spend, p.conversions, p.revenue,
       coalesce(b.impressions, 0), coalesce(b.clicks, 0), coalesce(b.spend, 0), b.conversions, b.revenue,
       p.key, p.label
FROM page p
LEFT JOIN LATERAL (
  SELECT sum(d.impressions)::bigint AS impressions, sum(d.clicks)::bigint AS clicks, sum(d.spend)::bigint AS spend,
         sum(d.conversions)::bigint AS conversions, sum(d.revenue)::bigint AS revenue
  FROM campaign_days d
  WHERE d.organization_id = $1 AND d.campaign_id = p.id AND d.day BETWEEN $13 AND $14 AND d.currency = p.currency
) b ON true
ORDER BY p.place)";

/// Literals one after the other.
template <const std::string_view&... Parts>
constexpr auto joined() {
  std::array<char, (Parts.size() + ...)> out{};
  auto end = out.begin();
  ((end = std::ranges::copy(Parts, end).out), ...);
  return out;
}

constexpr auto kPageText = joined<kOwnCurrency, kListed>();
constexpr auto kConvertedPageText = joined<kSeveralCurrencies, kListed>();
inline constexpr Query kPage{"metrics.campaign_page", {kPageText.data(), kPageText.size()}};
inline constexpr Query kConvertedPage{"metrics.converted_campaign_page",
                                      {kConvertedPageText.data(), kConvertedPageText.size()}};

inline constexpr Query kCount{"metrics.campaign_count", R"(
SELECT count(*)
FROM campaigns c
WHERE c.organization_id = $1
  AND ($2::text IS NULL OR c.name ILIKE $2::text)
  AND ($3::text IS NULL OR c.status = $3::text)
  AND ($4::text IS NULL OR c.platform = $4::text))"};

inline constexpr Query kCampaign{"metrics.campaign", R"(
SELECT c.id, c.name, c.platform, a.name, c.status, c.objective, c.daily_budget, a.currency
FROM campaigns c
JOIN ad_accounts a ON a.organization_id = c.organization_id AND a.id = c.account_id
WHERE c.organization_id = $1 AND c.id = $2)"};

inline constexpr Query kCampaignDays{"metrics.campaign_days", R"(
SELECT d.day, d.impressions, d.clicks, d.spend, d.conversions, d.revenue
FROM campaign_days d
JOIN campaigns c ON c.organization_id = d.organization_id AND c.id = d.campaign_id
JOIN ad_accounts a ON a.organization_id = c.organization_id AND a.id = c.account_id AND a.currency = d.currency
WHERE d.organization_id = $1 AND d.campaign_id = $2 AND d.day BETWEEN $3 AND $4
ORDER BY d.day)"};

inline constexpr Query kAds{"metrics.campaign_ads", R"(
WITH figures AS (
  SELECT f.ad_id, sum(f.impressions)::bigint AS impressions, sum(f.clicks)::bigint AS clicks,
         sum(f.spend)::bigint AS spend, sum(f.conversions)::bigint AS conversions, sum(f.revenue)::bigint AS revenue
  FROM ad_facts f
  JOIN campaigns c ON c.organization_id = f.organization_id AND c.id = f.campaign_id
  JOIN ad_accounts a ON a.organization_id = c.organization_id AND a.id = c.account_id AND a.currency = f.currency
  WHERE f.organization_id = $1 AND f.campaign_id = $2 AND f.day BETWEEN $3 AND $4
  GROUP BY f.ad_id
)
SELECT ad.id, ad.name, s.name, ad.status, coalesce(f.impressions, 0), coalesce(f.clicks, 0), coalesce(f.spend, 0),
       f.conversions, f.revenue
FROM ad_sets s
JOIN ads ad ON ad.organization_id = s.organization_id AND ad.ad_set_id = s.id
LEFT JOIN figures f ON f.ad_id = ad.id
WHERE s.organization_id = $1 AND s.campaign_id = $2
ORDER BY coalesce(f.spend, 0) DESC, ad.id
LIMIT $5::bigint)"};

std::optional<std::string> status_text(const std::optional<CampaignStatus>& status) {
  if (!status) return std::nullopt;
  return std::string(json::enum_name(*status));
}

/// $1 to $14.
database::Params page_parameters(OrganizationId organization, const Period& period, const ListFilter& filter,
                                 const ListOrder& order) {
  const auto before = previous_period(period);
  const double sign = order.direction == SortDirection::asc ? 1 : -1;
  return database::Params(organization, period.first, period.last, filter.pattern, status_text(filter.status),
                          filter.platform, json::enum_name(order.sort), sign, order.limit + 1, order.after_key,
                          order.after_label, order.after_id, before.first, before.last);
}

/// The eight columns of the entity.
CampaignRow read_entity(const database::Result& result, int row) {
  CampaignRow out;
  out.id = result.get<CampaignId>(row, 0);
  out.name = result.get<std::string>(row, 1);
  out.platform = result.get<std::string>(row, 2);
  out.account_name = result.get<std::string>(row, 3);
  out.status = read_status(result, row, 4);
  out.objective = result.get<std::optional<std::string>>(row, 5);
  if (const auto budget = result.get<std::optional<std::int64_t>>(row, 6)) out.daily_budget = Decimal{*budget};
  out.currency = result.get<std::string>(row, 7);
  return out;
}

}  // namespace

std::vector<database::Execution> campaign_page(OrganizationId organization, const Period& period,
                                               const ListFilter& filter, const ListOrder& order) {
  std::vector<database::Execution> out;
  out.push_back({kPage, page_parameters(organization, period, filter, order)});
  out.push_back({kCount, database::Params(organization, filter.pattern, status_text(filter.status), filter.platform)});
  return out;
}

database::Execution converted_campaign_page(OrganizationId organization, const Period& period, const ListFilter& filter,
                                            const ListOrder& order, const FactorTable& factors) {
  auto parameters = page_parameters(organization, period, filter, order);
  for (const auto* array : {&factors.currencies, &factors.days, &factors.factors}) parameters.add(*array);
  return {kConvertedPage, std::move(parameters)};
}

std::vector<ListedCampaign> read_campaigns(const database::Result& result) {
  std::vector<ListedCampaign> out;
  out.reserve(static_cast<std::size_t>(result.rows()));
  for (int row = 0; row < result.rows(); ++row) {
    auto& listed = out.emplace_back();
    listed.row = read_entity(result, row);
    const auto current = read_sums(result, row, 8);
    set_measures(listed.row, measures(current));
    listed.row.change = change(read_sums(result, row, 13), current);
    listed.key = result.get<std::optional<double>>(row, 18);
    listed.label = result.get<std::optional<std::string>>(row, 19);
  }
  return out;
}

std::vector<database::Execution> campaign(OrganizationId organization, CampaignId campaign, const Period& period) {
  std::vector<database::Execution> out;
  out.push_back({kCampaign, database::Params(organization, campaign)});
  out.push_back({kCampaignDays, database::Params(organization, campaign, previous_period(period).first, period.last)});
  out.push_back({kAds, database::Params(organization, campaign, period.first, period.last, kMostAds)});
  return out;
}

CampaignRow read_campaign(const database::Result& result) {
  if (result.empty()) throw Error(Code::not_found, "This campaign does not exist.");
  return read_entity(result, 0);
}

std::vector<AdRow> read_ads(const database::Result& result) {
  std::vector<AdRow> out;
  out.reserve(static_cast<std::size_t>(result.rows()));
  for (int row = 0; row < result.rows(); ++row) {
    auto& ad = out.emplace_back();
    ad.id = result.get<AdId>(row, 0);
    ad.name = result.get<std::string>(row, 1);
    ad.ad_set_name = result.get<std::string>(row, 2);
    ad.status = read_status(result, row, 3);
    set_measures(ad, measures(read_sums(result, row, 4)));
  }
  return out;
}

}  // namespace omnify::metrics::store
