#include "sync/loader_queries.h"

namespace omnify::sync {
namespace {

constexpr std::string_view kKeep = "ON CONFLICT (organization_id, id) DO NOTHING";

/// The two forms of one INSERT, made at the first use and kept.
struct Forms {
  Forms(std::string_view name, std::string_view head, std::string_view row, std::string_view replace)
      : replaced(std::string(name) + "_upsert", head, row, replace),
        kept(std::string(name) + "_placeholder", head, row, kKeep) {}
  [[nodiscard]] const BulkInsert& of(Stored stored) const { return stored == Stored::replaced ? replaced : kept; }

  BulkInsert replaced;
  BulkInsert kept;
};

}  // namespace

const BulkInsert& account_insert(Stored stored) {
  static const Forms forms("sync.account",
                           R"(INSERT INTO ad_accounts
  (organization_id, id, connection_id, platform, external_id, name, currency, time_zone) VALUES)",
                           "($1, @, @, @, @, @, @, @)", R"(ON CONFLICT (organization_id, id) DO UPDATE
SET connection_id = EXCLUDED.connection_id, name = EXCLUDED.name, time_zone = EXCLUDED.time_zone, updated_at = now()
WHERE (ad_accounts.connection_id, ad_accounts.name, ad_accounts.time_zone)
  IS DISTINCT FROM (EXCLUDED.connection_id, EXCLUDED.name, EXCLUDED.time_zone))");
  return forms.of(stored);
}

const BulkInsert& campaign_insert(Stored stored) {
  static const Forms forms("sync.campaigns",
                           R"(INSERT INTO campaigns
  (organization_id, account_id, platform, id, external_id, name, status, objective, daily_budget) VALUES)",
                           "($1, $2, $3, @, @, @, @, @, @)", R"(ON CONFLICT (organization_id, id) DO UPDATE
SET name = EXCLUDED.name, status = EXCLUDED.status, objective = EXCLUDED.objective,
    daily_budget = EXCLUDED.daily_budget, updated_at = now()
WHERE (campaigns.name, campaigns.status, campaigns.objective, campaigns.daily_budget)
  IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.status, EXCLUDED.objective, EXCLUDED.daily_budget))");
  return forms.of(stored);
}

const BulkInsert& ad_set_insert(Stored stored) {
  static const Forms forms("sync.ad_sets",
                           R"(INSERT INTO ad_sets
  (organization_id, id, campaign_id, external_id, name, status) VALUES)",
                           "($1, @, @, @, @, @)", R"(ON CONFLICT (organization_id, id) DO UPDATE
SET campaign_id = EXCLUDED.campaign_id, name = EXCLUDED.name, status = EXCLUDED.status, updated_at = now()
WHERE (ad_sets.campaign_id, ad_sets.name, ad_sets.status)
  IS DISTINCT FROM (EXCLUDED.campaign_id, EXCLUDED.name, EXCLUDED.status))");
  return forms.of(stored);
}

const BulkInsert& ad_insert(Stored stored) {
  static const Forms forms("sync.ads",
                           R"(INSERT INTO ads
  (organization_id, id, ad_set_id, external_id, name, status, creative_external_id, creative_title, creative_body)
VALUES)",
                           "($1, @, @, @, @, @, @, @, @)", R"(ON CONFLICT (organization_id, id) DO UPDATE
SET ad_set_id = EXCLUDED.ad_set_id, name = EXCLUDED.name, status = EXCLUDED.status,
    creative_external_id = EXCLUDED.creative_external_id, creative_title = EXCLUDED.creative_title,
    creative_body = EXCLUDED.creative_body, updated_at = now()
WHERE (ads.ad_set_id, ads.name, ads.status, ads.creative_external_id, ads.creative_title, ads.creative_body)
  IS DISTINCT FROM (EXCLUDED.ad_set_id, EXCLUDED.name, EXCLUDED.status, EXCLUDED.creative_external_id,
                    EXCLUDED.creative_title, EXCLUDED.creative_body))");
  return forms.of(stored);
}

const BulkInsert& fact_upsert() {
  static const BulkInsert insert("sync.facts",
                                 R"(INSERT INTO ad_facts
  (organization_id, platform, currency, day, ad_id, campaign_id, impressions, clicks, spend, conversions, revenue)
VALUES)",
                                 "($1, $2, $3, @, @, @, @, @, @, @, @)",
                                 R"(ON CONFLICT (organization_id, day, ad_id) DO UPDATE
SET campaign_id = EXCLUDED.campaign_id, platform = EXCLUDED.platform, currency = EXCLUDED.currency,
    impressions = EXCLUDED.impressions, clicks = EXCLUDED.clicks, spend = EXCLUDED.spend,
    conversions = EXCLUDED.conversions, revenue = EXCLUDED.revenue
WHERE (ad_facts.campaign_id, ad_facts.platform, ad_facts.currency, ad_facts.impressions, ad_facts.clicks,
       ad_facts.spend, ad_facts.conversions, ad_facts.revenue)
  IS DISTINCT FROM (EXCLUDED.campaign_id, EXCLUDED.platform, EXCLUDED.currency, EXCLUDED.impressions, EXCLUDED.clicks,
                    EXCLUDED.spend, EXCLUDED.conversions, EXCLUDED.revenue))");
  return insert;
}

}  // namespace omnify::sync
