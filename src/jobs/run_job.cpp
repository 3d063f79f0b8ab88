// One job from its claim to its end.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "async/backoff.h"
#include "base/error.h"
#include "base/log.h"
#include "database/database.h"
#include "jobs/store.h"
#include "jobs/worker_state.h"

namespace omnify::jobs {
namespace {

constexpr std::size_t kLongestError = 1000;
constexpr std::chrono::milliseconds kWritePause{200};

/// Cut between two characters, and without what PostgreSQL cannot store.
std::string storable(std::string text) {
  std::erase(text, '\0');
  if (text.size() <= kLongestError) return text;
  auto end = kLongestError;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text;
}

}  // namespace

Task<> Worker::State::run_job(Entry entry) {
  struct Leave {
    State& state;
    Entry entry;
    ~Leave() {
      state.running.erase(entry);
      state.ended.ring_all();
      state.wanted = true;
      state.wake.ring_all();
    }
  } leave{*this, entry};
  auto outcome = co_await call_handler(entry);
  entry->settling = true;
  if (entry->lost) {
    log_warning("jobs.lease_lost", {{"job", entry->job.id.text()}, {"kind", entry->job.kind}});
    co_return;
  }
  co_await settle(entry, std::move(outcome));
}

Task<Worker::State::Outcome> Worker::State::call_handler(Entry entry) {
  const auto& handler = handlers.at(entry->job.kind);
  Outcome outcome;
  try {
    co_await boost::asio::co_spawn(
        executor, handler(entry->job),
        boost::asio::bind_cancellation_slot(entry->signal.slot(), boost::asio::use_awaitable));
  } catch (const Error& error) {
    outcome.error = error.detail();
    outcome.retry_after = error.retry_after();
    outcome.final =
        !traits(error.code()).retryable && error.code() != Code::cancelled && error.code() != Code::internal;
    if (error.code() == Code::internal) {
      log_error("jobs.bug", {{"kind", entry->job.kind}, {"job", entry->job.id.text()}, {"error", error.what()}});
    }
  } catch (const std::exception& error) {
    outcome.error = "Something unexpected went wrong here.";
    if (!entry->lost && !entry->cancelled) {
      log_error("jobs.bug", {{"kind", entry->job.kind}, {"job", entry->job.id.text()}, {"error", error.what()}});
    }
  }
  co_return outcome;
}

Task<> Worker::State::settle(Entry entry, Outcome outcome) {
  const Job job = entry->job;
  const auto attempt = static_cast<std::int64_t>(job.attempt);
  if (outcome.error.empty()) {
    co_await write(entry, {kSucceed, database::Params(job.id, attempt, identity)});
    co_return;
  }
  if (entry->cancelled) {  // whatever it threw, it was because of us
    co_await write(entry, {kGiveBack, database::Params(job.id, attempt, identity)});
    co_return;
  }
  const auto error = storable(std::move(outcome.error));
  const bool dead = outcome.final || job.last_attempt();
  log_warning("jobs.failed",
              {{"kind", job.kind}, {"job", job.id.text()}, {"attempt", job.attempt}, {"dead", dead}, {"error", error}});
  if (dead) {
    if (co_await write(entry, {kBury, database::Params(job.id, attempt, identity, error)})) co_await bury(job, error);
    co_return;
  }
  const auto pause = outcome.retry_after.value_or(backoff(job.attempt, options.retry_first, options.retry_cap, random));
  co_await write(
      entry, {kRetry, database::Params(job.id, attempt, identity, static_cast<std::int64_t>(pause.count()), error)});
}

Task<bool> Worker::State::write(Entry entry, database::Execution statement) {
  bool unknown = false;  // an earlier try may have been committed
  for (;;) {
    try {
      const auto result = co_await queue.database_.run_control(statement.query, statement.params);
      co_return result.affected() > 0 || unknown;
    } catch (const Error& error) {
      if (!traits(error.code()).retryable && error.code() != Code::deadline_exceeded) throw;
      if (stopping || Clock::now() > entry->leased_until) throw;  // then the lease ends and another takes it up
      unknown = true;
    }
    co_await sleep_for(kWritePause);
  }
}

Task<> Worker::State::bury(Job job, std::string error) {
  log_error("jobs.dead", {{"kind", job.kind}, {"job", job.id.text()}, {"error", error}});
  const auto hook = hooks.find(job.kind);
  if (hook != hooks.end()) co_await hook->second(std::move(job), std::move(error));
}

}  // namespace omnify::jobs
