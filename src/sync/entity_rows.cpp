#include "sync/entity_rows.h"

#include <functional>
#include <map>
#include <span>
#include <utility>

#include "base/json.h"

namespace omnify::sync {
namespace {

using database::Execution;
using database::Params;
using platforms::EntityStatus;

/// Sorted by key and each key once, the last one given: what a platform lists twice while it pages is one entity.
template <class Row, class Key>
std::vector<std::pair<Key, Row>> by_key(std::vector<Row> rows, const std::function<Key(const Row&)>& key) {
  std::map<Key, Row> sorted;
  for (auto& row : rows) {
    auto id = key(row);
    sorted.insert_or_assign(std::move(id), std::move(row));
  }
  std::vector<std::pair<Key, Row>> out;
  out.reserve(sorted.size());
  for (auto& [id, row] : sorted) out.emplace_back(id, std::move(row));
  return out;
}

}  // namespace

Execution account_execution(const LoadTarget& target, Stored stored) {
  const auto& account = target.account;
  const auto add = [&target](Params& params, const platforms::AccountRow& row) {
    params.add(account_id(target));
    params.add(target.connection);
    params.add(target.platform);
    params.add(row.external_id);
    params.add(row.name);
    params.add(row.currency.text());
    params.add(row.time_zone);
  };
  return account_insert(stored).executions(std::span(&account, 1), Params(target.organization), add).front();
}

std::vector<Execution> campaign_executions(const LoadTarget& target, std::vector<platforms::CampaignRow> rows,
                                           Stored stored) {
  using Keyed = std::pair<CampaignId, platforms::CampaignRow>;
  const auto keyed = by_key<platforms::CampaignRow, CampaignId>(
      std::move(rows), [&](const auto& row) { return campaign_id(target, row.external_id); });
  const auto add = [](Params& params, const Keyed& entry) {
    const auto& [id, row] = entry;
    params.add(id);
    params.add(row.external_id);
    params.add(row.name);
    params.add(json::enum_name(row.status));
    params.add(row.objective);
    params.add(row.daily_budget);
  };
  const Params shared(target.organization, account_id(target), target.platform);
  return campaign_insert(stored).executions(std::span(keyed), shared, add);
}

std::vector<Execution> ad_set_executions(const LoadTarget& target, std::vector<platforms::AdSetRow> rows,
                                         Stored stored) {
  using Keyed = std::pair<AdSetId, platforms::AdSetRow>;
  const auto keyed = by_key<platforms::AdSetRow, AdSetId>(
      std::move(rows), [&](const auto& row) { return ad_set_id(target, row.external_id); });
  const auto add = [&target](Params& params, const Keyed& entry) {
    const auto& [id, row] = entry;
    params.add(id);
    params.add(campaign_id(target, row.campaign_external_id));
    params.add(row.external_id);
    params.add(row.name);
    params.add(json::enum_name(row.status));
  };
  return ad_set_insert(stored).executions(std::span(keyed), Params(target.organization), add);
}

std::vector<Execution> ad_executions(const LoadTarget& target, std::vector<platforms::AdRow> rows, Stored stored) {
  using Keyed = std::pair<AdId, platforms::AdRow>;
  const auto keyed =
      by_key<platforms::AdRow, AdId>(std::move(rows), [&](const auto& row) { return ad_id(target, row.external_id); });
  const auto add = [&target](Params& params, const Keyed& entry) {
    const auto& [id, row] = entry;
    params.add(id);
    params.add(ad_set_id(target, row.ad_set_external_id));
    params.add(row.external_id);
    params.add(row.name);
    params.add(json::enum_name(row.status));
    params.add(row.creative_external_id);
    params.add(row.creative_title);
    params.add(row.creative_body);
  };
  return ad_insert(stored).executions(std::span(keyed), Params(target.organization), add);
}

EntityStatus placeholder_status(const LoadTarget& target) {
  return target.connection ? EntityStatus::ended : EntityStatus::active;
}

platforms::EntityRows missing_parents(const LoadTarget& target, const platforms::EntityRows& rows) {
  const auto status = placeholder_status(target);
  platforms::EntityRows out;
  std::set<std::string_view> known;
  for (const auto& row : rows.ad_sets) known.insert(row.external_id);
  for (const auto& row : rows.ads) {
    // An ad whose set is unknown does not say its campaign: the set stands in for it until the facts name it.
    if (!known.insert(row.ad_set_external_id).second) continue;
    out.ad_sets.push_back({row.ad_set_external_id, row.ad_set_external_id, row.ad_set_external_id, status});
  }
  known.clear();
  for (const auto& row : rows.campaigns) known.insert(row.external_id);
  for (const auto* sets : {&rows.ad_sets, &std::as_const(out.ad_sets)}) {
    for (const auto& row : *sets) {
      if (!known.insert(row.campaign_external_id).second) continue;
      const auto& id = row.campaign_external_id;
      out.campaigns.push_back({id, id, status, std::nullopt, std::nullopt});
    }
  }
  return out;
}

}  // namespace omnify::sync
