// The connector against the real omnify-sandbox.
#include "platforms/google/connector.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "platforms/fixture.h"

namespace omnify::platforms::google {
namespace {

using std::chrono::days;

class GoogleConnectorTest : public SandboxFixture {
 protected:
  GoogleConnectorTest() : SandboxFixture("google") {}

  [[nodiscard]] AdsAccess ads_access() const {
    return {.base_url = access("url"),
            .token_url = access("token_url"),
            .version = "v25",
            .client_id = access("client_id"),
            .client_secret = access("client_secret"),
            .refresh_token = access("refresh_token"),
            .developer_token = {},
            .login_customer_id = {}};
  }
  std::unique_ptr<GoogleConnector> connector(AdsAccess login, std::string of) {
    return watched(std::make_unique<GoogleConnector>(client_, std::move(login), std::move(of)));
  }
  std::unique_ptr<GoogleConnector> connector(std::size_t index = 0) { return connector(ads_access(), account(index)); }
};

TEST_F(GoogleConnectorTest, ReadsTheAccountAndItsEntities) {
  const auto source = connector();
  const auto row = run(source->fetch_account());
  EXPECT_EQ(row.external_id, account());
  EXPECT_TRUE(is_time_zone(row.time_zone));
  const auto entities = run(source->fetch_entities());
  EXPECT_GE(entities.campaigns.size(), 10U);
  std::set<std::string> campaigns;
  std::set<std::string> groups;
  std::set<std::string> ads;
  std::map<std::string, int> channels;
  for (const auto& one : entities.campaigns) {
    EXPECT_TRUE(campaigns.insert(one.external_id).second);
    EXPECT_TRUE(one.daily_budget);
    ++channels[one.objective.value_or("")];
  }
  EXPECT_GT(channels["PERFORMANCE_MAX"], 0);
  EXPECT_GT(channels["SEARCH"], 0);
  for (const auto& one : entities.ad_sets) {
    EXPECT_TRUE(campaigns.contains(one.campaign_external_id));
    EXPECT_TRUE(groups.insert(one.external_id).second);
  }
  for (const auto& one : entities.ads) {
    EXPECT_TRUE(groups.contains(one.ad_set_external_id));
    EXPECT_TRUE(ads.insert(one.external_id).second);
    if (!one.external_id.starts_with("assetGroups/")) EXPECT_TRUE(one.creative_title) << one.external_id;
  }
}

// Thirty days, purchases of one conversion category alone, and Performance Max: everything that the market knows, once.
TEST_F(GoogleConnectorTest, FactsAreWhatTheMarketKnows) {
  for (std::size_t index = 0; index < account_count(); ++index) {
    const auto source = connector(index);
    const auto entities = run(source->fetch_entities());
    std::set<std::string> ads;
    for (const auto& ad : entities.ads) ads.insert(ad.external_id);
    const auto rows = facts(*source, final_day() - days(29), final_day());
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(times(rows).size(), rows.size());
    bool fractional = false;
    for (const auto& row : rows) {
      EXPECT_TRUE(ads.contains(row.ad_external_id)) << row.ad_external_id;
      EXPECT_TRUE(row.conversions && row.revenue) << "the market's accounts measure purchases";
      fractional = fractional || row.conversions.value_or(0) % kMicrosPerUnit != 0;
    }
    EXPECT_TRUE(fractional);
    EXPECT_EQ(sums(rows), truth(account(index), final_day() - days(29), final_day())) << account(index);
  }
}

TEST_F(GoogleConnectorTest, TheAccountsDaysAreWhatTheMarketKnows) {
  const Day first = final_day() - days(40);
  const auto account_days = run(connector()->fetch_account_days(first, final_day()));
  EXPECT_GT(account_days.size(), 30U);
  EXPECT_EQ(sums(account_days), truth(account(), first, final_day()));
}

TEST_F(GoogleConnectorTest, SaysWhyALoginIsRefused) {
  const auto refused = [this](AdsAccess login_of, std::string of) {
    return error_of(connector(std::move(login_of), std::move(of))->fetch_account());
  };
  auto login = ads_access();
  for (const auto* state : {"expired", "revoked", "no_permission"}) {
    login.refresh_token = token(state);
    EXPECT_EQ(refused(login, account()).code(), Code::upstream_reconnect) << state;
  }
  login.refresh_token = "1//0nonsense";
  EXPECT_EQ(refused(login, account()).code(), Code::upstream_reconnect);
  login = ads_access();
  login.client_secret = "another";
  EXPECT_NE(refused(login, account()).detail().find("client secret"), std::string::npos);
  EXPECT_EQ(refused(ads_access(), "9999999999").code(), Code::upstream_reconnect);
  EXPECT_EQ(refused(ads_access(), access("login_customer_id")).code(), Code::upstream_permanent) << "a manager";
}

TEST_F(GoogleConnectorTest, ReachesAnAccountThroughItsManager) {
  auto login = ads_access();
  const auto manager = access("login_customer_id");
  login.refresh_token = token("valid", {boost::json::string(manager)});
  login.developer_token = access("developer_token");
  EXPECT_NE(error_of(connector(login, account())->fetch_account()).detail().find("manager"), std::string::npos);
  login.login_customer_id = manager;
  EXPECT_EQ(run(connector(login, account())->fetch_account()).external_id, account());
}

TEST_F(GoogleConnectorTest, RetriesWhatPasses) {
  const auto expected = truth(account(), final_day() - days(3), final_day());
  for (const auto* kind : {"server_error", "reset", "truncated", "malformed", "expired_token"}) {
    fault(kind, kind == std::string_view("expired_token") ? 1 : 2);
    EXPECT_EQ(sums(facts(*connector(), final_day() - days(3), final_day())), expected) << kind;
  }
  fault("expired_token", 50);
  EXPECT_EQ(error_of(connector()->fetch_account()).code(), Code::upstream_reconnect);
  control("DELETE", "/control/faults");
  fault("server_error", 50);
  EXPECT_EQ(error_of(connector()->fetch_account()).code(), Code::upstream_retry);
}

TEST_F(GoogleConnectorTest, ALimitIsThrownWithItsWait) {
  // Not 2: it stops the whole project, and with it the other tests.
  for (const auto code : {0, 5, 6}) {
    fault("throttle", 1, code);
    const auto error = error_of(connector()->fetch_account());
    EXPECT_EQ(error.code(), Code::upstream_slow_down) << code;
    EXPECT_GE(error.retry_after().value_or(std::chrono::seconds(0)).count(), 60) << code;
    control("DELETE", "/control/faults");
  }
}

TEST_F(GoogleConnectorTest, AnOldVersionIsNamed) {
  auto login = ads_access();
  login.version = "v19";
  const auto error = error_of(connector(login, account())->fetch_account());
  EXPECT_EQ(error.code(), Code::upstream_permanent);
  EXPECT_NE(error.detail().find("version"), std::string::npos);
}

// Access tokens end after an hour; the connector renews them on the way.
TEST_F(GoogleConnectorTest, RenewsAnAccessTokenThatEnded) {
  const auto source = connector();
  EXPECT_EQ(run(source->fetch_account()).external_id, account());
  control("POST", "/control/advance", {{"days", 1}});
  EXPECT_EQ(run(source->fetch_account()).external_id, account());
}

}  // namespace
}  // namespace omnify::platforms::google
