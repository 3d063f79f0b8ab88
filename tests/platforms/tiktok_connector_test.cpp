// The connector against the real omnify-sandbox.
#include "platforms/tiktok/connector.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "platforms/fixture.h"

namespace omnify::platforms::tiktok {
namespace {

using std::chrono::days;

/// With the quota of a new app, which the connector must not exceed; an agency has accounts whose campaigns have ended.
class TiktokConnectorTest : public SandboxFixture {
 protected:
  TiktokConnectorTest() : SandboxFixture("tiktok") {}
  static void SetUpTestSuite() { start_sandbox({"--size", "agency", "--limited-tier"}); }

  std::unique_ptr<TiktokConnector> connector(std::string account, std::string token, std::string version = "v1.3") {
    return watched(std::make_unique<TiktokConnector>(
        client_, BusinessAccess{access("url"), std::move(version), std::move(token), access("app_id")},
        std::move(account)));
  }
  std::unique_ptr<TiktokConnector> connector(std::size_t index = 0) {
    return connector(account(index), access("access_token"));
  }
  Sums truth(std::size_t index, Day first, Day last) {
    return SandboxFixture::truth(account(index), first, last, "link_clicks");
  }
};

TEST_F(TiktokConnectorTest, ReadsTheAccount) {
  const auto row = run(connector()->fetch_account());
  EXPECT_EQ(row.external_id, account());
  EXPECT_FALSE(row.name.empty());
  EXPECT_TRUE(is_time_zone(row.time_zone));
}

TEST_F(TiktokConnectorTest, ReadsEveryEntityDeletedOnesToo) {
  const auto entities = run(connector(1)->fetch_entities());
  EXPECT_EQ(entities.campaigns.size(), 1000U);
  EXPECT_GT(entities.ads.size(), entities.ad_sets.size());
  std::set<std::string> campaigns;
  std::set<std::string> ad_sets;
  for (const auto& one : entities.campaigns) EXPECT_TRUE(campaigns.insert(one.external_id).second);
  for (const auto& one : entities.ad_sets) {
    EXPECT_TRUE(ad_sets.insert(one.external_id).second);
    EXPECT_TRUE(campaigns.contains(one.campaign_external_id));
  }
  for (const auto& one : entities.ads) {
    EXPECT_TRUE(ad_sets.contains(one.ad_set_external_id));
    EXPECT_TRUE(one.creative_external_id && one.creative_body);
  }
  std::map<EntityStatus, int> statuses;
  int budgets = 0;
  for (const auto& one : entities.campaigns) {
    ++statuses[one.status];
    if (one.daily_budget) ++budgets;
  }
  EXPECT_EQ(statuses.size(), 3U) << "the market has active, paused and ended campaigns";
  EXPECT_GT(budgets, 0);
  EXPECT_LT(budgets, 1000);
}

TEST_F(TiktokConnectorTest, FactsAreWhatTheMarketKnows) {
  for (const auto index : {0U, 2U, 3U}) {
    const auto rows = facts(*connector(index), final_day() - days(29), final_day());
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(times(rows).size(), rows.size());
    EXPECT_EQ(sums(rows), truth(index, final_day() - days(29), final_day())) << account(index);
  }
}

TEST_F(TiktokConnectorTest, TheAccountsDaysAreWhatTheMarketKnows) {
  const Day first = final_day() - days(40);
  const auto account_days = run(connector()->fetch_account_days(first, final_day()));
  EXPECT_GT(account_days.size(), 30U);
  EXPECT_EQ(sums(account_days), truth(0, first, final_day()));
}

TEST_F(TiktokConnectorTest, ReadsManyPagesAndThePastOfWhatWasDeleted) {
  const Day first = final_day() - days(70);
  const auto rows = facts(*connector(1), first, first + days(2));
  EXPECT_GT(rows.size(), kBatchRows);
  EXPECT_EQ(sums(rows), truth(1, first, first + days(2)));
}

TEST_F(TiktokConnectorTest, RangesLongerThanAReportComeInSeveral) {
  const Day first = final_day() - days(75);
  EXPECT_EQ(sums(facts(*connector(), first, final_day())), truth(0, first, final_day()));
}

TEST_F(TiktokConnectorTest, SaysWhyATokenIsRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {"expired", "expired"}, {"revoked", "does not accept"}, {"no_permission", "may not read"}};
  for (const auto& [state, word] : cases) {
    const auto error = error_of(connector(account(), token(state))->fetch_account());
    EXPECT_EQ(error.code(), Code::upstream_reconnect) << state;
    EXPECT_NE(error.detail().find(word), std::string::npos) << error.detail();
  }
  EXPECT_EQ(error_of(connector(account(), "nonsense")->fetch_account()).code(), Code::upstream_reconnect);
  EXPECT_EQ(error_of(connector("999", access("access_token"))->fetch_account()).code(), Code::upstream_reconnect);
}

TEST_F(TiktokConnectorTest, RetriesWhatPasses) {
  const auto expected = truth(0, final_day() - days(3), final_day());
  for (const auto* kind : {"server_error", "reset", "truncated", "malformed"}) {
    fault(kind, 2);
    EXPECT_EQ(sums(facts(*connector(), final_day() - days(3), final_day())), expected) << kind;
  }
  fault("server_error", 1, 502);
  fault("throttle", 1);
  EXPECT_EQ(sums(facts(*connector(), final_day() - days(3), final_day())), expected);
  fault("server_error", 50, 51010);
  EXPECT_EQ(error_of(connector()->fetch_account()).code(), Code::upstream_retry);
}

TEST_F(TiktokConnectorTest, ALimitIsThrownWithItsWait) {
  for (const auto code : {40016, 40132, 40133}) {
    fault("throttle", 5, code);
    const auto error = error_of(connector()->fetch_account());
    EXPECT_EQ(error.code(), Code::upstream_slow_down) << code;
    EXPECT_GT(error.retry_after().value_or(std::chrono::seconds(0)).count(), 0) << code;
    control("DELETE", "/control/faults");
  }
}

// Ten a second is all that a new app may call.
TEST_F(TiktokConnectorTest, StaysBelowTheLimitsOfTheApp) {
  const auto source = connector();
  for (int i = 0; i < 25; ++i) EXPECT_EQ(run(source->fetch_account()).external_id, account());
}

TEST_F(TiktokConnectorTest, AnOldVersionIsNamed) {
  const auto error = error_of(connector(account(), access("access_token"), "v1.2")->fetch_account());
  EXPECT_EQ(error.code(), Code::upstream_permanent);
  EXPECT_NE(error.detail().find("version"), std::string::npos);
}

TEST(TiktokAccountId, IsANumber) {
  EXPECT_EQ(normalise_account_id(" 7123456789012345678\n"), "7123456789012345678");
  EXPECT_FALSE(normalise_account_id(""));
  EXPECT_FALSE(normalise_account_id("act_12"));
  EXPECT_FALSE(normalise_account_id("123456789012345678901"));
}

}  // namespace
}  // namespace omnify::platforms::tiktok
