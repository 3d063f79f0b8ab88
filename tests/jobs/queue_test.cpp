#include "jobs/queue.h"

#include <gtest/gtest.h>

#include "async/signal.h"
#include "base/error.h"
#include "support/postgres.h"

namespace omnify::jobs {
namespace {

using namespace std::chrono_literals;
using database::Database;
using database::Params;
using database::Query;

constexpr Query kState{"test.state", R"(
SELECT state, attempt, COALESCE(last_error, ''), (extract(epoch FROM run_at - now()) * 1000)::bigint,
       leased_by IS NULL FROM control.jobs WHERE key = $1::text ORDER BY created_at DESC LIMIT 1)"};
constexpr Query kCount{"test.count", "SELECT count(*) FROM control.jobs WHERE state = $1::text"};
constexpr Query kCountAll{"test.count_all", "SELECT count(*) FROM control.jobs"};

class QueueTest : public testing::Test {
 protected:
  struct Row {
    std::string state;
    std::int64_t attempt = 0;
    std::string error;
    std::int64_t due_in = 0;  // milliseconds
    bool free = true;
  };

  static WorkerOptions quick() {
    WorkerOptions options;
    options.poll = 50ms;
    options.lease = 2000ms;
    options.heartbeat = 50ms;
    options.reap = 50ms;
    options.retry_first = 10ms;
    options.retry_cap = 50ms;
    return options;
  }
  NewJob job(const std::string& key, const std::string& payload = "{}") const {
    return {.organization = organization, .kind = "work", .key = key, .payload = payload, .run_at = {}};
  }
  void enqueue(NewJob job) { support::run(io, queue.enqueue(std::move(job))); }
  Row row(const std::string& key) {
    const auto rows = support::run(io, database.run_control(kState, Params(key)));
    if (rows.empty()) return {};
    return {rows.get<std::string>(0, 0), rows.get<std::int64_t>(0, 1), rows.get<std::string>(0, 2),
            rows.get<std::int64_t>(0, 3), rows.get<bool>(0, 4)};
  }
  std::int64_t count(const std::string& state) {
    return support::run(io, database.run_control(kCount, Params(state))).get<std::int64_t>(0, 0);
  }
  void wait(const std::function<bool()>& condition) { support::run_until(io, condition); }
  void wait_state(const std::string& key, const std::string& state) {
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (row(key).state != state) {
      if (std::chrono::steady_clock::now() > until) {
        FAIL() << key << " is " << row(key).state << ", not " << state;
      }
    }
  }
  void stop(Worker& worker, std::chrono::milliseconds grace = 5s) { support::run(io, worker.stop(grace)); }

  support::TestDatabase test_database;
  boost::asio::io_context io;
  Database database{io.get_executor(), test_database.pool_options(8)};
  Queue queue{database};
  OrganizationId organization = OrganizationId::random();
};

/// What handlers did, seen by the test.
struct Seen {
  std::map<std::string, int> runs;  // by payload
  std::map<std::string, int> now;
  std::map<OrganizationId, int> per_organization;
  std::vector<OrganizationId> order;
  std::vector<int> attempts;
  int most_at_once = 0;
  int most_per_organization = 0;
  int cancelled = 0;
};

Task<> observe(Seen* seen, Job job) {
  ++seen->runs[job.payload];
  seen->most_at_once = std::max(seen->most_at_once, ++seen->now[job.payload]);
  seen->most_per_organization = std::max(seen->most_per_organization, ++seen->per_organization[job.organization]);
  co_await sleep_for(3ms);
  --seen->per_organization[job.organization];
  --seen->now[job.payload];
  seen->order.push_back(job.organization);
}

TEST_F(QueueTest, EachJobRunsOnceOverTwoWorkers) {
  constexpr int kJobs = 120;
  Seen seen;
  for (int i = 0; i < kJobs; ++i) {
    auto one = job("job" + std::to_string(i), std::to_string(i));
    one.organization = OrganizationId{{{static_cast<std::uint8_t>(i % 7)}}};
    enqueue(std::move(one));
  }
  Queue other_queue(database);
  Worker first(io.get_executor(), queue, quick());
  Worker second(io.get_executor(), other_queue, quick());
  for (auto* worker : {&first, &second}) {
    worker->handle("work", [&seen](Job job) { return observe(&seen, std::move(job)); });
    worker->start();
  }
  wait([&] { return seen.order.size() == kJobs; });
  stop(first);
  stop(second);
  EXPECT_EQ(count("succeeded"), kJobs);
  EXPECT_EQ(seen.runs.size(), static_cast<std::size_t>(kJobs));
  for (const auto& [payload, runs] : seen.runs) EXPECT_EQ(runs, 1) << payload;
  EXPECT_EQ(seen.most_at_once, 1);
  EXPECT_LE(seen.most_per_organization, 2);
}

TEST_F(QueueTest, SameKeyWaitsOnce) {
  auto later = job("same");
  later.run_at = now() + 1h;
  enqueue(later);
  enqueue(later);
  EXPECT_EQ(count("available"), 1);
  EXPECT_GT(row("same").due_in, 3'000'000);
  enqueue(job("same"));
  EXPECT_EQ(count("available"), 1);
  EXPECT_LE(row("same").due_in, 0);
  enqueue(later);  // does not put it off again
  EXPECT_LE(row("same").due_in, 0);
  Seen seen;
  Worker worker(io.get_executor(), queue, quick());
  worker.handle("work", [&seen](Job job) { return observe(&seen, std::move(job)); });
  worker.start();
  wait_state("same", "succeeded");
  enqueue(job("same", "again"));
  wait([&] { return seen.runs["again"] == 1; });
  stop(worker);
}

TEST_F(QueueTest, AnAbsentJobIsQueuedAndAWaitingOneKeepsItsTime) {
  auto soon = job("one");
  soon.run_at = now() + 15min;
  auto later = soon;
  later.run_at = now() + 1h;
  support::run(io, queue.enqueue_if_absent(later));
  EXPECT_GT(row("one").due_in, 3'000'000);
  support::run(io, queue.enqueue_if_absent(soon));
  EXPECT_EQ(count("available"), 1);
  EXPECT_GT(row("one").due_in, 3'000'000);
  EXPECT_THROW(support::run(io, queue.enqueue_if_absent(job(""))), Error);
}

Task<> fail_with(Seen* seen, int successes_from, Error error, Job job) {
  seen->attempts.push_back(job.attempt);
  co_await sleep_for(1ms);
  if (job.attempt < successes_from) throw error;
}

TEST_F(QueueTest, RetryableFailureIsTriedAgain) {
  Seen seen;
  Worker worker(io.get_executor(), queue, quick());
  worker.handle("work", [&seen](Job job) {
    return fail_with(&seen, 3, Error(Code::upstream_retry, "The platform failed."), std::move(job));
  });
  worker.start();
  enqueue(job("flaky"));
  wait_state("flaky", "succeeded");
  stop(worker);
  EXPECT_EQ(seen.attempts, (std::vector<int>{1, 2, 3}));
}

TEST_F(QueueTest, AttemptsEnd) {
  Seen seen;
  std::vector<std::string> dead;
  Worker worker(io.get_executor(), queue, quick());
  worker.handle("work", [&seen](Job job) {
    return fail_with(&seen, 99, Error(Code::upstream_retry, "The platform failed."), std::move(job));
  });
  worker.on_dead("work", [&dead](Job job, std::string error) -> Task<> {
    dead.push_back(job.payload + error);
    return sleep_for(0ms);
  });
  worker.start();
  auto two = job("hopeless", "payload:");
  two.max_attempts = 2;
  enqueue(two);
  wait([&] { return !dead.empty(); });
  stop(worker);
  EXPECT_EQ(seen.attempts, (std::vector<int>{1, 2}));
  EXPECT_EQ(dead, std::vector<std::string>{"payload:The platform failed."});
  EXPECT_EQ(row("hopeless").state, "dead");
  EXPECT_EQ(row("hopeless").error, "The platform failed.");
}

TEST_F(QueueTest, FailureThatNoRetryHelpsIsDeadAtOnce) {
  Seen seen;
  Worker worker(io.get_executor(), queue, quick());
  worker.handle("work", [&seen](Job job) {
    return fail_with(&seen, 99, Error(Code::upstream_reconnect, "Log in again."), std::move(job));
  });
  worker.start();
  enqueue(job("refused"));
  wait_state("refused", "dead");
  stop(worker);
  EXPECT_EQ(seen.attempts, std::vector<int>{1});
}

TEST_F(QueueTest, RetryAfterWins) {
  Seen seen;
  Worker worker(io.get_executor(), queue, quick());
  worker.handle("work", [&seen](Job job) {
    return fail_with(&seen, 99, Error(Code::upstream_slow_down, "Slow down.").with_retry_after(30s), std::move(job));
  });
  worker.start();
  enqueue(job("limited"));
  wait([&] { return !seen.attempts.empty(); });
  wait_state("limited", "available");
  stop(worker);
  EXPECT_GT(row("limited").due_in, 25'000);
  EXPECT_LE(row("limited").due_in, 30'000);
}

TEST_F(QueueTest, AnythingElseThatIsThrownIsRetried) {
  Worker worker(io.get_executor(), queue, quick());
  int runs = 0;
  worker.handle("work", [&runs](Job) -> Task<> {
    if (++runs == 1) throw std::runtime_error("a bug");
    return sleep_for(0ms);
  });
  worker.start();
  enqueue(job("buggy"));
  wait_state("buggy", "succeeded");
  stop(worker);
  EXPECT_EQ(runs, 2);
}

TEST_F(QueueTest, JobOfAKilledWorkerIsTakenUp) {
  enqueue(job("orphan"));
  auto last = job("last");
  last.max_attempts = 1;
  enqueue(last);
  // As a process leaves it that was killed and whose lease ended.
  test_database.execute_as_admin(
      "UPDATE control.jobs SET state = 'running', attempt = 1, leased_by = gen_random_uuid(), leased_until = now() - "
      "interval '1 second'");
  Seen seen;
  std::vector<std::string> dead;
  Worker worker(io.get_executor(), queue, quick());
  worker.handle("work", [&seen](Job job) { return fail_with(&seen, 0, Error(Code::internal, ""), std::move(job)); });
  worker.on_dead("work", [&dead](Job, std::string error) -> Task<> {
    dead.push_back(error);
    return sleep_for(0ms);
  });
  worker.start();
  wait_state("orphan", "succeeded");
  wait([&] { return !dead.empty(); });
  stop(worker);
  EXPECT_EQ(seen.attempts, std::vector<int>{2});
  EXPECT_EQ(row("last").state, "dead");
}

TEST_F(QueueTest, RunningJobKeepsItsLease) {
  auto options = quick();
  options.lease = 300ms;
  Worker worker(io.get_executor(), queue, options);
  bool done = false;
  int runs = 0;
  worker.handle("work", [&](Job) -> Task<> {
    ++runs;
    return [](bool* end) -> Task<> {
      co_await sleep_for(1200ms);
      *end = true;
    }(&done);
  });
  worker.start();
  enqueue(job("long"));
  wait([&] { return done; });
  wait_state("long", "succeeded");
  stop(worker);
  EXPECT_EQ(runs, 1);
}

Task<> wait_for_cancellation(Seen* seen) {
  ++seen->runs["started"];
  try {
    co_await sleep_for(60s);
  } catch (const Error& error) {
    if (error.code() == Code::cancelled) ++seen->cancelled;
    throw;
  }
}

TEST_F(QueueTest, LostLeaseCancelsTheJobAndDiscardsItsEnd) {
  Seen seen;
  Worker worker(io.get_executor(), queue, quick());
  worker.handle("work", [&seen](Job) { return wait_for_cancellation(&seen); });
  worker.start();
  enqueue(job("stolen"));
  wait([&] { return seen.runs["started"] == 1; });
  // Another process took it up meanwhile.
  test_database.execute_as_admin(
      "UPDATE control.jobs SET attempt = 2, leased_by = gen_random_uuid(), leased_until = now() + interval '1 hour'");
  wait([&] { return seen.cancelled == 1; });
  stop(worker);
  EXPECT_EQ(row("stolen").state, "running");
  EXPECT_EQ(row("stolen").attempt, 2);
  EXPECT_FALSE(row("stolen").free);
}

TEST_F(QueueTest, StopGivesUnfinishedJobsBackUncounted) {
  Seen seen;
  Worker worker(io.get_executor(), queue, quick());
  worker.handle("work", [&seen](Job) { return wait_for_cancellation(&seen); });
  worker.start();
  enqueue(job("interrupted"));
  wait([&] { return seen.runs["started"] == 1; });
  stop(worker, 10ms);
  EXPECT_EQ(seen.cancelled, 1);
  EXPECT_EQ(row("interrupted").state, "available");
  EXPECT_EQ(row("interrupted").attempt, 0);
  EXPECT_TRUE(row("interrupted").free);
}

TEST_F(QueueTest, SmallOrganizationsAreNotKeptWaiting) {
  const auto large = OrganizationId::random();
  for (int i = 0; i < 200; ++i) {
    auto one = job("large" + std::to_string(i));
    one.organization = large;
    enqueue(std::move(one));
  }
  for (int i = 0; i < 10; ++i) {
    auto one = job("small" + std::to_string(i));
    one.organization = OrganizationId::random();
    enqueue(std::move(one));
  }
  Seen seen;
  auto options = quick();
  options.concurrency = 2;
  Worker worker(io.get_executor(), queue, options);
  worker.handle("work", [&seen](Job job) { return observe(&seen, std::move(job)); });
  worker.start();
  wait([&] { return seen.order.size() == 210; });
  stop(worker);
  int before = 0;  // jobs of the large one that ended before the last small one
  int small = 0;
  for (const auto& owner : seen.order) {
    if (small == 10) break;
    owner == large ? ++before : ++small;
  }
  EXPECT_LE(before, 40);
}

TEST_F(QueueTest, OtherProcessesFindJobsByPolling) {
  Seen seen;
  Worker worker(io.get_executor(), queue, quick());
  worker.handle("work", [&seen](Job job) { return observe(&seen, std::move(job)); });
  worker.start();
  Queue elsewhere(database);  // does not wake the worker
  support::run(io, elsewhere.enqueue(job("polled")));
  wait_state("polled", "succeeded");
  auto other = job("unknown");
  other.kind = "another";
  support::run(io, elsewhere.enqueue(std::move(other)));
  enqueue(job("known"));
  wait_state("known", "succeeded");
  EXPECT_EQ(row("unknown").state, "available");  // for a process that has its handler
  stop(worker);
}

Task<> enqueue_in(Database& database, NewJob job, bool commit) {
  auto transaction = co_await database.begin(job.organization);
  std::vector<database::Execution> executions;
  executions.push_back(Queue::enqueue_statement(job));
  co_await transaction.execute(std::move(executions));
  if (commit) co_await transaction.commit();
}

TEST_F(QueueTest, JobsCommitWithTheirTransaction) {
  support::run(io, enqueue_in(database, job("no"), false));
  support::run(io, enqueue_in(database, job("yes"), true));
  EXPECT_EQ(row("no").state, "");
  EXPECT_EQ(row("yes").state, "available");
}

TEST_F(QueueTest, OldFinishedJobsGo) {
  enqueue(job("old"));
  enqueue(job("dead"));
  enqueue(job("recent"));
  test_database.execute_as_admin(
      "UPDATE control.jobs SET state = CASE key WHEN 'dead' THEN 'dead' ELSE 'succeeded' END, finished_at = now() - "
      "CASE "
      "key WHEN 'recent' THEN interval '1 day' ELSE interval '8 days' END");
  Worker worker(io.get_executor(), queue, quick());
  worker.handle("work", [](Job) { return sleep_for(0ms); });
  worker.start();
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (row("old").state == "succeeded" && std::chrono::steady_clock::now() < until) continue;
  stop(worker);
  EXPECT_EQ(support::run(io, database.run_control(kCountAll)).get<std::int64_t>(0, 0), 2);
}

TEST_F(QueueTest, BadNamesAreBugs) {
  auto bad = job("");
  EXPECT_THROW(static_cast<void>(Queue::enqueue_statement(bad)), Error);
  bad = job("key");
  bad.kind = "a,b";
  EXPECT_THROW(static_cast<void>(Queue::enqueue_statement(bad)), Error);
}

}  // namespace
}  // namespace omnify::jobs
