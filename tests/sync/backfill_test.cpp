#include "sync/service_fixture.h"

namespace omnify::sync {
namespace {

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
  const auto ledger = run(service_.reconciliation(organization_, {.start = backfill.first_day, .end = std::nullopt}));
  EXPECT_EQ(ledger.accounts.at(0).days_matching, 99) << "those that were loaded before the failure too";
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

}  // namespace
}  // namespace omnify::sync
