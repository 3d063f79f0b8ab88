#include "sync/service.h"

#include "sync/service_fixture.h"

namespace omnify::sync {
namespace {

TEST_F(ServiceTest, AConnectionIsCheckedNamedAndUnique) {
  const auto made = run(service_.create(organization_, request()));
  EXPECT_EQ(made.name, "Meta Ads 12");
  EXPECT_EQ(made.external_account_id, "12");
  EXPECT_EQ(made.platform_label, "Meta Ads");
  EXPECT_EQ(made.status, ConnectionStatus::active);
  EXPECT_FALSE(made.sync);
  try {
    run(service_.create(organization_, request("12")));
    ADD_FAILURE() << "the account is connected already";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::conflict);
  }
  auto bad = request("twelve");
  EXPECT_THROW(run(service_.create(organization_, bad)), Error);
  bad = request("13");
  bad.credentials.clear();
  EXPECT_THROW(run(service_.create(organization_, bad)), Error);
  bad = request("13");
  bad.platform = "myspace";
  EXPECT_THROW(run(service_.create(organization_, bad)), Error);
  EXPECT_EQ(run(service_.list(organization_)).items.size(), 1U);
  EXPECT_EQ(rename(organization_, made.id, " Shop ").name, "Shop");
  EXPECT_THROW(rename(organization_, made.id, " "), Error);
}

TEST_F(ServiceTest, OtherOrganizationsSeeNothing) {
  const auto id = connected();
  const auto other = new_organization();
  EXPECT_TRUE(run(service_.list(other)).items.empty());
  EXPECT_THROW(run(service_.get(other, id)), Error);
  EXPECT_THROW(rename(other, id, "x"), Error);
  EXPECT_THROW(run(service_.remove(other, id)), Error);
  EXPECT_THROW(run(service_.request_sync(other, id)), Error);
  EXPECT_THROW(run(service_.test(other, id)), Error);
  EXPECT_EQ(get(id).name, "Meta Ads 12");
}

TEST_F(ServiceTest, TheFirstSyncLoadsItsDays) {
  const auto id = connected();
  EXPECT_EQ(get(id).sync.value().state, RunState::queued);
  EXPECT_EQ(count_jobs(), 1);
  run(service_.request_sync(organization_, id));
  EXPECT_EQ(count_jobs(), 1) << "one run at a time";

  EXPECT_EQ(perform(id), std::nullopt);
  const auto connection = get(id);
  EXPECT_EQ(connection.name, "Fake shop");
  const auto& sync = connection.sync.value();
  EXPECT_EQ(sync.state, RunState::succeeded);
  EXPECT_EQ(sync.days_total, 30);
  EXPECT_EQ(sync.days_done, 30);
  EXPECT_EQ(sync.rows_loaded, 90);
  EXPECT_EQ(sync.rows_changed, 90);
  EXPECT_EQ(sync.last_day, local_day("America/New_York", now()));
  EXPECT_EQ(connection.currency, "EUR");
  EXPECT_EQ(connection.time_zone, "America/New_York");
  EXPECT_TRUE(connection.last_synced_at);
  ASSERT_TRUE(connection.next_sync_at);
  EXPECT_GT(*connection.next_sync_at, now() + std::chrono::hours(5));
  EXPECT_LT(*connection.next_sync_at, now() + std::chrono::hours(7));
  EXPECT_EQ(facts().facts, 90);
  EXPECT_EQ(wrong_rollups(), 0);
  EXPECT_FALSE(events_.empty());
}

TEST_F(ServiceTest, AConnectionSyncsAsOftenAsItIsTold) {
  const auto id = connected();
  perform(id);
  EXPECT_EQ(get(id).sync_hours, std::nullopt);
  const auto changed = reschedule(organization_, id, 1);
  EXPECT_EQ(changed.sync_hours, 1);
  EXPECT_EQ(changed.next_sync_at.value(), changed.last_synced_at.value() + std::chrono::hours(1));
  run(service_.request_sync(organization_, id));
  perform(id);
  EXPECT_LT(get(id).next_sync_at.value(), now() + std::chrono::minutes(67));
  EXPECT_GT(get(id).next_sync_at.value(), now() + std::chrono::minutes(53));
  EXPECT_GT(reschedule(organization_, id, 24).next_sync_at.value(), now() + std::chrono::hours(23));
  for (const std::int64_t hours : {0, 25, -1}) {
    EXPECT_THROW(reschedule(organization_, id, hours), Error) << hours;
  }
  EXPECT_THROW(reschedule(new_organization(), id, 2), Error);
}

TEST_F(ServiceTest, ALaterSyncReadsTheLookbackAndChangesNothing) {
  const auto id = connected();
  perform(id);
  const auto before = facts();
  run(service_.request_sync(organization_, id));
  EXPECT_EQ(perform(id), std::nullopt);
  const auto sync = get(id).sync.value();
  EXPECT_EQ(sync.days_total, 28);
  EXPECT_EQ(sync.rows_loaded, 84);
  EXPECT_EQ(sync.rows_changed, 0);
  EXPECT_EQ(facts(), before);
}

// A platform has no row for what is zero.
TEST_F(ServiceTest, FiguresThatThePlatformTookBackBecomeZero) {
  const auto id = connected();
  perform(id);
  const auto before = facts();
  platform_.silent = {"2"};
  run(service_.request_sync(organization_, id));
  platform_.failure = Error(Code::upstream_retry, "Later.");
  platform_.days_before_failure = 3;
  EXPECT_EQ(perform(id), Code::upstream_retry);
  EXPECT_EQ(facts(), before) << "the window is not complete";

  platform_.failure.reset();
  EXPECT_EQ(perform(id, 2), std::nullopt);
  const auto sync = get(id).sync.value();
  EXPECT_EQ(sync.rows_loaded, 56);
  EXPECT_EQ(sync.rows_changed, 28) << "one of three ads";
  EXPECT_EQ(facts().facts, before.facts);
  EXPECT_LT(facts().spend, before.spend * 3 / 4);
  EXPECT_EQ(wrong_rollups(), 0);

  run(service_.request_sync(organization_, id));
  perform(id);
  EXPECT_EQ(get(id).sync.value().rows_changed, 0);
  platform_.silent.clear();
  run(service_.request_sync(organization_, id));
  perform(id);
  EXPECT_EQ(facts(), before);
  EXPECT_EQ(wrong_rollups(), 0);
}

// Property: wherever a sync is interrupted, the next attempt goes on from the last checkpoint and the result is the
// same.
TEST_F(ServiceTest, AnInterruptedSyncResumes) {
  const auto reference = connected();
  perform(reference);
  const auto expected = facts();
  for (int interrupted_at = 0; interrupted_at < 30; interrupted_at += 3) {
    organization_ = new_organization();
    platform_.delivered.clear();
    platform_.failure = Error(Code::upstream_retry, "Meta is not answering properly at the moment.");
    platform_.days_before_failure = interrupted_at;
    const auto id = connected();
    EXPECT_EQ(perform(id), Code::upstream_retry);
    auto sync = get(id).sync.value();
    EXPECT_EQ(sync.state, RunState::running);
    EXPECT_EQ(sync.days_done, interrupted_at / 7 * 7);
    EXPECT_EQ(get(id).status, ConnectionStatus::active);

    platform_.failure.reset();
    EXPECT_EQ(perform(id, 2), std::nullopt);
    sync = get(id).sync.value();
    EXPECT_EQ(sync.state, RunState::succeeded);
    EXPECT_EQ(sync.days_done, 30);
    EXPECT_EQ(sync.rows_loaded, 90) << "what the killed attempt did not checkpoint is not counted";
    EXPECT_EQ(facts(), expected);
    EXPECT_EQ(wrong_rollups(), 0);
    // Only the days of the interrupted window were fetched twice.
    EXPECT_EQ(platform_.delivered.size(), static_cast<std::size_t>(30 + interrupted_at % 7));
  }
}

TEST_F(ServiceTest, RefusedCredentialsAskForNewOnes) {
  const auto id = connected();
  vault_.stored["access_token"] = "old";
  EXPECT_EQ(perform(id), Code::upstream_reconnect);
  auto connection = get(id);
  EXPECT_EQ(connection.status, ConnectionStatus::reconnect);
  EXPECT_EQ(connection.last_error, "The access token has expired.");
  EXPECT_EQ(connection.sync.value().state, RunState::failed);
  EXPECT_EQ(connection.sync.value().error, "The access token has expired.");
  const auto test = run(service_.test(organization_, id));
  EXPECT_FALSE(test.ok);
  EXPECT_EQ(test.message, "The access token has expired.");

  vault_.stored["access_token"] = "good";
  EXPECT_EQ(run(service_.credentials_changed(organization_, id)).state, RunState::queued);
  EXPECT_EQ(get(id).status, ConnectionStatus::active);
  EXPECT_EQ(perform(id), std::nullopt);
  connection = get(id);
  EXPECT_EQ(connection.status, ConnectionStatus::active);
  EXPECT_EQ(connection.last_error, std::nullopt);
  EXPECT_TRUE(run(service_.test(organization_, id)).ok);

  vault_.stored.clear();
  EXPECT_FALSE(run(service_.test(organization_, id)).ok);
}

TEST_F(ServiceTest, ALimitWaitsAndTheLastAttemptFails) {
  const auto id = connected();
  platform_.failure = Error(Code::upstream_slow_down, "Meta's limit for this ad account is reached.")
                          .with_retry_after(std::chrono::seconds(300));
  platform_.days_before_failure = 0;
  EXPECT_EQ(perform(id), Code::upstream_slow_down);
  support::run_until(io_, [this] { return gate_.running() == 0; });
  auto sync = get(id).sync.value();
  EXPECT_EQ(sync.state, RunState::running);
  EXPECT_EQ(sync.activity, "Waiting 5 min: Meta's limit for this ad account is reached.");

  platform_.days_before_failure = 0;
  EXPECT_EQ(perform(id, 3), Code::upstream_slow_down);
  EXPECT_EQ(get(id).sync.value().state, RunState::failed);
  EXPECT_EQ(get(id).status, ConnectionStatus::failing);
}

TEST_F(ServiceTest, APermanentRefusalFailsAtOnce) {
  const auto id = connected();
  platform_.failure = Error(Code::upstream_permanent, "Meta refused the request.");
  platform_.days_before_failure = 10;
  EXPECT_EQ(perform(id), Code::upstream_permanent);
  EXPECT_EQ(get(id).status, ConnectionStatus::failing);
  EXPECT_EQ(get(id).sync.value().days_done, 7);
}

TEST_F(ServiceTest, OurOwnFaultsAreTriedAgain) {
  const auto id = connected();
  for (const auto code : {Code::internal, Code::conflict, Code::unavailable}) {
    platform_.failure = Error(code, "The query sync.x failed with SQLSTATE 40P01.");
    platform_.days_before_failure = 0;
    const auto thrown = perform(id);
    EXPECT_EQ(thrown, code == Code::conflict ? Code::unavailable : code);
    EXPECT_EQ(get(id).sync.value().state, RunState::running);
  }
  support::run_until(io_, [this] { return gate_.running() == 0; });
  platform_.failure = Error(Code::internal, "The query sync.x failed with SQLSTATE 42P01.");
  platform_.days_before_failure = 0;
  perform(id, 3);
  EXPECT_EQ(get(id).last_error.value().find("SQLSTATE"), std::string::npos) << "that is for the log only";
}

TEST_F(ServiceTest, TheSchedulerQueuesWhatIsDue) {
  const auto id = connected();
  perform(id);
  EXPECT_EQ(run(service_.schedule_due()), 0) << "it is not due";
  postgres_.execute_as_admin(
      "UPDATE connections SET next_sync_at = now() - interval '1 second'; DELETE FROM control.jobs");
  EXPECT_EQ(run(service_.schedule_due()), 1);
  EXPECT_EQ(count_jobs(), 1);
  EXPECT_EQ(run(service_.schedule_due()), 1) << "it waits in the queue, and nothing is queued twice";
  EXPECT_EQ(count_jobs(), 1);
  perform(id);

  postgres_.execute_as_admin(
      "UPDATE connections SET next_sync_at = now() - interval '1 second', status = 'reconnect'; "
      "DELETE FROM control.jobs");
  EXPECT_EQ(run(service_.schedule_due()), 0) << "a person must act first";
  EXPECT_EQ(count_jobs(), 0);
}

TEST_F(ServiceTest, AConnectionWhoseFirstSyncWasNeverAskedForGetsOne) {
  connected();
  postgres_.execute_as_admin("DELETE FROM control.jobs; DELETE FROM sync_runs");
  EXPECT_EQ(run(service_.schedule_due()), 0) << "who made it is about to ask";
  postgres_.execute_as_admin("UPDATE connections SET created_at = now() - interval '2 minutes'");
  EXPECT_EQ(run(service_.schedule_due()), 1);
  EXPECT_EQ(count_jobs(), 1);
}

TEST_F(ServiceTest, AStartedRunWithoutAJobGetsOne) {
  const auto id = connected();
  platform_.failure = Error(Code::upstream_retry, "Later.");
  platform_.days_before_failure = 9;
  perform(id);
  postgres_.execute_as_admin("DELETE FROM control.jobs");
  run(service_.schedule_due());
  EXPECT_EQ(count_jobs(), 1);
}

// A wait that a platform asked for stands, however often the schedule comes by.
TEST_F(ServiceTest, TheSchedulerLeavesTheWaitOfARetryAlone) {
  const auto id = connected();
  platform_.failure = Error(Code::upstream_retry, "Later.");
  platform_.days_before_failure = 9;
  perform(id);
  postgres_.execute_as_admin("UPDATE control.jobs SET run_at = now() + interval '60 minutes'");
  static constexpr database::Query kQuery{"test.run_at", "SELECT run_at FROM control.jobs"};
  const auto before = run(database_.run_control(kQuery)).get<Instant>(0, 0);
  run(service_.schedule_due());
  EXPECT_EQ(count_jobs(), 1);
  EXPECT_EQ(run(database_.run_control(kQuery)).get<Instant>(0, 0), before);
}

TEST_F(ServiceTest, RemovingKeepsWhatWasLoaded) {
  const auto id = connected();
  perform(id);
  const auto before = facts();
  run(service_.remove(organization_, id));
  EXPECT_THROW(get(id), Error);
  EXPECT_EQ(facts(), before);
  EXPECT_EQ(perform(id), std::nullopt) << "a job of a connection that is gone has nothing to do";
  const auto again = connected();
  EXPECT_EQ(get(again).external_account_id, "12");
}

// Wired to the real queue and worker: the job is claimed, retried and finished.
TEST_F(ServiceTest, TheWorkerRunsASyncToItsEnd) {
  jobs::WorkerOptions options;
  options.poll = std::chrono::milliseconds(20);
  options.retry_first = std::chrono::milliseconds(20);
  jobs::Worker worker(io_.get_executor(), queue_, options);
  service_.register_jobs(worker);
  platform_.failure = Error(Code::upstream_retry, "Later.");
  platform_.days_before_failure = 12;
  const auto id = connected();
  worker.start();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (get(id).sync.value().state != RunState::succeeded && std::chrono::steady_clock::now() < until) {
    if (get(id).sync.value().days_done > 0) platform_.failure.reset();
  }
  EXPECT_EQ(get(id).sync.value().state, RunState::succeeded);
  EXPECT_EQ(facts().facts, 90);
  run(worker.stop(std::chrono::seconds(5)));
}

// The process died in the last attempt: nobody was left to say what happened.
TEST_F(ServiceTest, ARunWhoseJobIsGivenUpFails) {
  const auto id = connected();
  platform_.failure = Error(Code::upstream_retry, "Later.");
  platform_.days_before_failure = 3;
  perform(id);
  postgres_.execute_as_admin(
      "UPDATE control.jobs SET state = 'running', attempt = max_attempts, leased_by = gen_random_uuid(), "
      "leased_until = now() - interval '1 second'");
  jobs::WorkerOptions options;
  options.poll = std::chrono::milliseconds(20);
  options.reap = std::chrono::milliseconds(20);
  jobs::Worker worker(io_.get_executor(), queue_, options);
  service_.register_jobs(worker);
  worker.start();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (get(id).sync.value().state == RunState::running && std::chrono::steady_clock::now() < until) continue;
  EXPECT_EQ(get(id).sync.value().state, RunState::failed);
  EXPECT_EQ(get(id).status, ConnectionStatus::failing);
  EXPECT_TRUE(get(id).last_error);
  run(worker.stop(std::chrono::seconds(5)));
}

}  // namespace
}  // namespace omnify::sync
