// A server that is killed in the middle of a sync, again and again, loses nothing and doubles nothing: in the end its
// figures are the market's.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json.hpp>
#include <fstream>
#include <regex>
#include <sstream>

#include "api/client.h"
#include "app/process.h"
#include "base/calendar.h"
#include "support/postgres.h"

namespace omnify::app {
namespace {

constexpr const char* kControlToken = "control-token-of-the-test";
constexpr const char* kPassword = "a long enough pass phrase";
constexpr std::chrono::seconds kPatience{90};

std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

int port_of(const std::string& url) { return std::stoi(url.substr(url.rfind(':') + 1)); }

class KillTest : public testing::Test {
 protected:
  void SetUp() override {
    start_sandbox();
    key_ = run_program("omnify", {"keys", "generate"}).out;
    key_.pop_back();
    const auto made =
        run_program("omnify", {"org", "create", "Ridge Outdoor", "--owner", "mia@example.com"}, environment());
    ASSERT_EQ(made.status, 0) << made.out;
  }

  std::map<std::string, std::string> environment() const {
    return {{"DATABASE_URL", postgres_.database_url()},
            {"OMNIFY_ENCRYPTION_KEYS", key_},
            {"OMNIFY_PASSWORD", kPassword},
            {"OMNIFY_META_URL", sandbox_url_},
            {"OMNIFY_RATES_URL", sandbox_url_},
            {"OMNIFY_EGRESS_ALLOWED", sandbox_url_.substr(sandbox_url_.rfind('/') + 1)},
            {"OMNIFY_JOB_LEASE_SECONDS", "2"},
            {"OMNIFY_BACKFILL_DAYS", "0"}};
  }

  void start_sandbox() {
    const auto ready = folder_.path() / "sandbox.json";
    sandbox_ =
        std::make_unique<Process>("omnify-sandbox",
                                  std::vector<std::string>{"--port", "0", "--control-port", "0", "--control-token",
                                                           kControlToken, "--ready-file", ready.string()},
                                  std::map<std::string, std::string>{}, folder_.path() / "sandbox.log");
    ASSERT_TRUE(wait_until([&] { return std::filesystem::exists(ready); }, kPatience)) << sandbox_->output();
    access_ = boost::json::parse(read_whole(ready));
    sandbox_url_ = access_.at("url").as_string();
    account_ = access_.at("accounts").at(0).at("id").as_string();
  }

  void start_server() {
    server_ = std::make_unique<Process>(
        "omnify", std::vector<std::string>{"serve", "--port", "0", "--data", (folder_.path() / "data").string()},
        environment(), folder_.path() / "server.log");
    ASSERT_TRUE(wait_until([this] { return read_port() != 0; }, kPatience)) << server_->output();
    const auto login = send({.method = "POST",
                             .path = "/api/v1/session",
                             .body = fmt::format(R"({{"email":"mia@example.com","password":"{}"}})", kPassword)});
    ASSERT_EQ(login.status, 200) << login.body;
    const auto cookie = login.header("set-cookie");
    cookie_ = cookie.substr(0, cookie.find(';'));
  }

  int read_port() {
    static const std::regex kStarted(R"(server\.started.* port=(\d+))");
    std::smatch found;
    const auto text = server_->output();
    port_ = std::regex_search(text, found, kStarted) ? std::stoi(found[1]) : 0;
    return port_;
  }

  api::Answer send(api::Ask ask) const {
    ask.cookie = cookie_;
    return api::send(port_, ask);
  }
  api::Answer control(const std::string& method, const std::string& path, const std::string& body = "") const {
    return api::send(port_of(std::string(access_.at("control_url").as_string())),
                     {.method = method,
                      .path = path,
                      .body = body,
                      .headers = {fmt::format("Authorization: Bearer {}", kControlToken)}});
  }
  boost::json::value newest_sync() const {
    const auto list = send({.path = "/api/v1/connections"}).json();
    return list.at("items").at(0).at("sync");
  }

  support::TestDatabase postgres_;
  ScratchFolder folder_;
  std::unique_ptr<Process> sandbox_;
  std::unique_ptr<Process> server_;
  boost::json::value access_;
  std::string sandbox_url_;
  std::string account_;
  std::string key_;
  std::string cookie_;
  int port_ = 0;
};

TEST_F(KillTest, NothingIsLostAndNothingIsDoubled) {
  // So slow that a sync of many calls is still far from its end when a first window of days is done.
  control("POST", "/control/faults", R"({"platform":"meta","kind":"latency","count":100000,"milliseconds":500})");
  start_server();
  const auto made =
      send({.method = "POST",
            .path = "/api/v1/connections",
            .body = boost::json::serialize(boost::json::object{
                {"platform", "meta"},
                {"external_account_id", account_},
                {"credentials",
                 {{"access_token", access_.at("access_token")}, {"app_secret", access_.at("app_secret")}}}})});
  ASSERT_EQ(made.status, 201) << made.body;
  std::int64_t done = 0;
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(wait_until([&] { return newest_sync().at("days_done").as_int64() > done; }, kPatience))
        << boost::json::serialize(newest_sync());
    const auto before = newest_sync();
    ASSERT_EQ(before.at("state").as_string(), "running") << "there is nothing to interrupt any more";
    done = before.at("days_done").as_int64();
    server_->signal(SIGKILL);
    EXPECT_EQ(server_->wait().status, 128 + SIGKILL);
    start_server();
    const auto after = newest_sync();
    EXPECT_EQ(after.at("state").as_string(), "running") << "it had ended before the kill";
    EXPECT_GE(after.at("days_done").as_int64(), done) << "a checkpoint was lost";
  }
  control("DELETE", "/control/faults");
  ASSERT_TRUE(wait_until([this] { return newest_sync().at("state").as_string() == "succeeded"; }, kPatience))
      << boost::json::serialize(newest_sync());

  const auto sync = newest_sync();
  const auto first = std::string(sync.at("first_day").as_string());
  // Today is still growing in the market.
  const auto last = format_day(*parse_day(std::string_view(sync.at("last_day").as_string())) - std::chrono::days(1));
  const auto truth =
      control("GET", fmt::format("/control/truth?account={}&first={}&last={}", account_, first, last)).json();
  const auto overview = send({.path = fmt::format("/api/v1/overview?start={}&end={}", first, last)}).json();
  EXPECT_EQ(overview.at("platforms").at(0).at("spend").as_string(), truth.at("total").at("spend").as_string());
  EXPECT_EQ(overview.at("platforms").at(0).at("impressions").as_int64(),
            truth.at("total").at("impressions").as_int64());
  EXPECT_EQ(overview.at("platforms").at(0).at("clicks").as_int64(), truth.at("total").at("clicks").as_int64());
  const auto& days = truth.at("days").as_array();
  const auto& trend = overview.at("trend").as_array();
  ASSERT_EQ(days.size(), trend.size());
  for (std::size_t i = 0; i < days.size(); ++i) {
    EXPECT_EQ(trend[i].at("spend").as_string(), days[i].at("spend").as_string()) << days[i].at("day").as_string();
    EXPECT_EQ(trend[i].at("impressions").as_int64(), days[i].at("impressions").as_int64());
  }
  // The rollups are the sums of the facts.
  postgres_.execute_as_admin(
      "DO $$ BEGIN IF (SELECT (sum(spend), sum(impressions)) FROM ad_facts) IS DISTINCT FROM "
      "(SELECT (sum(spend), sum(impressions)) FROM platform_days) THEN RAISE EXCEPTION 'rollup'; END IF; END $$");
}

TEST_F(KillTest, AnImportBesideTheServerIsSeenAtOnce) {
  start_server();
  const auto spend = [this] {
    const auto overview = send({.path = "/api/v1/overview?start=2026-01-01&end=2026-01-31"}).json();
    return std::string(overview.at("totals").at("spend").as_string());
  };
  EXPECT_EQ(spend(), "0.00");  // from now on cached
  const auto file = folder_.path() / "figures.csv";
  std::ofstream(file) << "date,campaign,impressions,clicks,spend\n2026-01-05,A,1000,10,12.5\n";
  const auto organization = std::string(send({.path = "/api/v1/organization"}).json().at("id").as_string());
  const auto imported = run_program("omnify",
                                    {"import", file.string(), "--org", organization, "--map",
                                     "date=date,campaign=campaign,impressions=impressions,clicks=clicks,spend=spend",
                                     "--set", "currency=USD,platform=display"},
                                    environment());
  ASSERT_EQ(imported.status, 0) << imported.out;
  EXPECT_TRUE(wait_until([&] { return spend() == "12.50"; }, std::chrono::seconds(10)));
}

TEST_F(KillTest, TheServerFetchesTheReferenceRatesAndConvertsWithThem) {
  auto sunday = std::chrono::floor<std::chrono::days>(now()) - std::chrono::days(20);
  while (std::chrono::weekday(sunday) != std::chrono::Sunday) sunday -= std::chrono::days(1);
  const auto on = format_day(sunday);
  postgres_.execute_as_admin(
      fmt::format("INSERT INTO platform_days (organization_id, day, platform, currency, impressions, clicks, spend) "
                  "SELECT organization_id, '{}', 'display', 'EUR', 10, 1, 1000000 FROM organizations",
                  on));
  start_server();
  boost::json::value overview;
  const auto converted = [&] {
    overview = send({.path = fmt::format("/api/v1/overview?start={0}&end={0}", on)}).json();
    return !overview.at("converted").as_array().empty();
  };
  // An answer from before the rates came is not kept.
  ASSERT_TRUE(wait_until(converted, kPatience)) << server_->output();
  EXPECT_EQ(overview.at("converted").at(0).at("spend").as_string(), "1.00");
  EXPECT_LT(std::string(overview.at("converted").at(0).at("oldest_rate").as_string()), on);
  EXPECT_EQ(overview.at("totals").at("spend"), overview.at("converted").at(0).at("converted_spend"));
  EXPECT_NE(overview.at("totals").at("spend").as_string(), "1.00");
  EXPECT_TRUE(overview.at("excluded").as_array().empty());
}

TEST_F(KillTest, TheFirstSignalEndsTheServerInOrder) {
  start_server();
  EXPECT_EQ(api::send(port_, {.path = "/api/health/ready"}).status, 200);
  server_->signal(SIGTERM);
  const auto ended = server_->wait(std::chrono::seconds(20));
  EXPECT_EQ(ended.status, 0) << ended.out;
  EXPECT_NE(ended.out.find("server.stopped"), std::string::npos);
}

}  // namespace
}  // namespace omnify::app
