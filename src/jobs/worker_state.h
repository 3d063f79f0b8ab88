// What stands behind a Worker.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <list>
#include <map>
#include <random>

#include "async/gate.h"
#include "async/signal.h"
#include "jobs/queue.h"

namespace omnify::jobs {

/// Three loops and the running jobs, all spawned on one gate. The loops are cancelled when the gate closes; jobs have
/// signals of their own, so that one alone can be cancelled when its lease is lost.
struct Worker::State {
  using Clock = std::chrono::steady_clock;

  struct Running {
    Job job;
    boost::asio::cancellation_signal signal;
    Clock::time_point since;         // when it was entered here, after its claim was committed
    Clock::time_point leased_until;  // by our clock, never later than by the database's
    bool lost = false;               // the lease is gone: whatever it does counts no more
    bool cancelled = false;          // by stop()
    bool settling = false;           // the handler has ended
  };
  using Entry = std::list<Running>::iterator;

  /// How a handler ended. Without `error`: done.
  struct Outcome {
    std::string error;
    bool final = false;  // retrying cannot help
    std::optional<std::chrono::milliseconds> retry_after;
  };

  State(boost::asio::any_io_executor where, Queue& from, WorkerOptions how);

  Task<> claim_loop();
  Task<std::size_t> claim(std::size_t room);
  Task<> renew_loop();
  Task<> renew();
  Task<> reap_loop();
  Task<> reap();

  Task<> run_job(Entry entry);
  Task<Outcome> call_handler(Entry entry);
  Task<> settle(Entry entry, Outcome outcome);
  /// Repeats `statement` while the lease lasts; true when this worker's lease was still valid.
  Task<bool> write(Entry entry, database::Execution statement);
  Task<> bury(Job job, std::string error);

  void cancel(Running& running);
  Task<> stop(Clock::duration grace);

  boost::asio::any_io_executor executor;
  Queue& queue;
  WorkerOptions options;
  Uuid identity = Uuid::random();  // of this start, never the host's name: those are used again
  std::map<std::string, Handler> handlers;
  std::map<std::string, DeadHook> hooks;
  std::string kinds;
  std::list<Running> running;
  Gate gate;
  Signal wake;
  Signal ended;
  bool wanted = false;  // somebody called for a look while nobody waited
  bool claiming = false;
  bool stopping = false;
  std::mt19937_64 random{std::random_device{}()};
};

}  // namespace omnify::jobs
