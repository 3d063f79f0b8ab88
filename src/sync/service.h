// Connections and their syncs: what the API and the worker call.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <string>

#include "async/task.h"
#include "base/uuid.h"
#include "sync/credentials.h"
#include "sync/loader.h"
#include "sync/model.h"
#include "sync/reconciliation.h"

namespace omnify {
class Gate;
}
namespace omnify::database {
class Database;
}
namespace omnify::jobs {
class Queue;
class Worker;
struct Job;
}  // namespace omnify::jobs
namespace omnify::platforms {
struct PlatformContext;
}

namespace omnify::sync {

/// A hint for whoever shows this organization: {"kind":"sync"|"connection"|"data","connection_id":…}. Called on the I/O
/// thread, a few times a second at most per sync; must not block.
using EventSink = std::function<void(OrganizationId, std::string json)>;

/// Makes the connector of a connection. The composition root passes platforms::make_connector; tests pass their own.
using ConnectorFactory = std::function<std::unique_ptr<platforms::Connector>(
    std::string platform, std::string account, std::map<std::string, std::string> credentials)>;
[[nodiscard]] ConnectorFactory connector_factory(const platforms::PlatformContext& context);

struct ServiceOptions {
  int first_sync_days = 90;
  std::chrono::minutes interval{360};  ///< between two syncs of a connection, ± 10 %
  std::chrono::seconds test_limit{30};
  std::chrono::seconds schedule_every{30};
  /// How far back, from today, a backfill goes; the platform's retention bounds it. 0: no backfill.
  int backfill_days = 0;
  std::chrono::milliseconds backfill_slice{60'000};  ///< after so long, other jobs get their turn
  int max_attempts = 25;                             ///< of one run's job; a platform's limits count as attempts
};

/// What the service stands on; all of it outlives the service. `gate` runs the progress writers.
struct ServiceParts {
  database::Database& database;
  jobs::Queue& queue;
  Gate& gate;
  CredentialSource& credentials;
  ConnectorFactory connectors;
  EventSink events;
};

/// All ids that are not the organization's give Error{not_found}. Used on the I/O thread only.
class Service {
 public:
  Service(ServiceParts parts, ServiceOptions options);
  ~Service();

  [[nodiscard]] static PlatformList platforms();

  Task<ConnectionList> list(OrganizationId organization);
  Task<Connection> get(OrganizationId organization, ConnectionId id);

  /// Checks everything, also the credentials' names, and stores the connection without its credentials: the caller
  /// puts those (as check_credentials returns them) into the vault and then calls request_sync. Error{conflict} when
  /// the account is connected already, Error{invalid_field} with the pointers of the request.
  Task<Connection> create(OrganizationId organization, NewConnection request);
  /// Its name and how often it syncs, counted from its last sync; credentials are the vault's. Changes nothing when any
  /// of it gives Error{invalid_field}.
  Task<Connection> change(OrganizationId organization, ConnectionId id, ConnectionChange request);
  /// New credentials are in the vault: the connection counts as active again and syncs at once.
  Task<SyncRun> credentials_changed(OrganizationId organization, ConnectionId id);
  /// What it loaded stays.
  Task<> remove(OrganizationId organization, ConnectionId id);

  /// Asks the platform. Refused credentials are an answer (`ok` false and words), not an error.
  Task<ConnectionTest> test(NewConnection request);
  Task<ConnectionTest> test(OrganizationId organization, ConnectionId id);

  /// How the accounts' days of the range compare with the platforms' own figures. Error{invalid_field} for a range that
  /// ends before it starts or is longer than kLongestLedger days.
  Task<Reconciliation> reconciliation(OrganizationId organization, ReconciliationQuery query);

  /// The run that is queued or running, or a new one in the queue.
  Task<SyncRun> request_sync(OrganizationId organization, ConnectionId id);

  /// Registers the handlers of the job kinds `sync.connection` and `sync.backfill`, and what happens when they are
  /// given up.
  void register_jobs(jobs::Worker& worker);
  /// One run, as the worker calls it. Throws what went wrong after it has said so on the connection and its run.
  Task<> run_job(jobs::Job job);
  /// One slice of a backfill, as the worker calls it.
  Task<> run_backfill(jobs::Job job);
  /// What happens when a slice has no further attempt.
  Task<> give_up_backfill(jobs::Job job, std::string error);

  /// Queues what is due in every organization, and runs that are open without a job. Returns how many are due.
  Task<int> schedule_due();
  /// schedule_due for ever, for a gate.
  Task<> schedule_loop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace omnify::sync
