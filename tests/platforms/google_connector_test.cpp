// The connector against the real omnify-sandbox.
#include "platforms/google/connector.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <map>
#include <set>

#include "base/error.h"
#include "support/postgres.h"
#include "sync/sandbox_process.h"

namespace omnify::platforms::google {
namespace {

using std::chrono::days;

struct Received {
  std::vector<FactRow> rows;
  Task<> take(std::vector<FactRow> batch) {
    EXPECT_LE(batch.size(), kBatchRows);
    std::ranges::move(batch, std::back_inserter(rows));
    co_return;
  }
};

struct Sums {
  Micros spend = 0;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  Micros conversions = 0;
  Micros revenue = 0;
  friend bool operator==(const Sums&, const Sums&) = default;
  friend void PrintTo(const Sums& sums, std::ostream* out) {
    *out << fmt::format("spend {} impressions {} clicks {} conversions {} revenue {}", sums.spend, sums.impressions,
                        sums.clicks, sums.conversions, sums.revenue);
  }
};

class GoogleConnectorTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { sandbox_ = std::make_unique<support::SandboxProcess>(); }
  static void TearDownTestSuite() { sandbox_.reset(); }

  void SetUp() override { access_ = control("GET", "/control/access").at("google"); }
  void TearDown() override { control("DELETE", "/control/faults"); }

  static http::ClientOptions local() {
    http::ClientOptions options;
    options.egress.allow_loopback = true;
    return options;
  }
  std::string text(std::string_view name) { return std::string(access_.at(name).as_string()); }
  std::vector<std::string> accounts() {
    std::vector<std::string> out;
    for (const auto& one : access_.at("accounts").as_array()) out.emplace_back(one.at("id").as_string());
    return out;
  }
  std::string account() { return accounts().at(0); }

  AdsAccess ads_access() {
    return {.base_url = text("url"),
            .token_url = text("token_url"),
            .version = "v25",
            .client_id = text("client_id"),
            .client_secret = text("client_secret"),
            .refresh_token = text("refresh_token"),
            .developer_token = {},
            .login_customer_id = {}};
  }
  std::unique_ptr<GoogleConnector> connector(AdsAccess access, std::string of) {
    auto made = std::make_unique<GoogleConnector>(client_, std::move(access), std::move(of));
    made->on_activity([this](std::string sentence) { activity_.push_back(std::move(sentence)); });
    return made;
  }
  std::unique_ptr<GoogleConnector> connector() { return connector(ads_access(), account()); }

  template <class T>
  T run(Task<T> task) {
    return support::run(io_, std::move(task), std::chrono::seconds(120));
  }
  boost::json::value control(std::string method, std::string path, boost::json::value body = nullptr) {
    return run(sandbox_->control(client_, std::move(method), std::move(path), std::move(body)));
  }
  void fault(std::string_view kind, std::int64_t count, boost::json::object more = {}) {
    more["platform"] = "google";
    more["account"] = account();
    more["kind"] = kind;
    more["count"] = count;
    control("POST", "/control/faults", more);
  }
  std::string refresh_token(std::string_view state, boost::json::array of = {}) {
    const auto made =
        control("POST", "/control/tokens", {{"platform", "google"}, {"state", state}, {"accounts", std::move(of)}});
    return std::string(made.at("refresh_token").as_string());
  }

  std::vector<FactRow> facts(Connector& source, Day first, Day last) {
    Received received;
    run(source.fetch_facts(first, last,
                           [&received](std::vector<FactRow> batch) { return received.take(std::move(batch)); }));
    return std::move(received.rows);
  }
  static Sums sums(const std::vector<FactRow>& rows) {
    Sums out;
    for (const auto& row : rows) {
      EXPECT_TRUE(row.conversions && row.revenue) << "the market's accounts measure purchases";
      out.spend += row.spend;
      out.impressions += row.impressions;
      out.clicks += row.clicks;
      out.conversions += row.conversions.value_or(0);
      out.revenue += row.revenue.value_or(0);
    }
    return out;
  }
  Sums truth(const std::string& of, Day first, Day last) {
    const auto all = control(
        "GET", fmt::format("/control/truth?account={}&first={}&last={}", of, format_day(first), format_day(last)));
    const auto& total = all.at("total");
    return {.spend = parse_decimal(total.at("spend").as_string()).value(),
            .impressions = total.at("impressions").as_int64(),
            .clicks = total.at("clicks").as_int64(),
            .conversions = total.at("purchases").as_int64() * kMicrosPerUnit,
            .revenue = parse_decimal(total.at("revenue").as_string()).value()};
  }
  /// After 28 days a day is final, so that nothing changes between two questions.
  static Day final_day() { return std::chrono::floor<days>(now()) - days(30); }

  /// The error that `task` ends with.
  template <class T>
  Error error_of(Task<T> task) {
    try {
      (void)run(std::move(task));
    } catch (const Error& error) {
      return error;
    }
    return {Code::internal, "It did not fail."};
  }

  static inline std::unique_ptr<support::SandboxProcess> sandbox_;
  boost::asio::io_context io_;
  http::Client client_{io_.get_executor(), local()};
  boost::json::value access_;
  std::vector<std::string> activity_;
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
  for (const auto& one : accounts()) {
    const auto source = connector(ads_access(), one);
    const auto entities = run(source->fetch_entities());
    std::set<std::string> ads;
    for (const auto& ad : entities.ads) ads.insert(ad.external_id);
    const auto rows = facts(*source, final_day() - days(29), final_day());
    ASSERT_FALSE(rows.empty());
    std::set<std::pair<Day, std::string>> keys;
    bool fractional = false;
    for (const auto& row : rows) {
      EXPECT_TRUE(keys.emplace(row.day, row.ad_external_id).second);
      EXPECT_TRUE(ads.contains(row.ad_external_id));
      fractional = fractional || row.conversions.value_or(0) % kMicrosPerUnit != 0;
    }
    EXPECT_TRUE(fractional);
    EXPECT_EQ(sums(rows), truth(one, final_day() - days(29), final_day())) << one;
  }
}

TEST_F(GoogleConnectorTest, SaysWhyALoginIsRefused) {
  const auto refused = [this](AdsAccess access, std::string of) {
    return error_of(connector(std::move(access), std::move(of))->fetch_account());
  };
  auto access = ads_access();
  for (const auto* state : {"expired", "revoked", "no_permission"}) {
    access.refresh_token = refresh_token(state);
    EXPECT_EQ(refused(access, account()).code(), Code::upstream_reconnect) << state;
  }
  access.refresh_token = "1//0nonsense";
  EXPECT_EQ(refused(access, account()).code(), Code::upstream_reconnect);
  access = ads_access();
  access.client_secret = "another";
  EXPECT_NE(refused(access, account()).detail().find("client secret"), std::string::npos);
  EXPECT_EQ(refused(ads_access(), "9999999999").code(), Code::upstream_reconnect);
  EXPECT_EQ(refused(ads_access(), text("login_customer_id")).code(), Code::upstream_permanent) << "a manager";
}

TEST_F(GoogleConnectorTest, ReachesAnAccountThroughItsManager) {
  auto access = ads_access();
  const auto manager = text("login_customer_id");
  access.refresh_token = refresh_token("valid", {boost::json::string(manager)});
  access.developer_token = text("developer_token");
  EXPECT_NE(error_of(connector(access, account())->fetch_account()).detail().find("manager"), std::string::npos);
  access.login_customer_id = manager;
  EXPECT_EQ(run(connector(access, account())->fetch_account()).external_id, account());
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
  for (const auto code : {0, 2, 5, 6}) {
    fault("throttle", 1, {{"code", code}});
    const auto error = error_of(connector()->fetch_account());
    EXPECT_EQ(error.code(), Code::upstream_slow_down) << code;
    EXPECT_GE(error.retry_after().value_or(std::chrono::seconds(0)).count(), code == 2 ? 40'591 : 60) << code;
    control("DELETE", "/control/faults");
  }
}

TEST_F(GoogleConnectorTest, AnOldVersionIsNamed) {
  auto access = ads_access();
  access.version = "v19";
  const auto error = error_of(connector(access, account())->fetch_account());
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
