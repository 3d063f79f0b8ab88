#include "sync/service.h"

#include <gtest/gtest.h>

#include <set>

#include "async/gate.h"
#include "base/error.h"
#include "base/json.h"
#include "jobs/queue.h"
#include "sync/fixture.h"

namespace omnify::sync {
namespace {

using platforms::FactRow;

/// A platform in this process whose every answer follows from the day, and that fails on order.
struct FakePlatform {
  std::map<std::string, std::string> accepted{{"access_token", "good"}};
  int days_before_failure = -1;  ///< of one run; -1: never
  std::optional<Error> failure;
  std::multiset<Day> delivered;
  std::set<std::string> silent;    ///< ads without a row
  std::set<Day> losing;            ///< days without a row of ad 2 the next time they are asked for
  std::map<Day, Micros> unlisted;  ///< spend of a day that belongs to no ad
  std::string time_zone = "America/New_York";

  class Connector;
};

class FakePlatform::Connector : public platforms::Connector {
 public:
  Connector(FakePlatform& platform, std::string account, std::map<std::string, std::string> credentials)
      : platform_(platform), account_(std::move(account)), credentials_(std::move(credentials)) {}

  Task<platforms::AccountRow> fetch_account() override {
    if (credentials_ != platform_.accepted) throw Error(Code::upstream_reconnect, "The access token has expired.");
    co_return platforms::AccountRow{.external_id = account_,
                                    .name = "Fake shop",
                                    .currency = Currency::parse("EUR").value(),
                                    .time_zone = platform_.time_zone};
  }

  Task<platforms::EntityRows> fetch_entities() override {
    platforms::EntityRows rows;
    rows.campaigns.push_back(
        {.external_id = "1", .name = "One", .objective = "OUTCOME_SALES", .daily_budget = std::nullopt});
    rows.ad_sets.push_back({.external_id = "2", .campaign_external_id = "1", .name = "Two"});
    co_return rows;
  }

  Task<> fetch_facts(Day first, Day last, platforms::FactSink sink) override {
    for (Day day = last; day >= first; day -= std::chrono::days(1)) {
      if (platform_.failure && platform_.days_before_failure-- == 0) throw Error(*platform_.failure);
      report("Reading " + format_day(day));
      platform_.delivered.insert(day);
      auto rows = rows_of(day);
      if (platform_.losing.erase(day) > 0) rows.pop_back();
      co_await sink(std::move(rows));
    }
  }

  Task<std::vector<platforms::AccountDay>> fetch_account_days(Day first, Day last) override {
    std::vector<platforms::AccountDay> days;
    for (Day day = first; day <= last; day += std::chrono::days(1)) {
      platforms::AccountDay sum{.day = day, .conversions = std::nullopt, .revenue = std::nullopt};
      for (const auto& row : rows_of(day)) {
        sum.impressions += row.impressions;
        sum.spend += row.spend;
      }
      if (const auto found = platform_.unlisted.find(day); found != platform_.unlisted.end())
        sum.spend += found->second;
      days.push_back(sum);
    }
    co_return days;
  }

 private:
  [[nodiscard]] std::vector<FactRow> rows_of(Day day) const {
    std::vector<FactRow> rows;
    for (int ad = 0; ad < 3; ++ad) {
      if (platform_.silent.contains(std::to_string(ad))) continue;
      FactRow row;
      row.day = day;
      row.campaign_external_id = "1";
      row.ad_set_external_id = "2";
      row.ad_external_id = std::to_string(ad);
      row.impressions = day.time_since_epoch().count() % 100 + ad;
      row.spend = row.impressions * 10'000;
      rows.push_back(std::move(row));
    }
    return rows;
  }

  FakePlatform& platform_;
  std::string account_;
  std::map<std::string, std::string> credentials_;
};

struct FakeVault : CredentialSource {
  std::map<std::string, std::string> stored{{"access_token", "good"}};
  Task<std::map<std::string, std::string>> read(OrganizationId, ConnectionId) override { co_return stored; }
};

class ServiceTest : public SyncTest {
 public:
  explicit ServiceTest(ServiceOptions options = {.first_sync_days = 30}) : service_(parts_, options) {}
  ~ServiceTest() override { run(gate_.close(std::chrono::seconds(5))); }

 protected:
  static NewConnection request(std::string account = "act_12") {
    return {.platform = "meta",
            .name = std::nullopt,
            .external_account_id = std::move(account),
            .credentials = {{"access_token", "good"}}};
  }

  jobs::Job job(ConnectionId connection, int attempt = 1) {
    return {.id = Uuid::random(),
            .organization = organization_,
            .kind = "sync.connection",
            .payload = R"({"connection_id":")" + connection.text() + "\"}",
            .attempt = attempt,
            .max_attempts = 3};
  }

  /// Runs the job and returns the code of its failure.
  std::optional<Code> perform(ConnectionId connection, int attempt = 1) {
    try {
      run(service_.run_job(job(connection, attempt)));
    } catch (const Error& error) {
      return error.code();
    }
    return std::nullopt;
  }

  Connection get(ConnectionId id) { return run(service_.get(organization_, id)); }
  ConnectionId connected() {
    const auto id = run(service_.create(organization_, request())).id;
    run(service_.request_sync(organization_, id));
    return id;
  }

  Connection rename(OrganizationId organization, ConnectionId id, std::string name) {
    ConnectionChange change;
    change.name = std::move(name);
    return run(service_.change(organization, id, std::move(change)));
  }
  Connection reschedule(OrganizationId organization, ConnectionId id, std::int64_t hours) {
    ConnectionChange change;
    change.sync_hours = hours;
    return run(service_.change(organization, id, std::move(change)));
  }

  std::int64_t count_jobs() {
    static constexpr database::Query kQuery{"test.jobs", R"(SELECT count(*) FROM control.jobs)"};
    return run(database_.run_control(kQuery)).get<std::int64_t>(0, 0);
  }

  FakePlatform platform_;
  FakeVault vault_;
  Gate gate_{io_.get_executor()};
  jobs::Queue queue_{database_};
  std::vector<std::string> events_;
  ServiceParts parts_{
      .database = database_,
      .queue = queue_,
      .gate = gate_,
      .credentials = vault_,
      .connectors =
          [this](const std::string&, std::string account, std::map<std::string, std::string> credentials) {
            return std::make_unique<FakePlatform::Connector>(platform_, std::move(account), std::move(credentials));
          },
      .events = [this](OrganizationId, std::string json) { events_.push_back(std::move(json)); }};
  Service service_;
};

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

TEST_F(ServiceTest, WhatWasLostIsFoundByReconcilingAndReadAgain) {
  const auto id = connected();
  const Day yesterday = local_day(platform_.time_zone, now()) - std::chrono::days(1);
  const Day lost = yesterday - std::chrono::days(10);
  platform_.losing = {lost};
  EXPECT_EQ(perform(id), std::nullopt);
  EXPECT_EQ(facts().facts, 90);
  EXPECT_EQ(platform_.delivered.count(lost), 2U);
  EXPECT_EQ(platform_.delivered.size(), 31U) << "only the day that deviated";
  EXPECT_EQ(wrong_rollups(), 0);
  const auto ledger = run(service_.reconciliation(organization_, {}));
  ASSERT_EQ(ledger.accounts.size(), 1U);
  const auto& account = ledger.accounts[0];
  EXPECT_EQ(account.name, "Fake shop");
  EXPECT_EQ(account.connection_id, id);
  EXPECT_EQ(account.currency, "EUR");
  EXPECT_EQ(account.days_checked, 29) << "today is not over";
  EXPECT_EQ(account.days_matching, 29);
  EXPECT_EQ(account.days_reread, 1);
  EXPECT_TRUE(account.deviations.empty());
  EXPECT_TRUE(run(service_.reconciliation(new_organization(), {})).accounts.empty());
}

TEST_F(ServiceTest, WhatStillDeviatesIsNamed) {
  const Day yesterday = local_day(platform_.time_zone, now()) - std::chrono::days(1);
  platform_.unlisted = {{yesterday, 12'500'000}};
  const auto id = connected();
  EXPECT_EQ(perform(id), std::nullopt) << "the figures are there, and so is the doubt";
  auto account = run(service_.reconciliation(organization_, {})).accounts.at(0);
  EXPECT_EQ(account.days_matching, 28);
  ASSERT_EQ(account.deviations.size(), 1U);
  const auto& deviation = account.deviations[0];
  EXPECT_EQ(deviation.day, yesterday);
  EXPECT_EQ(deviation.metric, ReconciledMetric::spend);
  EXPECT_EQ(deviation.difference.micros, -12'500'000);
  EXPECT_EQ(deviation.ours.micros - deviation.theirs.micros, -12'500'000);
  EXPECT_TRUE(deviation.reread_at);

  platform_.unlisted.clear();
  run(service_.request_sync(organization_, id));
  perform(id);
  account = run(service_.reconciliation(organization_, {})).accounts.at(0);
  EXPECT_EQ(account.days_matching, 29);
  EXPECT_TRUE(account.deviations.empty());
  EXPECT_EQ(account.days_reread, 1) << "that it was read again is not forgotten";
  const ReconciliationQuery backwards{.start = yesterday, .end = yesterday - std::chrono::days(1)};
  EXPECT_THROW(run(service_.reconciliation(organization_, backwards)), Error);
}

class BackfillTest : public ServiceTest {
 protected:
  BackfillTest() : ServiceTest({.first_sync_days = 30, .backfill_days = 100}) {}

  /// Runs a slice and returns the code of its failure.
  std::optional<Code> slice(ConnectionId connection) {
    try {
      run(service_.run_backfill(job(connection)));
    } catch (const Error& error) {
      return error.code();
    }
    return std::nullopt;
  }
  std::int64_t waiting_slices() {
    static constexpr database::Query kQuery{
        "test.slices", R"(SELECT count(*) FROM control.jobs WHERE kind = 'sync.backfill' AND state = 'available')"};
    return run(database_.run_control(kQuery)).get<std::int64_t>(0, 0);
  }
};

TEST_F(BackfillTest, LoadsWhatLiesBeforeTheFirstSync) {
  const auto id = connected();
  EXPECT_FALSE(get(id).backfill);
  perform(id);
  auto backfill = get(id).backfill.value();
  EXPECT_EQ(backfill.state, BackfillState::running);
  EXPECT_EQ(backfill.days_total, 70);
  EXPECT_EQ(backfill.days_done, 0);
  EXPECT_EQ(backfill.last_day, get(id).sync.value().first_day - std::chrono::days(1));
  EXPECT_FALSE(backfill.seconds_left);
  EXPECT_EQ(waiting_slices(), 1);

  EXPECT_EQ(slice(id), std::nullopt);
  backfill = get(id).backfill.value();
  EXPECT_EQ(backfill.state, BackfillState::finished);
  EXPECT_EQ(backfill.days_done, 70);
  EXPECT_EQ(facts().facts, 300);
  EXPECT_EQ(wrong_rollups(), 0);
  EXPECT_EQ(slice(id), std::nullopt) << "one too many does nothing";
  EXPECT_EQ(platform_.delivered.size(), 100U);
  const auto ledger = run(service_.reconciliation(organization_, {.start = backfill.first_day, .end = std::nullopt}));
  EXPECT_EQ(ledger.accounts.at(0).days_checked, 99);
  EXPECT_EQ(ledger.accounts.at(0).days_matching, 99);
}

TEST_F(BackfillTest, ASliceThatFailsGoesOnAtItsWindow) {
  const auto id = connected();
  perform(id);
  platform_.failure = Error(Code::upstream_slow_down, "The limit is reached.");
  platform_.days_before_failure = 17;
  EXPECT_EQ(slice(id), Code::upstream_slow_down);
  auto backfill = get(id).backfill.value();
  EXPECT_EQ(backfill.state, BackfillState::running);
  EXPECT_EQ(backfill.days_done, 14);
  EXPECT_TRUE(backfill.seconds_left);
  EXPECT_EQ(backfill.error, "The limit is reached.");
  EXPECT_EQ(get(id).status, ConnectionStatus::active) << "the regular syncs go on";

  platform_.failure.reset();
  EXPECT_EQ(slice(id), std::nullopt);
  backfill = get(id).backfill.value();
  EXPECT_EQ(backfill.state, BackfillState::finished);
  EXPECT_EQ(backfill.error, std::nullopt);
  EXPECT_EQ(facts().facts, 300);
  EXPECT_EQ(platform_.delivered.size(), 103U) << "three days of the window that failed";
}

TEST_F(BackfillTest, ASliceWhoseTimeIsOverQueuesTheNext) {
  Service patient(parts_,
                  {.first_sync_days = 30, .backfill_days = 100, .backfill_slice = std::chrono::milliseconds(-1)});
  const auto id = connected();
  perform(id);
  run(patient.run_backfill(job(id)));
  EXPECT_EQ(get(id).backfill.value().days_done, 7) << "one window at least";
  EXPECT_EQ(waiting_slices(), 2) << "the first one's own job is not taken here";
}

TEST_F(BackfillTest, OneThatWasGivenUpGoesOnWithNewCredentials) {
  const auto id = connected();
  perform(id);
  run(service_.give_up_backfill(job(id), "The access token has expired."));
  EXPECT_EQ(get(id).backfill.value().state, BackfillState::failed);
  EXPECT_EQ(slice(id), std::nullopt);
  EXPECT_EQ(get(id).backfill.value().days_done, 0);
  run(service_.credentials_changed(organization_, id));
  perform(id);
  EXPECT_EQ(get(id).backfill.value().state, BackfillState::running);
  EXPECT_EQ(slice(id), std::nullopt);
  EXPECT_EQ(get(id).backfill.value().state, BackfillState::finished);
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
