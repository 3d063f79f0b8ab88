// The rows of `imports`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "async/task.h"
#include "base/money.h"
#include "base/uuid.h"
#include "sync/import_model.h"

namespace omnify::database {
class Database;
class Transaction;
}  // namespace omnify::database
namespace omnify::jobs {
struct NewJob;
}

namespace omnify::sync {

/// What an import needs to know of its organization. Error{not_found} for one that does not exist.
struct ImportOrganization {
  Currency reporting_currency;
  std::string time_zone;
};

class ImportStore {
 public:
  explicit ImportStore(database::Database& database) : database_(database) {}

  Task<ImportOrganization> organization(OrganizationId organization);
  Task<> insert(OrganizationId organization, ImportRun run, std::string fingerprint);
  /// In one transaction: the run exists exactly when its job does.
  Task<> insert_with_job(OrganizationId organization, ImportRun run, std::string fingerprint, jobs::NewJob job);
  /// Everything that changes in a run, its state too. One that succeeded stays so.
  Task<> update(OrganizationId organization, ImportRun run, std::string fingerprint);
  /// The same as part of a transaction.
  static Task<> update(database::Transaction& transaction, OrganizationId organization, ImportRun run,
                       std::string fingerprint);
  /// Waits until no other import of the organization loads; held until the transaction ends. Error{deadline_exceeded}
  /// when it takes longer than a statement may.
  static Task<> lock(database::Transaction& transaction, OrganizationId organization);
  /// The account's campaigns with figures on `since` or later become active, with their ad sets and ads.
  static Task<> mark_active(database::Transaction& transaction, OrganizationId organization, AccountId account,
                            Day since);
  Task<std::vector<ImportRun>> list(OrganizationId organization);
  Task<std::optional<ImportRun>> find(OrganizationId organization, ImportId id);
  /// Running ones without a waiting or running job. `key_prefix` + id is the key of an import's job.
  Task<std::int64_t> fail_interrupted(OrganizationId organization, std::string key_prefix, std::string error);
  /// Those that have members or jobs: seen without being in one.
  Task<std::vector<OrganizationId>> organizations();

 private:
  database::Database& database_;
};

}  // namespace omnify::sync
