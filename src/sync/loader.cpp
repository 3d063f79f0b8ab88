#include "sync/loader.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "crypto/digest.h"
#include "database/database.h"
#include "sync/entity_rows.h"
#include "sync/loader_queries.h"

namespace omnify::sync {
namespace {

using database::Execution;
using database::Params;
using platforms::FactRow;

// A statement that sums more would come near the limit of its time.
constexpr std::size_t kDaysPerRollup = 100;

/// "kind|platform|account|currency|id": the first four never hold a line feed, so no two lists give one name.
Uuid entity_uuid(const LoadTarget& target, std::string_view kind, std::string_view external_id) {
  std::string name(kind);
  for (const auto part : {std::string_view(target.platform), std::string_view(target.account.external_id),
                          target.account.currency.text(), external_id}) {
    name += '\n';
    name += part;
  }
  return crypto::derived_uuid(target.organization.uuid, name);
}

template <class Ids>
std::string id_array(const Ids& ids) {
  std::string text = "{";
  for (const auto& id : ids) {
    if (text.size() > 1) text += ',';
    text += id.text();
  }
  return text + "}";
}

std::string day_array(const std::set<Day>& days) {
  std::string text = "{";
  for (const auto day : days) {
    if (text.size() > 1) text += ',';
    text += format_day(day);
  }
  return text + "}";
}

/// A fact with its ids: a hash each, made once per batch.
struct KeyedFact {
  AdId ad;
  CampaignId campaign;
  std::size_t position;  // in the batch
  FactRow row;
  [[nodiscard]] std::pair<Day, AdId> key() const { return {row.day, ad}; }
  [[nodiscard]] std::tuple<Day, AdId, std::size_t> order() const { return {row.day, ad, position}; }
};

/// In the order of their keys, each once: of two, the one given last.
std::vector<KeyedFact> keyed_facts(const LoadTarget& target, std::vector<FactRow> rows) {
  std::unordered_map<std::string, CampaignId> campaigns;
  std::unordered_map<std::string, AdId> ads;
  std::vector<KeyedFact> facts;
  facts.reserve(rows.size());
  for (auto& row : rows) {
    const auto [campaign, new_campaign] = campaigns.try_emplace(row.campaign_external_id);
    if (new_campaign) campaign->second = campaign_id(target, row.campaign_external_id);
    const auto [ad, new_ad] = ads.try_emplace(row.ad_external_id);
    if (new_ad) ad->second = ad_id(target, row.ad_external_id);
    facts.push_back({ad->second, campaign->second, facts.size(), std::move(row)});
  }
  std::ranges::sort(facts, {}, &KeyedFact::order);
  // Backwards, because the first of equal ones is what unique keeps.
  const auto last_ones = std::unique(facts.rbegin(), facts.rend(),
                                     [](const auto& left, const auto& right) { return left.key() == right.key(); });
  facts.erase(facts.begin(), last_ones.base());
  return facts;
}

/// Placeholders for the ads of `facts` that are not among `known`, and for their parents.
std::vector<Execution> fact_placeholders(const LoadTarget& target, const std::vector<KeyedFact>& facts,
                                         const std::set<AdId>& known) {
  const auto status = placeholder_status(target);
  platforms::EntityRows rows;
  for (const auto& fact : facts) {
    if (known.contains(fact.ad)) continue;
    const auto& campaign = fact.row.campaign_external_id;
    const auto& ad_set = fact.row.ad_set_external_id;
    const auto& ad = fact.row.ad_external_id;
    rows.campaigns.push_back({campaign, campaign, status, std::nullopt, std::nullopt});
    rows.ad_sets.push_back({ad_set, campaign, ad_set, status});
    rows.ads.push_back({ad, ad_set, ad, status, std::nullopt, std::nullopt, std::nullopt});
  }
  std::vector<Execution> out;
  if (rows.ads.empty()) return out;
  out.push_back(account_execution(target, Stored::kept));
  std::ranges::move(campaign_executions(target, std::move(rows.campaigns), Stored::kept), std::back_inserter(out));
  std::ranges::move(ad_set_executions(target, std::move(rows.ad_sets), Stored::kept), std::back_inserter(out));
  std::ranges::move(ad_executions(target, std::move(rows.ads), Stored::kept), std::back_inserter(out));
  return out;
}

std::vector<Execution> fact_executions(const LoadTarget& target, const std::vector<KeyedFact>& facts) {
  const auto add = [](Params& params, const KeyedFact& fact) {
    params.add(fact.row.day);
    params.add(fact.ad);
    params.add(fact.campaign);
    params.add(fact.row.impressions);
    params.add(fact.row.clicks);
    params.add(fact.row.spend);
    params.add(fact.row.conversions);
    params.add(fact.row.revenue);
  };
  const Params shared(target.organization, target.platform, target.account.currency.text());
  return fact_upsert().executions(std::span(facts), shared, add);
}

std::set<Day> days_of(const std::vector<KeyedFact>& facts) {
  std::set<Day> days;
  for (const auto& fact : facts) days.insert(fact.row.day);
  return days;
}

std::set<CampaignId> campaigns_of(const std::vector<KeyedFact>& facts) {
  std::set<CampaignId> campaigns;
  for (const auto& fact : facts) campaigns.insert(fact.campaign);
  return campaigns;
}

Execution campaign_rollup(const LoadTarget& target, const std::set<CampaignId>& campaigns, const std::set<Day>& days) {
  return {kRollUpCampaigns,
          Params(target.organization, id_array(campaigns), day_array(days), *days.begin(), *days.rbegin())};
}

Execution platform_rollup(const LoadTarget& target, const std::set<Day>& days) {
  return {kRollUpPlatform, Params(target.organization, target.platform, target.account.currency.text(), day_array(days),
                                  *days.begin(), *days.rbegin())};
}

std::vector<Execution> rollups(const LoadTarget& target, const std::set<CampaignId>& campaigns,
                               const std::set<Day>& days) {
  std::vector<Execution> out;
  out.push_back(campaign_rollup(target, campaigns, days));
  out.push_back(platform_rollup(target, days));
  return out;
}

std::int64_t sum_affected(const std::vector<database::Result>& results, std::size_t from) {
  std::int64_t sum = 0;
  for (std::size_t i = from; i < results.size(); ++i) sum += results[i].affected();
  return sum;
}

/// Statement by statement groups, so that one round trip never carries more than a few thousand rows.
Task<std::int64_t> execute_all(database::Transaction& transaction, std::vector<Execution> executions) {
  constexpr std::size_t kPerRoundTrip = 8;
  std::int64_t changed = 0;
  for (std::size_t i = 0; i < executions.size(); i += kPerRoundTrip) {
    const auto end = std::min(i + kPerRoundTrip, executions.size());
    std::vector<Execution> some(std::make_move_iterator(executions.begin() + static_cast<std::ptrdiff_t>(i)),
                                std::make_move_iterator(executions.begin() + static_cast<std::ptrdiff_t>(end)));
    changed += sum_affected(co_await transaction.execute(std::move(some)), 0);
  }
  co_return changed;
}

Task<std::int64_t> write_entities(database::Transaction& transaction, LoadTarget target, platforms::EntityRows rows) {
  auto parents = missing_parents(target, rows);
  std::int64_t changed = 0;
  std::vector<Execution> first;
  first.push_back(account_execution(target, Stored::replaced));
  changed += co_await execute_all(transaction, std::move(first));
  auto campaigns = campaign_executions(target, std::move(rows.campaigns), Stored::replaced);
  changed += co_await execute_all(transaction, std::move(campaigns));
  co_await execute_all(transaction, campaign_executions(target, std::move(parents.campaigns), Stored::kept));
  auto ad_sets = ad_set_executions(target, std::move(rows.ad_sets), Stored::replaced);
  changed += co_await execute_all(transaction, std::move(ad_sets));
  co_await execute_all(transaction, ad_set_executions(target, std::move(parents.ad_sets), Stored::kept));
  changed += co_await execute_all(transaction, ad_executions(target, std::move(rows.ads), Stored::replaced));
  co_return changed;
}

/// After `first` in the same round trip, the facts with their placeholders. How many facts changed.
Task<std::int64_t> write_facts(database::Transaction& transaction, const LoadTarget& target,
                               const std::vector<KeyedFact>& facts, std::vector<Execution> first) {
  std::set<AdId> ads;
  for (const auto& fact : facts) ads.insert(fact.ad);
  first.push_back({kKnownAds, Params(target.organization, id_array(ads))});
  const auto found = co_await transaction.execute(std::move(first));
  std::set<AdId> known;
  for (int row = 0; row < found.back().rows(); ++row) known.insert(found.back().get<AdId>(row, 0));

  auto writes = fact_placeholders(target, facts, known);
  const auto placeholders = writes.size();
  std::ranges::move(fact_executions(target, facts), std::back_inserter(writes));
  co_return sum_affected(co_await transaction.execute(std::move(writes)), placeholders);
}

void note(const std::vector<KeyedFact>& facts, ReportedAds& reported) {
  for (const auto& fact : facts) {
    if (const auto day = reported.find(fact.row.day); day != reported.end()) day->second.push_back(fact.ad);
  }
}

/// A day by itself, so that a statement carries no more than its ads.
Task<std::int64_t> zero_others(database::Transaction& transaction, const LoadTarget& target, Day day,
                               const std::vector<AdId>& ads) {
  const auto zeroed = co_await transaction.execute(kZeroUnreported,
                                                   Params(target.organization, account_id(target), day, id_array(ads)));
  std::set<CampaignId> campaigns;
  for (int row = 0; row < zeroed.rows(); ++row) campaigns.insert(zeroed.get<CampaignId>(row, 0));
  if (!campaigns.empty()) co_await transaction.execute(rollups(target, campaigns, {day}));
  co_return zeroed.rows();
}

}  // namespace

AccountId account_id(const LoadTarget& target) { return {entity_uuid(target, "account", "")}; }
CampaignId campaign_id(const LoadTarget& target, std::string_view id) { return {entity_uuid(target, "campaign", id)}; }
AdSetId ad_set_id(const LoadTarget& target, std::string_view id) { return {entity_uuid(target, "ad_set", id)}; }
AdId ad_id(const LoadTarget& target, std::string_view id) { return {entity_uuid(target, "ad", id)}; }

Day month_of(Day day) {
  const std::chrono::year_month_day date(day);
  return date.year() / date.month() / 1;
}

Task<LoadCounts> Loader::load_entities(LoadTarget target, platforms::EntityRows rows) {
  auto transaction = co_await database_.begin(target.organization);
  co_await transaction.execute(kLockLoads, Params(target.organization));
  const auto counts = co_await load_entities(transaction, std::move(target), std::move(rows));
  co_await transaction.commit();
  co_return counts;
}

Task<LoadCounts> Loader::load_entities(database::Transaction& transaction, LoadTarget target,
                                       platforms::EntityRows rows) {
  LoadCounts counts;
  counts.rows = static_cast<std::int64_t>(1 + rows.campaigns.size() + rows.ad_sets.size() + rows.ads.size());
  counts.changed = co_await write_entities(transaction, std::move(target), std::move(rows));
  co_return counts;
}

/// In transactions of their own, one month each: making a partition locks the whole table against readers until its
/// transaction ends, and two of them could deadlock.
Task<> Loader::ensure_months(OrganizationId organization, std::set<Day> days) {
  std::set<Day> missing;
  for (const auto day : days) {
    if (const auto month = month_of(day); !months_.contains(month)) missing.insert(month);
  }
  for (const auto month : missing) {
    std::vector<Execution> executions;
    executions.push_back({kLockMonths, Params()});
    executions.push_back({kEnsureMonth, Params(month)});
    co_await database_.run(organization, std::move(executions));
    months_.insert(month);
  }
}

Task<LoadCounts> Loader::load_facts(LoadTarget target, std::vector<platforms::FactRow> rows, ReportedAds* reported) {
  LoadCounts counts;
  if (rows.empty()) co_return counts;
  counts.rows = static_cast<std::int64_t>(rows.size());
  const auto facts = keyed_facts(target, std::move(rows));
  co_await ensure_months(target.organization, days_of(facts));
  auto transaction = co_await database_.begin(target.organization);
  std::vector<Execution> lock;
  lock.push_back({kLockLoads, Params(target.organization)});
  counts.changed = co_await write_facts(transaction, target, facts, std::move(lock));
  if (counts.changed > 0) {
    co_await transaction.execute(rollups(target, campaigns_of(facts), days_of(facts)));
  }
  co_await transaction.commit();
  if (reported != nullptr) note(facts, *reported);
  co_return counts;
}

Task<std::int64_t> Loader::zero_unreported(LoadTarget target, ReportedAds reported) {
  auto transaction = co_await database_.begin(target.organization);
  co_await transaction.execute(kLockLoads, Params(target.organization));
  std::int64_t changed = 0;
  for (const auto& [day, ads] : reported) changed += co_await zero_others(transaction, target, day, ads);
  co_await transaction.commit();
  co_return changed;
}

Task<LoadCounts> Loader::load_facts(database::Transaction& transaction, LoadTarget target,
                                    std::vector<platforms::FactRow> rows) {
  LoadCounts counts;
  if (rows.empty()) co_return counts;
  counts.rows = static_cast<std::int64_t>(rows.size());
  const auto facts = keyed_facts(target, std::move(rows));
  counts.changed = co_await write_facts(transaction, target, facts, {});
  if (counts.changed > 0) {
    std::vector<Execution> rollup;
    rollup.push_back(campaign_rollup(target, campaigns_of(facts), days_of(facts)));
    co_await transaction.execute(std::move(rollup));
  }
  co_return counts;
}

Task<> Loader::roll_up_platform(database::Transaction& transaction, LoadTarget target, std::set<Day> days) {
  co_await transaction.execute(kLockLoads, Params(target.organization));
  while (!days.empty()) {
    std::set<Day> some;
    while (!days.empty() && some.size() < kDaysPerRollup) some.insert(days.extract(days.begin()));
    std::vector<Execution> rollup;
    rollup.push_back(platform_rollup(target, some));
    co_await transaction.execute(std::move(rollup));
  }
}

}  // namespace omnify::sync
