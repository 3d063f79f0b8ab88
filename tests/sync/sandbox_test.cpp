// A whole sync: the real sandbox, the real connector, the real queue and worker, PostgreSQL.
#include <gtest/gtest.h>

#include "async/gate.h"
#include "base/error.h"
#include "jobs/queue.h"
#include "platforms/registry.h"
#include "support/http.h"
#include "sync/fixture.h"
#include "sync/planner.h"
#include "sync/sandbox_process.h"
#include "sync/service.h"

namespace omnify::sync {
namespace {

using std::chrono::days;

struct OneSecret : CredentialSource {
  std::map<std::string, std::string> fields;
  Task<std::map<std::string, std::string>> read(OrganizationId, ConnectionId) override { co_return fields; }
};

class SandboxTest : public SyncTest {
 public:
  SandboxTest() {
    vault_.fields["access_token"] = sandbox_.access_token();
    options_.poll = std::chrono::milliseconds(50);
    options_.retry_first = std::chrono::milliseconds(50);
    options_.retry_cap = std::chrono::milliseconds(500);
  }
  ~SandboxTest() override { run(gate_.close(std::chrono::seconds(5))); }

 protected:
  ConnectionId connected() {
    const auto id = run(service_.create(organization_, {.platform = "meta",
                                                        .name = "Sandbox",
                                                        .external_account_id = sandbox_.accounts().at(0),
                                                        .credentials = vault_.fields}))
                        .id;
    run(service_.request_sync(organization_, id));
    return id;
  }
  SyncRun newest(ConnectionId id) { return run(service_.get(organization_, id)).sync.value(); }

  /// Until the newest run has ended.
  SyncRun finished(ConnectionId id, std::chrono::seconds limit = std::chrono::seconds(90)) {
    const auto until = std::chrono::steady_clock::now() + limit;
    auto sync = newest(id);
    while (sync.state == RunState::queued || sync.state == RunState::running) {
      if (std::chrono::steady_clock::now() > until) throw std::runtime_error("The sync does not end: " + sync.activity);
      sync = newest(id);
    }
    return sync;
  }

  boost::json::value control(std::string method, std::string path, boost::json::value body = nullptr) {
    return run(sandbox_.control(client_, std::move(method), std::move(path), std::move(body)));
  }
  void fault(std::string_view kind, std::int64_t count) {
    control("POST", "/control/faults", {{"platform", "meta"}, {"kind", kind}, {"count", count}});
  }
  Totals truth(DayRange range) {
    const auto all = control("GET", fmt::format("/control/truth?account={}&first={}&last={}", sandbox_.accounts().at(0),
                                                format_day(range.first), format_day(range.last)));
    const auto& total = all.at("total");
    return {.facts = 0,
            .impressions = total.at("impressions").as_int64(),
            .spend = parse_decimal(total.at("spend").as_string()).value(),
            .conversions = total.at("purchases").as_int64() * kMicrosPerUnit,
            .revenue = parse_decimal(total.at("revenue").as_string()).value()};
  }

  support::SandboxProcess sandbox_;
  http::Client client_{io_.get_executor(), support::local_client()};
  platforms::PlatformContext context_{.client = client_, .meta_base_url = sandbox_.url()};
  OneSecret vault_;
  Gate gate_{io_.get_executor()};
  jobs::Queue queue_{database_};
  jobs::WorkerOptions options_;
  Service service_{{.database = database_,
                    .queue = queue_,
                    .gate = gate_,
                    .credentials = vault_,
                    .connectors = connector_factory(context_),
                    .events = {}},
                   {}};
};

TEST_F(SandboxTest, SyncsRestatesAndRecovers) {
  jobs::Worker worker(io_.get_executor(), queue_, options_);
  service_.register_jobs(worker);
  worker.start();
  const auto id = connected();
  // Errors of every kind that passes, in the middle of the first sync.
  fault("server_error", 3);
  fault("reset", 2);
  fault("truncated", 2);
  auto sync = finished(id);
  ASSERT_EQ(sync.state, RunState::succeeded) << sync.error.value_or("");
  EXPECT_EQ(sync.days_done, 90);
  EXPECT_EQ(sync.rows_loaded, facts().facts);
  EXPECT_EQ(wrong_rollups(), 0);
  // The first sync does not know the account's time zone yet: its days are those of UTC, which may be one ahead.
  const auto first_day = sync.first_day;

  // Forty days on, every day that was fetched is final: what was restated meanwhile is read again.
  control("POST", "/control/advance", {{"days", 40}});
  run(service_.request_sync(organization_, id));
  sync = finished(id);
  ASSERT_EQ(sync.state, RunState::succeeded) << sync.error.value_or("");
  EXPECT_GT(sync.rows_changed, 0);
  const auto ledger = run(service_.reconciliation(organization_, {.start = first_day, .end = sync.last_day}));
  ASSERT_EQ(ledger.accounts.size(), 1U);
  EXPECT_EQ(ledger.accounts[0].days_checked, (sync.last_day - first_day).count()) << "all days but today";
  EXPECT_EQ(ledger.accounts[0].days_matching, ledger.accounts[0].days_checked);
  const auto expected = truth({first_day, sync.last_day});
  EXPECT_EQ(campaign_days(), expected);
  EXPECT_EQ(platform_days(), expected);
  EXPECT_EQ(wrong_rollups(), 0);

  run(service_.request_sync(organization_, id));
  sync = finished(id);
  EXPECT_EQ(sync.rows_changed, 0) << "nothing is left to change";

  vault_.fields["access_token"] =
      std::string(control("POST", "/control/tokens", {{"state", "expired"}}).at("access_token").as_string());
  run(service_.request_sync(organization_, id));
  EXPECT_EQ(finished(id).state, RunState::failed);
  EXPECT_EQ(run(service_.get(organization_, id)).status, ConnectionStatus::reconnect);
  run(worker.stop(std::chrono::seconds(5)));
}

TEST_F(SandboxTest, AStoppedWorkerLeavesTheRestToTheNext) {
  const auto id = connected();
  {
    jobs::Worker worker(io_.get_executor(), queue_, options_);
    service_.register_jobs(worker);
    worker.start();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (newest(id).days_done < 20 && std::chrono::steady_clock::now() < until) continue;
    run(worker.stop(std::chrono::seconds(0)));
  }
  const auto stopped = newest(id);
  EXPECT_GE(stopped.days_done, 20);
  ASSERT_LT(stopped.days_done, 90) << "it was stopped in the middle";
  EXPECT_EQ(stopped.state, RunState::running);

  jobs::Worker next(io_.get_executor(), queue_, options_);
  service_.register_jobs(next);
  next.start();
  const auto sync = finished(id);
  EXPECT_EQ(sync.state, RunState::succeeded) << sync.error.value_or("");
  EXPECT_EQ(sync.id, stopped.id);
  EXPECT_EQ(sync.days_done, 90);
  EXPECT_EQ(wrong_rollups(), 0);
  run(next.stop(std::chrono::seconds(5)));
}

TEST_F(SandboxTest, TestingAConnectionAnswersInWords) {
  const auto good = run(service_.test({.platform = "meta",
                                       .name = std::nullopt,
                                       .external_account_id = "act_" + sandbox_.accounts().at(0),
                                       .credentials = vault_.fields}));
  EXPECT_TRUE(good.ok) << good.message;
  EXPECT_TRUE(good.currency);
  const auto bad = run(service_.test({.platform = "meta",
                                      .name = std::nullopt,
                                      .external_account_id = sandbox_.accounts().at(0),
                                      .credentials = {{"access_token", "EAABnonsense"}}}));
  EXPECT_FALSE(bad.ok);
  EXPECT_FALSE(bad.message.empty());
}

}  // namespace
}  // namespace omnify::sync
