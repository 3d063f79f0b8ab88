#include "sync/store.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "database/database.h"
#include "jobs/queue.h"
#include "platforms/registry.h"
#include "sync/store_queries.h"

namespace omnify::sync {
namespace {

using database::Params;
using database::Result;

template <class E>
E read_enum(const Result& result, int row, int column) {
  const auto value = json::enum_value<E>(result.get<std::string>(row, column));
  if (!value) throw Error(Code::internal, "The database holds a state that this version does not know.");
  return *value;
}

/// The 13 columns of a run from `column` on.
SyncRun read_run(const Result& result, int row, int column) {
  return {.id = result.get<SyncRunId>(row, column),
          .state = read_enum<RunState>(result, row, column + 1),
          .first_day = result.get<Day>(row, column + 2),
          .last_day = result.get<Day>(row, column + 3),
          .days_done = result.get<std::int64_t>(row, column + 4),
          .days_total = result.get<std::int64_t>(row, column + 5),
          .rows_loaded = result.get<std::int64_t>(row, column + 6),
          .rows_changed = result.get<std::int64_t>(row, column + 7),
          .activity = result.get<std::string>(row, column + 8),
          .error = result.get<std::optional<std::string>>(row, column + 9),
          .created_at = result.get<Instant>(row, column + 10),
          .started_at = result.get<std::optional<Instant>>(row, column + 11),
          .finished_at = result.get<std::optional<Instant>>(row, column + 12)};
}

/// The seven columns of a backfill from `column` on.
BackfillProgress read_backfill(const Result& result, int row, int column) {
  BackfillProgress progress{.state = read_enum<BackfillState>(result, row, column),
                            .first_day = result.get<Day>(row, column + 1),
                            .last_day = result.get<Day>(row, column + 2),
                            .days_done = result.get<std::int64_t>(row, column + 3),
                            .days_total = result.get<std::int64_t>(row, column + 4),
                            .seconds_left = std::nullopt,
                            .error = result.get<std::optional<std::string>>(row, column + 6)};
  const auto left = progress.days_total - progress.days_done;
  if (progress.state == BackfillState::running && progress.days_done > 0) {
    const auto milliseconds = result.get<std::int64_t>(row, column + 5);
    progress.seconds_left = multiply_divide(left, milliseconds, progress.days_done * 1000);
  }
  return progress;
}

Connection read_connection(const Result& result, int row) {
  Connection out;
  out.id = result.get<ConnectionId>(row, 0);
  out.platform = result.get<std::string>(row, 1);
  out.platform_label = platforms::label_of(out.platform);
  out.name = result.get<std::string>(row, 2);
  out.external_account_id = result.get<std::string>(row, 3);
  out.currency = result.get<std::optional<std::string>>(row, 4);
  out.time_zone = result.get<std::optional<std::string>>(row, 5);
  out.status = read_enum<ConnectionStatus>(result, row, 6);
  out.last_error = result.get<std::optional<std::string>>(row, 7);
  out.last_synced_at = result.get<std::optional<Instant>>(row, 8);
  out.next_sync_at = result.get<std::optional<Instant>>(row, 9);
  out.sync_hours = result.get<std::optional<std::int64_t>>(row, 10);
  out.created_at = result.get<Instant>(row, 11);
  if (!result.is_null(row, 12)) out.sync = read_run(result, row, 12);
  if (!result.is_null(row, 25)) out.backfill = read_backfill(result, row, 25);
  return out;
}

}  // namespace

Task<std::vector<Connection>> Store::list(OrganizationId organization) {
  const auto result = co_await database_.run(organization, kSelectConnections, Params(organization, std::nullopt));
  std::vector<Connection> out;
  for (int row = 0; row < result.rows(); ++row) out.push_back(read_connection(result, row));
  co_return out;
}

Task<std::optional<Connection>> Store::find(OrganizationId organization, ConnectionId id) {
  const auto result = co_await database_.run(organization, kSelectConnections, Params(organization, id));
  if (result.empty()) co_return std::nullopt;
  co_return read_connection(result, 0);
}

Task<std::optional<ConnectionRow>> Store::find_row(OrganizationId organization, ConnectionId id) {
  const auto result = co_await database_.run(organization, kSelectConnectionRow, Params(organization, id));
  if (result.empty()) co_return std::nullopt;
  co_return ConnectionRow{.id = id,
                          .platform = result.get<std::string>(0, 0),
                          .external_account_id = result.get<std::string>(0, 1),
                          .status = read_enum<ConnectionStatus>(result, 0, 2),
                          .last_synced_at = result.get<std::optional<Instant>>(0, 3),
                          .time_zone = result.get<std::string>(0, 4),
                          .sync_hours = result.get<std::optional<std::int64_t>>(0, 5)};
}

Task<bool> Store::insert(OrganizationId organization, ConnectionId id, std::string platform, std::string account,
                         std::string name) {
  const auto result =
      co_await database_.run(organization, kInsertConnection, Params(organization, id, platform, name, account));
  co_return result.affected() > 0;
}

Task<bool> Store::rename(OrganizationId organization, ConnectionId id, std::string name) {
  co_return (co_await database_.run(organization, kRenameConnection, Params(organization, id, name))).affected() > 0;
}

Task<bool> Store::reschedule(OrganizationId organization, ConnectionId id, std::int64_t hours) {
  const auto result = co_await database_.run(organization, kRescheduleConnection, Params(organization, id, hours));
  co_return result.affected() > 0;
}

Task<> Store::name_after_account(OrganizationId organization, ConnectionId id, std::string unnamed, std::string name) {
  co_await database_.run(organization, kNameAfterAccount, Params(organization, id, unnamed, name));
}

Task<bool> Store::remove(OrganizationId organization, ConnectionId id) {
  std::vector<database::Execution> executions;
  executions.push_back({kReleaseAccounts, Params(organization, id)});
  executions.push_back({kDeleteConnection, Params(organization, id)});
  const auto results = co_await database_.run(organization, std::move(executions));
  co_return results.back().affected() > 0;
}

Task<> Store::reactivate(OrganizationId organization, ConnectionId id) {
  std::vector<database::Execution> executions;
  executions.push_back({kReactivate, Params(organization, id)});
  executions.push_back({kReviveBackfill, Params(organization, id)});
  co_await database_.run(organization, std::move(executions));
}

Task<SyncRun> Store::open_run(OrganizationId organization, ConnectionId id, DayRange range, jobs::NewJob job) {
  auto transaction = co_await database_.begin(organization);
  std::vector<database::Execution> executions;
  executions.push_back({kLockConnection, Params(organization, id)});
  executions.push_back({kInsertRun, Params(organization, SyncRunId::random(), id, range.first, range.last)});
  executions.push_back({kSelectOpenRun, Params(organization, id)});
  const auto results = co_await transaction.execute(std::move(executions));
  if (results.back().empty()) throw Error(Code::internal, "A new run of a sync is not there.");
  auto run = read_run(results.back(), 0, 0);
  if (run.state == RunState::queued) {
    std::vector<database::Execution> enqueue;
    enqueue.push_back(jobs::Queue::enqueue_statement(job));
    co_await transaction.execute(std::move(enqueue));
  }
  co_await transaction.commit();
  co_return run;
}

Task<std::optional<OpenRun>> Store::find_open_run(OrganizationId organization, ConnectionId connection) {
  const auto result = co_await database_.run(organization, kSelectOpenRun, Params(organization, connection));
  if (result.empty()) co_return std::nullopt;
  const auto run = read_run(result, 0, 0);
  co_return OpenRun{.id = run.id,
                    .range = {run.first_day, run.last_day},
                    .next_day = result.get<std::optional<Day>>(0, 13),
                    .started = run.state == RunState::running};
}

Task<> Store::start_run(OrganizationId organization, SyncRunId run, DayRange range) {
  co_await database_.run(organization, kStartRun, Params(organization, run, range.first, range.last));
}

Task<> Store::checkpoint(OrganizationId organization, SyncRunId run, DayRange window, std::int64_t rows,
                         std::int64_t changed) {
  const auto result = co_await database_.run(organization, kCheckpoint,
                                             Params(organization, run, window.first, window.last, rows, changed));
  // The run ended, or another worker has gone on with it: this one has lost it.
  if (result.affected() == 0) throw Error(Code::cancelled, "This sync goes on in another place.");
}

Task<> Store::write_activity(OrganizationId organization, SyncRunId run, std::string activity) {
  co_await database_.run(organization, kWriteActivity, Params(organization, run, activity));
}

Task<> Store::finish_run(OrganizationId organization, ConnectionId connection, SyncRunId run, Instant next) {
  std::vector<database::Execution> executions;
  executions.push_back({kFinishRun, Params(organization, run)});
  executions.push_back({kConnectionSynced, Params(organization, connection, next)});
  co_await database_.run(organization, std::move(executions));
}

Task<> Store::fail_run(OrganizationId organization, ConnectionId connection, SyncRunId run, ConnectionStatus status,
                       std::string error, Instant next) {
  std::vector<database::Execution> executions;
  executions.push_back({kFailRun, Params(organization, run, error)});
  executions.push_back({kConnectionFailed, Params(organization, connection, json::enum_name(status), error, next)});
  co_await database_.run(organization, std::move(executions));
}

Task<std::vector<OrganizationId>> Store::organizations() {
  const auto result = co_await database_.run_control(kSelectOrganizations);
  std::vector<OrganizationId> out;
  for (int row = 0; row < result.rows(); ++row) out.push_back(result.get<OrganizationId>(row, 0));
  co_return out;
}

Task<std::vector<DueConnection>> Store::due(OrganizationId organization) {
  const auto result = co_await database_.run(organization, kSelectDue, Params(organization));
  std::vector<DueConnection> out;
  for (int row = 0; row < result.rows(); ++row) {
    out.push_back({.id = result.get<ConnectionId>(row, 0), .running = result.get<bool>(row, 1)});
  }
  co_return out;
}

}  // namespace omnify::sync
