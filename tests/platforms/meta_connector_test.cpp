// The connector against the real omnify-sandbox.
#include "platforms/meta/connector.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "platforms/fixture.h"

namespace omnify::platforms::meta {
namespace {

using std::chrono::days;

class MetaConnectorTest : public SandboxFixture {
 protected:
  MetaConnectorTest() : SandboxFixture("meta") {}

  std::unique_ptr<MetaConnector> connector(std::string account, std::string token, std::string secret = "") {
    return watched(std::make_unique<MetaConnector>(
        client_, GraphAccess{access("url"), "v26.0", std::move(token), std::move(secret)}, std::move(account)));
  }
  std::unique_ptr<MetaConnector> connector(std::size_t index = 0) {
    return connector(account(index), access("access_token"));
  }
};

TEST_F(MetaConnectorTest, ReadsTheAccountAndItsEntities) {
  const auto source = connector();
  const auto row = run(source->fetch_account());
  EXPECT_EQ(row.external_id, account());
  EXPECT_FALSE(row.name.empty());
  EXPECT_TRUE(is_time_zone(row.time_zone));
  const auto entities = run(source->fetch_entities());
  EXPECT_GE(entities.campaigns.size(), 20U);
  EXPECT_GT(entities.ads.size(), entities.ad_sets.size());
  std::set<std::string> campaigns;
  for (const auto& one : entities.campaigns) EXPECT_TRUE(campaigns.insert(one.external_id).second);
  for (const auto& one : entities.ad_sets) EXPECT_TRUE(campaigns.contains(one.campaign_external_id));
  std::map<EntityStatus, int> statuses;
  for (const auto& one : entities.campaigns) ++statuses[one.status];
  EXPECT_EQ(statuses.size(), 3U) << "the market has active, paused and ended campaigns";
}

TEST_F(MetaConnectorTest, FactsAreWhatTheMarketKnows) {
  for (std::size_t index = 0; index < account_count(); ++index) {
    const auto rows = facts(*connector(index), final_day() - days(20), final_day());
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(times(rows).size(), rows.size());
    EXPECT_EQ(sums(rows), truth(account(index), final_day() - days(20), final_day())) << account(index);
  }
}

TEST_F(MetaConnectorTest, TheAccountsDaysAreWhatTheMarketKnows) {
  const Day first = final_day() - days(40);
  const auto account_days = run(connector()->fetch_account_days(first, final_day()));
  EXPECT_GT(account_days.size(), 30U);
  EXPECT_EQ(sums(account_days), truth(account(), first, final_day()));
}

TEST_F(MetaConnectorTest, ProvesThatItHasTheAppSecret) {
  control("POST", "/control/app", {{"require_proof", true}});
  EXPECT_EQ(run(connector(account(), access("access_token"), access("app_secret"))->fetch_account()).external_id,
            account());
  EXPECT_EQ(error_of(connector(account(), access("access_token"), "another secret")->fetch_account()).code(),
            Code::upstream_reconnect);
  control("POST", "/control/app", {{"require_proof", false}});
}

TEST_F(MetaConnectorTest, SaysWhyATokenIsRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {"expired", "expired"}, {"revoked", "revoked"}, {"password_changed", "password"}, {"no_permission", "ads_read"}};
  for (const auto& [state, word] : cases) {
    const auto error = error_of(connector(account(), token(state))->fetch_account());
    EXPECT_EQ(error.code(), Code::upstream_reconnect) << state;
    EXPECT_NE(error.detail().find(word), std::string::npos) << error.detail();
  }
  EXPECT_EQ(error_of(connector(account(), "EAABnonsense")->fetch_account()).code(), Code::upstream_reconnect);
  const auto unknown = error_of(connector("999", access("access_token"))->fetch_account());
  EXPECT_EQ(unknown.code(), Code::upstream_reconnect);
  EXPECT_EQ(unknown.detail().find(access("access_token")), std::string::npos);
}

TEST_F(MetaConnectorTest, RetriesWhatPasses) {
  const auto expected = truth(account(), final_day() - days(3), final_day());
  for (const auto* kind : {"server_error", "reset", "truncated", "malformed"}) {
    fault(kind, 2);
    EXPECT_EQ(sums(facts(*connector(), final_day() - days(3), final_day())), expected) << kind;
  }
  fault("server_error", 50);
  EXPECT_EQ(error_of(connector()->fetch_account()).code(), Code::upstream_retry);
}

TEST_F(MetaConnectorTest, ALimitIsThrownWithItsWait) {
  for (const auto code : {0, 4, 17, 613}) {
    fault("throttle", 1, code);
    const auto error = error_of(connector()->fetch_account());
    EXPECT_EQ(error.code(), Code::upstream_slow_down) << code;
    EXPECT_GT(error.retry_after().value_or(std::chrono::seconds(0)).count(), 0) << code;
    control("DELETE", "/control/faults");
  }
}

// A range that is too large for a direct answer, and reports that fail or cannot be seen at first.
TEST_F(MetaConnectorTest, LargeRangesComeAsBackgroundReports) {
  const Day first = final_day() - days(700);
  const auto expected = truth(account(), first, final_day());
  fault("report_failed", 1);
  fault("report_missing", 1);
  const auto rows = facts(*connector(), first, final_day());
  EXPECT_EQ(sums(rows), expected);
  EXPECT_TRUE(
      std::ranges::any_of(activity_, [](const auto& text) { return text.find("report") != std::string::npos; }));
}

TEST_F(MetaConnectorTest, AnOldVersionIsNamed) {
  MetaConnector old(client_, GraphAccess{access("url"), "v19.0", access("access_token"), ""}, account());
  const auto error = error_of(old.fetch_account());
  EXPECT_EQ(error.code(), Code::upstream_permanent);
  EXPECT_NE(error.detail().find("version"), std::string::npos);
}

}  // namespace
}  // namespace omnify::platforms::meta
