// The connector against the real omnify-sandbox.
#include "platforms/meta/connector.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <map>
#include <set>

#include "base/error.h"
#include "support/postgres.h"
#include "sync/sandbox_process.h"

namespace omnify::platforms::meta {
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

class MetaConnectorTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { sandbox_ = std::make_unique<support::SandboxProcess>(); }
  static void TearDownTestSuite() { sandbox_.reset(); }

  void TearDown() override { control("DELETE", "/control/faults"); }

  static http::ClientOptions local() {
    http::ClientOptions options;
    options.egress.allow_loopback = true;
    return options;
  }

  std::unique_ptr<MetaConnector> connector(std::string account, std::string token, std::string secret = "") {
    auto made = std::make_unique<MetaConnector>(
        client_, GraphAccess{sandbox_->url(), "v26.0", std::move(token), std::move(secret)}, std::move(account));
    made->on_activity([this](std::string sentence) { activity_.push_back(std::move(sentence)); });
    return made;
  }
  std::unique_ptr<MetaConnector> connector() { return connector(account(), sandbox_->access_token()); }
  static std::string account() { return sandbox_->accounts().at(0); }

  template <class T>
  T run(Task<T> task) {
    return support::run(io_, std::move(task), std::chrono::seconds(120));
  }
  boost::json::value control(std::string method, std::string path, boost::json::value body = nullptr) {
    return run(sandbox_->control(client_, std::move(method), std::move(path), std::move(body)));
  }
  void fault(std::string_view kind, std::int64_t count, boost::json::object more = {}) {
    more["platform"] = "meta";
    more["account"] = account();
    more["kind"] = kind;
    more["count"] = count;
    control("POST", "/control/faults", more);
  }
  std::string token(std::string_view state) {
    const auto made = control("POST", "/control/tokens", {{"state", state}});
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
  std::vector<std::string> activity_;
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
  for (const auto& one : sandbox_->accounts()) {
    const auto source = connector(one, sandbox_->access_token());
    const auto rows = facts(*source, final_day() - days(20), final_day());
    ASSERT_FALSE(rows.empty());
    std::set<std::pair<Day, std::string>> keys;
    for (const auto& row : rows) EXPECT_TRUE(keys.emplace(row.day, row.ad_external_id).second);
    EXPECT_EQ(sums(rows), truth(one, final_day() - days(20), final_day())) << one;
  }
}

TEST_F(MetaConnectorTest, ProvesThatItHasTheAppSecret) {
  control("POST", "/control/app", {{"require_proof", true}});
  EXPECT_EQ(run(connector(account(), sandbox_->access_token(), sandbox_->app_secret())->fetch_account()).external_id,
            account());
  EXPECT_EQ(error_of(connector(account(), sandbox_->access_token(), "another secret")->fetch_account()).code(),
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
  const auto unknown = error_of(connector("999", sandbox_->access_token())->fetch_account());
  EXPECT_EQ(unknown.code(), Code::upstream_reconnect);
  EXPECT_EQ(unknown.detail().find(sandbox_->access_token()), std::string::npos);
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
    fault("throttle", 1, {{"code", code}});
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
  MetaConnector old(client_, GraphAccess{sandbox_->url(), "v19.0", sandbox_->access_token(), ""}, account());
  const auto error = error_of(old.fetch_account());
  EXPECT_EQ(error.code(), Code::upstream_permanent);
  EXPECT_NE(error.detail().find("version"), std::string::npos);
}

}  // namespace
}  // namespace omnify::platforms::meta
