// The SQL of connections and their runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "async/task.h"
#include "sync/model.h"
#include "sync/planner.h"

namespace omnify::database {
class Database;
}
namespace omnify::jobs {
struct NewJob;
}

namespace omnify::sync {

/// What a runner needs of a connection and its open run.
struct OpenRun {
  SyncRunId id;
  DayRange range;
  std::optional<Day> next_day;  ///< the newest day that is not done; empty: none is
  bool started = false;
};

struct ConnectionRow {
  ConnectionId id;
  std::string platform;
  std::string external_account_id;
  ConnectionStatus status = ConnectionStatus::active;
  std::optional<Instant> last_synced_at;
  std::string time_zone;  ///< the account's, else the organization's
  std::optional<std::int64_t> sync_hours = std::nullopt;
};

/// One connection that is due, or whose run has no job that would do it.
struct DueConnection {
  ConnectionId id;
  bool running = false;  ///< its run has started before
};

class Store {
 public:
  explicit Store(database::Database& database) : database_(database) {}

  Task<std::vector<Connection>> list(OrganizationId organization);
  Task<std::optional<Connection>> find(OrganizationId organization, ConnectionId id);
  Task<std::optional<ConnectionRow>> find_row(OrganizationId organization, ConnectionId id);
  /// False when the account is connected already.
  Task<bool> insert(OrganizationId organization, ConnectionId id, std::string platform, std::string account,
                    std::string name);
  Task<bool> rename(OrganizationId organization, ConnectionId id, std::string name);
  /// The next sync becomes due `hours` after the last one, or at once.
  Task<bool> reschedule(OrganizationId organization, ConnectionId id, std::int64_t hours);
  /// Renames a connection that is still called `unnamed`.
  Task<> name_after_account(OrganizationId organization, ConnectionId id, std::string unnamed, std::string name);
  Task<bool> remove(OrganizationId organization, ConnectionId id);
  /// active, without a last error; a failed backfill may go on.
  Task<> reactivate(OrganizationId organization, ConnectionId id);

  /// The open run of the connection, or `range` as a new one; `job` exists with it, and is enqueued again for a run
  /// that is still queued. A run that has started keeps the job that waits for its next attempt.
  Task<SyncRun> open_run(OrganizationId organization, ConnectionId id, DayRange range, jobs::NewJob job);
  Task<std::optional<OpenRun>> find_open_run(OrganizationId organization, ConnectionId connection);
  Task<> start_run(OrganizationId organization, SyncRunId run, DayRange range);
  /// The window that begins on `first` is done.
  Task<> checkpoint(OrganizationId organization, SyncRunId run, DayRange window, std::int64_t rows,
                    std::int64_t changed);
  Task<> write_activity(OrganizationId organization, SyncRunId run, std::string activity);
  Task<> finish_run(OrganizationId organization, ConnectionId connection, SyncRunId run, Instant next);
  Task<> fail_run(OrganizationId organization, ConnectionId connection, SyncRunId run, ConnectionStatus status,
                  std::string error, Instant next);

  Task<std::vector<OrganizationId>> organizations();
  Task<std::vector<DueConnection>> due(OrganizationId organization);

 private:
  database::Database& database_;
};

}  // namespace omnify::sync
