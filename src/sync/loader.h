// Writes normalised rows: entities and facts by upsert, rollups in the same transaction as the facts they sum. Used by
// every source; loading the same rows again changes nothing and says so.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.h"
#include "base/uuid.h"
#include "platforms/facts.h"

namespace omnify::database {
class Database;
class Transaction;
}  // namespace omnify::database

namespace omnify::sync {

/// Whose rows these are. `connection` is empty for an imported file.
struct LoadTarget {
  OrganizationId organization;
  std::optional<ConnectionId> connection;
  std::string platform;  ///< "meta", or what an imported file says
  platforms::AccountRow account;
};

struct LoadCounts {
  std::int64_t rows = 0;     ///< received
  std::int64_t changed = 0;  ///< new or different from what was stored
};

/// The days of a window, each with the ads that the source had a row for.
using ReportedAds = std::map<Day, std::vector<AdId>>;

/// Derived ids (crypto::derived_uuid in the organization's namespace) of a source's entities, from the kind, platform,
/// account, currency and external id: the same source always gives the same id. Amounts in two currencies never meet in
/// one campaign, because an account is another one in another currency. An external id names one entity of its kind in
/// its account: a file whose ad names repeat under several campaigns puts the campaign into the ad's external id.
[[nodiscard]] AccountId account_id(const LoadTarget& target);
[[nodiscard]] CampaignId campaign_id(const LoadTarget& target, std::string_view external_id);
[[nodiscard]] AdSetId ad_set_id(const LoadTarget& target, std::string_view external_id);
[[nodiscard]] AdId ad_id(const LoadTarget& target, std::string_view external_id);

/// The first day of its month: facts are stored in a partition for each.
[[nodiscard]] Day month_of(Day day);

class Loader {
 public:
  explicit Loader(database::Database& database) : database_(database) {}

  /// The account and its campaigns, ad sets and ads. Entities that are stored but absent here are left alone.
  Task<LoadCounts> load_entities(LoadTarget target, platforms::EntityRows rows);

  /// One batch (at most platforms::kBatchRows, each (ad, day) once): partitions of its months, facts, and the rollups
  /// of the touched campaign × day and platform × day, in one transaction under the organization's load lock. Entities
  /// that the facts name but that are not stored yet get a placeholder named after their external id (ended for a
  /// connection, whose platform lists all that it still knows; active for a file). `changed` counts facts. The ads are
  /// added to those days that `reported` has.
  Task<LoadCounts> load_facts(LoadTarget target, std::vector<platforms::FactRow> rows, ReportedAds* reported = nullptr);

  /// After the last batch of a window from a source that has no row for what is zero: the account's other facts on the
  /// days of `reported` become zero, with their rollups. How many were not. A fact that nobody reports keeps its row,
  /// because a rollup is the sum of rows.
  Task<std::int64_t> zero_unreported(LoadTarget target, ReportedAds reported);

  /// The partitions that facts of these days need, each made in a transaction of its own.
  Task<> ensure_months(OrganizationId organization, std::set<Day> days);

  /// The same as part of a transaction of the caller's, for what must become visible as a whole. No load lock is held
  /// meanwhile, so nobody else may load into the same account, and platform × day is left to roll_up_platform.
  /// ensure_months comes before the transaction, which may not see a partition that is made after its first fact.
  static Task<LoadCounts> load_entities(database::Transaction& transaction, LoadTarget target,
                                        platforms::EntityRows rows);
  static Task<LoadCounts> load_facts(database::Transaction& transaction, LoadTarget target,
                                     std::vector<platforms::FactRow> rows);
  /// Takes the load lock and sums the platform × day of these days: the last thing before the commit.
  static Task<> roll_up_platform(database::Transaction& transaction, LoadTarget target, std::set<Day> days);

 private:
  database::Database& database_;
  std::set<Day> months_;  // first days of months whose partition is known to exist
};

}  // namespace omnify::sync
