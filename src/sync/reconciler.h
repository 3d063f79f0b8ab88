// Compares loaded days with what the platform says of the account as a whole, and reads again what deviates.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "platforms/connector.h"
#include "sync/loader.h"
#include "sync/reconciliation_store.h"

namespace omnify::sync {

class Reconciler {
 public:
  /// A deviation of more days has a reason that reading again will not remove.
  static constexpr std::size_t kMostRereadDays = 31;

  Reconciler(database::Database& database, Loader& loader) : store_(database), loader_(loader) {}

  /// The days of `range` that are over, once their facts are loaded. What deviates is read again at once: figures may
  /// have moved between the two questions, or rows may have been lost. What then still deviates stands in the ledger.
  /// `say` gets a sentence before each step. How many days deviate in the end.
  Task<std::int64_t> reconcile(LoadTarget target, platforms::Connector& connector, DayRange range, int window_days,
                               std::function<void(std::string)> say);

 private:
  Task<std::vector<DayCheck>> check(LoadTarget target, platforms::Connector& connector, DayRange range);

  ReconciliationStore store_;
  Loader& loader_;
};

}  // namespace omnify::sync
