// The queue of background work in PostgreSQL. A job runs at least once: handlers are idempotent. Claiming takes a lease
// that a heartbeat renews; what a killed process held is taken up again when its lease ends.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "async/gate.h"
#include "async/signal.h"
#include "async/task.h"
#include "base/calendar.h"
#include "base/uuid.h"

namespace omnify::database {
class Database;
}

namespace omnify::jobs {

/// `key` is unique among waiting and running jobs: enqueuing it again while one is there does nothing (and wakes a
/// waiting one up earlier when `run_at` is earlier).
struct NewJob {
  OrganizationId organization;
  std::string kind;
  std::string key;
  std::string payload;  ///< JSON, read by the handler of `kind`
  std::optional<Instant> run_at;  ///< empty: now
  int max_attempts = 10;
};

struct Job {
  Uuid id;
  OrganizationId organization;
  std::string kind;
  std::string payload;
  int attempt = 1;  ///< from 1; also the fencing token of this lease
  int max_attempts = 1;
  [[nodiscard]] bool last_attempt() const noexcept { return attempt >= max_attempts; }
};

/// Returns normally: done. Throws Error: retried with back-off (or after its retry_after) when its code is retryable
/// and attempts are left, otherwise dead. Throws anything else: retried too, and logged as a bug.
using Handler = std::function<Task<>(Job)>;

class Queue {
 public:
  explicit Queue(database::Database& database) : database_(database) {}

  Task<> enqueue(NewJob job);

 private:
  friend class Worker;
  database::Database& database_;
  Signal* wake_ = nullptr;  // of the worker in this process: no need to wait for its next poll
};

struct WorkerOptions {
  std::size_t concurrency = 4;
  std::size_t per_organization = 2;
  std::chrono::milliseconds poll{1000};
  std::chrono::seconds lease{60};
  std::chrono::seconds heartbeat{15};
  std::chrono::seconds retry_first{5};
  std::chrono::seconds retry_cap{600};
};

/// Claims and runs jobs until stopped; also takes back expired leases and deletes old finished jobs.
class Worker {
 public:
  Worker(boost::asio::any_io_executor executor, Queue& queue, WorkerOptions options);
  ~Worker();
  void handle(std::string kind, Handler handler);
  void start();
  /// Stops claiming, waits up to `grace` for running jobs, cancels the rest; those become available again without
  /// having used up an attempt.
  Task<> stop(std::chrono::steady_clock::duration grace);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace omnify::jobs
