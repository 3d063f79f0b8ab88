// One run of a sync, from the account to the last window of days.
#pragma once

#include <memory>

#include "async/task.h"
#include "jobs/queue.h"
#include "sync/progress.h"
#include "sync/reconciler.h"
#include "sync/service.h"
#include "sync/store.h"

namespace omnify::sync {

class Backfill;

inline constexpr std::string_view kSyncJob = "sync.connection";

/// The payload of a job of that kind.
struct SyncPayload {
  ConnectionId connection_id;
};
BOOST_DESCRIBE_STRUCT(SyncPayload, (), (connection_id))

/// What a connection is called that nobody has named, until its account's own name is known.
[[nodiscard]] std::string unnamed_connection(std::string_view platform, std::string_view account);

/// Windows of days are fetched newest first and checkpointed one by one: what a killed process did not finish is
/// fetched again from the last checkpoint on, and loading a row twice changes nothing.
class Runner {
 public:
  /// All of it outlives the runner.
  Runner(const ServiceParts& parts, const ServiceOptions& options, Loader& loader, Backfill& backfill);

  /// Nothing to do without an open run. A failure that no retry can help, and that of the last attempt, ends the run
  /// and marks the connection; one that passes leaves the run open. Either is thrown for the worker to decide by.
  Task<> run(jobs::Job job);

  /// The job was given up without a word of its own: a process that died in its last attempt.
  Task<> give_up(jobs::Job job, std::string error);

 private:
  struct Failure;
  struct Context {
    OrganizationId organization;
    ConnectionRow connection;
    OpenRun run;
    std::shared_ptr<Progress> progress;
  };
  Task<> perform(Context context);
  Task<DayRange> begin(Context context, std::string time_zone);
  Task<> load_windows(Context context, platforms::Connector& connector, LoadTarget target, DayRange range);
  Task<> reconcile(Context context, platforms::Connector& connector, LoadTarget target, DayRange range);
  Task<> settle(Context context, jobs::Job job, const Failure& failure);
  void emit(const Context& context, std::string_view kind) const;
  [[nodiscard]] Instant next_sync(const ConnectionRow& connection);

  const ServiceParts& parts_;
  const ServiceOptions& options_;
  Store store_;
  Loader& loader_;
  Backfill& backfill_;
  Reconciler reconciler_;
  std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace omnify::sync
