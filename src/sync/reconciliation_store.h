// The SQL of the reconciliation ledger.
#pragma once

#include <vector>

#include "async/task.h"
#include "sync/planner.h"
#include "sync/reconciliation.h"

namespace omnify::database {
class Database;
}

namespace omnify::sync {

class ReconciliationStore {
 public:
  explicit ReconciliationStore(database::Database& database) : database_(database) {}

  /// What we have of the account's days, summed over its campaigns. Days without a row are left out.
  Task<std::vector<AccountDay>> our_days(OrganizationId organization, AccountId account, DayRange range);
  /// Replaces what was known of these days; that a day was read again is remembered.
  Task<> write(OrganizationId organization, AccountId account, std::vector<DayCheck> checks);
  Task<std::vector<AccountReconciliation>> read(OrganizationId organization, DayRange range);

 private:
  database::Database& database_;
};

}  // namespace omnify::sync
