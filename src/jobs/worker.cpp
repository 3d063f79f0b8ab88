#include "async/backoff.h"
#include "base/error.h"
#include "base/log.h"
#include "database/database.h"
#include "jobs/queue.h"
#include "jobs/store.h"
#include "jobs/worker_state.h"

namespace omnify::jobs {
namespace {

constexpr std::string_view kNeverCameBack = "The process that ran this ended before it was done.";

Job read_job(const database::Result& rows, int row) {
  return {.id = rows.get<Uuid>(row, 0),
          .organization = rows.get<OrganizationId>(row, 1),
          .kind = rows.get<std::string>(row, 2),
          .payload = rows.get<std::string>(row, 3),
          .attempt = static_cast<int>(rows.get<std::int64_t>(row, 4)),
          .max_attempts = static_cast<int>(rows.get<std::int64_t>(row, 5))};
}

}  // namespace

Worker::State::State(boost::asio::any_io_executor where, Queue& from, WorkerOptions how)
    : executor(where), queue(from), options(how), gate(where) {}

Task<> Worker::State::claim_loop() {
  claiming = true;
  while (!stopping) {
    wanted = false;
    std::size_t claimed = 0;
    const auto room = options.concurrency - running.size();
    try {
      if (room > 0) claimed = co_await claim(room);
    } catch (const Error& error) {
      log_warning("jobs.claim_failed", {{"error", error.detail()}});
    }
    // After a full catch there may be more.
    if (claimed > 0 && running.size() < options.concurrency) continue;
    if (!wanted && !stopping) co_await wake.wait(options.poll);
  }
  claiming = false;
  ended.ring_all();
}

Task<std::size_t> Worker::State::claim(std::size_t room) {
  const auto sent = Clock::now();
  std::vector<database::Execution> executions;
  executions.push_back({kSerializeClaims, database::Params()});
  executions.push_back({kClaim, database::Params(identity, static_cast<std::int64_t>(room),
                                                 static_cast<std::int64_t>(options.per_organization),
                                                 static_cast<std::int64_t>(options.lease.count()), kinds)});
  const auto results = co_await queue.database_.run_control(std::move(executions));
  const auto& rows = results.back();
  for (int row = 0; row < rows.rows(); ++row) {
    auto& entry = running.emplace_back();
    entry.job = read_job(rows, row);
    entry.since = Clock::now();
    entry.leased_until = sent + options.lease;
    gate.spawn("jobs.run", run_job(std::prev(running.end())));
  }
  co_return static_cast<std::size_t>(rows.rows());
}

Task<> Worker::State::renew_loop() {
  for (;;) {
    co_await sleep_for(options.heartbeat);
    if (running.empty()) continue;
    try {
      co_await renew();
    } catch (const Error& error) {
      if (error.code() == Code::cancelled) throw;
      log_warning("jobs.renewal_failed", {{"error", error.detail()}});
    }
    for (auto& entry : running) {
      if (entry.settling || Clock::now() < entry.leased_until) continue;
      entry.lost = true;
      cancel(entry);
    }
  }
}

Task<> Worker::State::renew() {
  const auto sent = Clock::now();
  const auto rows = co_await queue.database_.run_control(
      kRenew, database::Params(identity, static_cast<std::int64_t>(options.lease.count())));
  std::map<Uuid, std::int64_t> held;
  for (int row = 0; row < rows.rows(); ++row) held.emplace(rows.get<Uuid>(row, 0), rows.get<std::int64_t>(row, 1));
  for (auto& entry : running) {
    const auto found = held.find(entry.job.id);
    if (found != held.end() && found->second == entry.job.attempt) {
      entry.leased_until = sent + options.lease;
    } else if (!entry.settling && entry.since < sent) {  // later ones may not have been there yet
      entry.lost = true;
      cancel(entry);
    }
  }
}

Task<> Worker::State::reap_loop() {
  for (;;) {
    try {
      co_await reap();
    } catch (const Error& error) {
      if (error.code() == Code::cancelled) throw;
      log_warning("jobs.reaping_failed", {{"error", error.detail()}});
    }
    co_await sleep_for(options.reap);
  }
}

Task<> Worker::State::reap() {
  std::vector<database::Execution> executions;
  executions.push_back({kReap, database::Params(kNeverCameBack)});
  executions.push_back({kDeleteFinished, database::Params(static_cast<std::int64_t>(options.keep_finished.count()))});
  const auto results = co_await queue.database_.run_control(std::move(executions));
  const auto& rows = results.front();
  for (int row = 0; row < rows.rows(); ++row) {
    auto job = read_job(rows, row);
    const bool dead = rows.get<std::string>(row, 6) == "dead";
    log_warning("jobs.lease_expired", {{"job", job.id.text()}, {"kind", job.kind}, {"dead", dead}});
    if (dead) gate.spawn("jobs.bury", bury(std::move(job), std::string(kNeverCameBack)));
  }
  if (!rows.empty()) queue.wake();
}

void Worker::State::cancel(Running& entry) {
  // A handler may be between two waits, where a signal has nobody to reach; who calls repeats it.
  boost::asio::post(executor, [this, id = entry.job.id] {
    for (auto& live : running) {
      if (live.job.id == id && !live.settling) return live.signal.emit(boost::asio::cancellation_type::terminal);
    }
  });
}

Task<> Worker::State::stop(Clock::duration grace) {
  stopping = true;
  wake.ring_all();
  const auto until = Clock::now() + grace;
  while (claiming) co_await ended.wait(std::chrono::seconds(1));
  while (!running.empty() && Clock::now() < until) co_await ended.wait(until - Clock::now());
  while (!running.empty()) {
    for (auto& entry : running) {
      entry.cancelled = true;
      cancel(entry);
    }
    co_await ended.wait(std::chrono::milliseconds(100));
  }
  co_await gate.close(std::chrono::seconds(0));
}

Worker::Worker(boost::asio::any_io_executor executor, Queue& queue, WorkerOptions options)
    : state_(std::make_unique<State>(std::move(executor), queue, options)) {}

Worker::~Worker() { state_->queue.wake_ = nullptr; }

void Worker::handle(std::string kind, Handler handler) {
  if (!state_->kinds.empty()) state_->kinds += ',';
  state_->kinds += kind;
  state_->handlers.emplace(std::move(kind), std::move(handler));
}

void Worker::on_dead(std::string kind, DeadHook hook) { state_->hooks.emplace(std::move(kind), std::move(hook)); }

void Worker::start() {
  auto* state = state_.get();
  state->queue.wake_ = [state] {
    state->wanted = true;
    state->wake.ring_all();
  };
  state->gate.spawn("jobs.claim", state->claim_loop());
  state->gate.spawn("jobs.renew", state->renew_loop());
  state->gate.spawn("jobs.reap", state->reap_loop());
}

Task<> Worker::stop(std::chrono::steady_clock::duration grace) { return state_->stop(grace); }

}  // namespace omnify::jobs
