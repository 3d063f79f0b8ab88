// The queue of background work in PostgreSQL. A job runs at least once: handlers are idempotent. Claiming takes a lease
// that a heartbeat renews; what a killed process held is taken up again when its lease ends.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "async/task.h"
#include "base/calendar.h"
#include "base/uuid.h"
#include "database/database.h"

namespace omnify::jobs {

/// `key` is unique among waiting and running jobs: enqueuing it again while one is there does nothing (and wakes a
/// waiting one up earlier when `run_at` is earlier).
struct NewJob {
  OrganizationId organization;
  std::string kind;
  std::string key;
  std::string payload;            ///< JSON, read by the handler of `kind`
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

/// Runs under cancellation: a lost lease or a stopping process cancels it. Returns normally: done. Throws Error:
/// retried with back-off (or after its retry_after) when its code is retryable and attempts are left, otherwise dead.
/// Throws anything else: retried too, and logged as a bug.
using Handler = std::function<Task<>(Job)>;

/// Called once for a job that is given up, with the sentence that says why: after its last attempt, after a failure
/// that no retry can help, or when its last attempt never came back. Tells others (marks a sync run as failed).
using DeadHook = std::function<Task<>(Job, std::string error)>;

class Queue {
 public:
  explicit Queue(database::Database& database) : database_(database) {}

  /// Throws Error{internal} for an empty or overlong kind or key (200 bytes), or a kind with a comma.
  Task<> enqueue(NewJob job);

  /// Does nothing while a job with its key is there, not even wake it up earlier.
  Task<> enqueue_if_absent(NewJob job);

  /// enqueue() as a statement for a transaction of the caller's, so that the job exists exactly when its other changes
  /// do. Call wake() after the commit.
  [[nodiscard]] static database::Execution enqueue_statement(const NewJob& job);
  /// Lets the worker of this process look at once instead of at its next poll.
  void wake() const {
    if (wake_) wake_();
  }

 private:
  friend class Worker;
  Task<> write(database::Execution statement);

  database::Database& database_;
  std::function<void()> wake_;
};

struct WorkerOptions {
  std::size_t concurrency = 4;
  std::size_t per_organization = 2;  ///< running at once, over all processes
  std::chrono::milliseconds poll{1000};
  std::chrono::milliseconds lease{60'000};
  std::chrono::milliseconds heartbeat{15'000};
  std::chrono::milliseconds reap{10'000};  ///< how often expired leases are looked for
  std::chrono::milliseconds retry_first{5'000};
  std::chrono::milliseconds retry_cap{600'000};
  std::chrono::hours keep_finished{7 * 24};
};

/// Claims and runs jobs until stopped; also takes back expired leases and deletes old finished jobs.
class Worker {
 public:
  Worker(boost::asio::any_io_executor executor, Queue& queue, WorkerOptions options);
  ~Worker();
  /// Only jobs of kinds that have a handler are claimed. Before start().
  void handle(std::string kind, Handler handler);
  void on_dead(std::string kind, DeadHook hook);
  void start();
  /// Stops claiming, waits up to `grace` for running jobs, cancels the rest; those become available again without
  /// having used up an attempt.
  Task<> stop(std::chrono::steady_clock::duration grace);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace omnify::jobs
