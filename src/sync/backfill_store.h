// The SQL of backfills.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "async/task.h"
#include "base/uuid.h"
#include "sync/planner.h"

namespace omnify::database {
class Database;
}

namespace omnify::sync {

class BackfillStore {
 public:
  explicit BackfillStore(database::Database& database) : database_(database) {}

  /// Plans the days from `first` to the one before the oldest of the syncs that have loaded all of theirs, unless they
  /// are planned already or there are none.
  Task<> plan(OrganizationId organization, ConnectionId connection, Day first);
  /// The days that are left of a running one.
  Task<std::optional<DayRange>> find_open(OrganizationId organization, ConnectionId connection);
  /// The same, when nobody has made progress with it for `silence`.
  Task<std::optional<DayRange>> find_silent(OrganizationId organization, ConnectionId connection,
                                            std::chrono::seconds silence);
  /// The window, which must be the next one, is done. Throws Error{cancelled} when another worker has done it.
  Task<> checkpoint(OrganizationId organization, ConnectionId connection, DayRange window,
                    std::chrono::milliseconds taken);
  /// Why a running one does not get on at the moment.
  Task<> waits(OrganizationId organization, ConnectionId connection, std::string reason);
  Task<> fail(OrganizationId organization, ConnectionId connection, std::string error);

 private:
  database::Database& database_;
};

}  // namespace omnify::sync
