#include "sync/reconciliation_store.h"

#include <span>

#include "database/database.h"
#include "platforms/registry.h"
#include "sync/bulk.h"

namespace omnify::sync {
namespace {

using database::Params;
using database::Query;
using database::Result;

constexpr Query kOurDays{"sync.account_days", R"(
SELECT d.day, sum(d.impressions)::bigint, sum(d.clicks)::bigint, sum(d.spend)::bigint, sum(d.conversions)::bigint,
       sum(d.revenue)::bigint
FROM campaigns c
JOIN campaign_days d ON d.organization_id = $1::uuid AND d.campaign_id = c.id AND d.day BETWEEN $3::date AND $4::date
WHERE c.organization_id = $1::uuid AND c.account_id = $2::uuid
GROUP BY d.day)"};

// Of connections only: what was imported has no connection.
constexpr Query kAccounts{"sync.reconciled_accounts", R"(
SELECT a.id, a.connection_id, a.name, a.platform, a.currency, a.time_zone, count(r.day),
       count(r.day) FILTER (WHERE NOT r.deviates), count(r.reread_at), max(r.checked_at)
FROM ad_accounts a
LEFT JOIN reconciliation_days r ON r.organization_id = $1::uuid AND r.account_id = a.id
                               AND r.day BETWEEN $2::date AND $3::date
WHERE a.organization_id = $1::uuid
GROUP BY a.organization_id, a.id
HAVING a.connection_id IS NOT NULL OR count(r.day) > 0
ORDER BY a.name, a.platform, a.id)"};

constexpr Query kDeviatingDays{"sync.deviating_days", R"(
SELECT account_id, day, our_impressions, our_clicks, our_spend, our_conversions, our_revenue, their_impressions,
       their_clicks, their_spend, their_conversions, their_revenue, checked_at, reread_at
FROM reconciliation_days
WHERE organization_id = $1::uuid AND deviates AND day BETWEEN $2::date AND $3::date
ORDER BY day DESC)"};

const BulkInsert& check_upsert() {
  static const BulkInsert insert("sync.reconciliation_days",
                                 R"(INSERT INTO reconciliation_days
  (organization_id, account_id, day, our_impressions, our_clicks, our_spend, our_conversions, our_revenue,
   their_impressions, their_clicks, their_spend, their_conversions, their_revenue, deviates, checked_at, reread_at)
VALUES)",
                                 "($1, $2, @, @, @, @, @, @, @, @, @, @, @, @, @, @)",
                                 R"(ON CONFLICT (organization_id, account_id, day) DO UPDATE
SET our_impressions = EXCLUDED.our_impressions, our_clicks = EXCLUDED.our_clicks, our_spend = EXCLUDED.our_spend,
    our_conversions = EXCLUDED.our_conversions, our_revenue = EXCLUDED.our_revenue,
    their_impressions = EXCLUDED.their_impressions, their_clicks = EXCLUDED.their_clicks,
    their_spend = EXCLUDED.their_spend, their_conversions = EXCLUDED.their_conversions,
    their_revenue = EXCLUDED.their_revenue, deviates = EXCLUDED.deviates, checked_at = EXCLUDED.checked_at,
    reread_at = coalesce(EXCLUDED.reread_at, reconciliation_days.reread_at))");
  return insert;
}

void add_figures(Params& params, const AccountDay& day) {
  params.add(day.impressions);
  params.add(day.clicks);
  params.add(day.spend);
  params.add(day.conversions);
  params.add(day.revenue);
}

AccountDay read_figures(const Result& result, int row, Day day, int column) {
  return {.day = day,
          .impressions = result.get<std::int64_t>(row, column),
          .clicks = result.get<std::int64_t>(row, column + 1),
          .spend = result.get<Micros>(row, column + 2),
          .conversions = result.get<std::optional<Micros>>(row, column + 3),
          .revenue = result.get<std::optional<Micros>>(row, column + 4)};
}

AccountReconciliation read_account(const Result& result, int row) {
  AccountReconciliation account;
  account.account_id = result.get<AccountId>(row, 0);
  account.connection_id = result.get<std::optional<ConnectionId>>(row, 1);
  account.name = result.get<std::string>(row, 2);
  account.platform = result.get<std::string>(row, 3);
  account.platform_label = platforms::label_of(account.platform);
  account.currency = result.get<std::string>(row, 4);
  account.time_zone = result.get<std::string>(row, 5);
  account.days_checked = result.get<std::int64_t>(row, 6);
  account.days_matching = result.get<std::int64_t>(row, 7);
  account.days_reread = result.get<std::int64_t>(row, 8);
  account.last_checked_at = result.get<std::optional<Instant>>(row, 9);
  return account;
}

}  // namespace

Task<std::vector<AccountDay>> ReconciliationStore::our_days(OrganizationId organization, AccountId account,
                                                            DayRange range) {
  const auto result =
      co_await database_.run(organization, kOurDays, Params(organization, account, range.first, range.last));
  std::vector<AccountDay> days;
  for (int row = 0; row < result.rows(); ++row) days.push_back(read_figures(result, row, result.get<Day>(row, 0), 1));
  co_return days;
}

Task<> ReconciliationStore::write(OrganizationId organization, AccountId account, std::vector<DayCheck> checks) {
  const auto add = [](Params& params, const DayCheck& check) {
    params.add(check.day());
    add_figures(params, check.ours);
    add_figures(params, check.theirs);
    params.add(deviates(check));
    params.add(check.checked_at);
    params.add(check.reread_at);
  };
  co_await database_.run(
      organization, check_upsert().executions(std::span<const DayCheck>(checks), Params(organization, account), add));
}

Task<std::vector<AccountReconciliation>> ReconciliationStore::read(OrganizationId organization, DayRange range) {
  std::vector<database::Execution> executions;
  executions.push_back({kAccounts, Params(organization, range.first, range.last)});
  executions.push_back({kDeviatingDays, Params(organization, range.first, range.last)});
  const auto results = co_await database_.run(organization, std::move(executions));
  std::vector<AccountReconciliation> accounts;
  std::map<AccountId, std::size_t> places;
  for (int row = 0; row < results[0].rows(); ++row) {
    accounts.push_back(read_account(results[0], row));
    places.emplace(accounts.back().account_id, accounts.size() - 1);
  }
  for (int row = 0; row < results[1].rows(); ++row) {
    const auto day = results[1].get<Day>(row, 1);
    const DayCheck check{.ours = read_figures(results[1], row, day, 2),
                         .theirs = read_figures(results[1], row, day, 7),
                         .checked_at = results[1].get<Instant>(row, 12),
                         .reread_at = results[1].get<std::optional<Instant>>(row, 13)};
    const auto place = places.find(results[1].get<AccountId>(row, 0));
    if (place == places.end()) continue;
    auto& of_account = accounts[place->second].deviations;
    for (auto& deviation : deviations(check)) of_account.push_back(std::move(deviation));
  }
  co_return accounts;
}

}  // namespace omnify::sync
