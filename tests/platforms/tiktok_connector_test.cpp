// The connector against the real omnify-sandbox.
#include "platforms/tiktok/connector.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <map>
#include <set>

#include "base/error.h"
#include "support/postgres.h"
#include "sync/sandbox_process.h"

namespace omnify::platforms::tiktok {
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

/// With the quota of a new app, which the connector must not exceed; an agency has accounts whose campaigns have ended.
class TiktokConnectorTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    sandbox_ = std::make_unique<support::SandboxProcess>(
        std::vector<std::string>{"--size", "agency", "--limited-tier", "--tiktok-port", "0"});
  }
  static void TearDownTestSuite() { sandbox_.reset(); }

  void TearDown() override { control("DELETE", "/control/faults"); }

  static http::ClientOptions local() {
    http::ClientOptions options;
    options.egress.allow_loopback = true;
    return options;
  }
  static std::string member(std::string_view name) {
    return std::string(sandbox_->access().at("tiktok").at(name).as_string());
  }
  static std::string account(std::size_t index = 0) {
    return std::string(sandbox_->access().at("tiktok").at("accounts").at(index).at("id").as_string());
  }
  std::unique_ptr<TiktokConnector> connector(std::string account, std::string token, std::string version = "v1.3") {
    auto made = std::make_unique<TiktokConnector>(
        client_, BusinessAccess{member("url"), std::move(version), std::move(token), member("app_id")},
        std::move(account));
    made->on_activity([this](std::string sentence) { activity_.push_back(std::move(sentence)); });
    return made;
  }
  std::unique_ptr<TiktokConnector> connector(std::size_t index = 0) {
    return connector(account(index), member("access_token"));
  }

  template <class T>
  T run(Task<T> task) {
    return support::run(io_, std::move(task), std::chrono::seconds(120));
  }
  boost::json::value control(std::string method, std::string path, boost::json::value body = nullptr) {
    return run(sandbox_->control(client_, std::move(method), std::move(path), std::move(body)));
  }
  void fault(std::string_view kind, std::int64_t count, std::int64_t code = 0) {
    control("POST", "/control/faults",
            {{"platform", "tiktok"}, {"account", account()}, {"kind", kind}, {"count", count}, {"code", code}});
  }
  std::string token(std::string_view state) {
    const auto made = control("POST", "/control/tokens", {{"platform", "tiktok"}, {"state", state}});
    return std::string(made.at("access_token").as_string());
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
      out.spend += row.spend;
      out.impressions += row.impressions;
      out.clicks += row.clicks;
      out.conversions += row.conversions.value_or(0);
      out.revenue += row.revenue.value_or(0);
    }
    return out;
  }
  Sums truth(std::size_t index, Day first, Day last) {
    const auto all = control("GET", fmt::format("/control/truth?account={}&first={}&last={}", account(index),
                                                format_day(first), format_day(last)));
    const auto& total = all.at("total");
    return {.spend = parse_decimal(total.at("spend").as_string()).value(),
            .impressions = total.at("impressions").as_int64(),
            .clicks = total.at("link_clicks").as_int64(),
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
  std::vector<std::string> activity_;
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
    const auto source = connector(index);
    const auto rows = facts(*source, final_day() - days(29), final_day());
    ASSERT_FALSE(rows.empty());
    std::set<std::pair<Day, std::string>> keys;
    for (const auto& row : rows) EXPECT_TRUE(keys.emplace(row.day, row.ad_external_id).second);
    EXPECT_EQ(sums(rows), truth(index, final_day() - days(29), final_day())) << account(index);
  }
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
  EXPECT_EQ(error_of(connector("999", member("access_token"))->fetch_account()).code(), Code::upstream_reconnect);
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
  const auto error = error_of(connector(account(), member("access_token"), "v1.2")->fetch_account());
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
