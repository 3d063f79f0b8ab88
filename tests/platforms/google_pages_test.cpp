// What the sandbox cannot be asked for: stale page tokens, purchases without delivery, accounts that measure none.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <map>

#include "base/error.h"
#include "http/server.h"
#include "platforms/google/connector.h"
#include "support/postgres.h"

namespace omnify::platforms::google {
namespace {

constexpr Day kDay = std::chrono::year(2026) / 11 / 1;
constexpr std::string_view kFirstPage =
    R"({"results":[{"campaign":{"id":"1"},"adGroup":{"id":"2"},"adGroupAd":{"ad":{"id":"3"}},
    "segments":{"date":"2026-11-01"},"metrics":{"clicks":"5"}}],"nextPageToken":"next"})";
constexpr std::string_view kSecondPage =
    R"({"results":[{"campaign":{"id":"1"},"adGroup":{"id":"2"},"adGroupAd":{"ad":{"id":"4"}},
    "segments":{"date":"2026-11-01"},"metrics":{"clicks":"6"}}]})";
/// Of ad 4, and of ad 9, which did not deliver on that day.
constexpr std::string_view kPurchases =
    R"({"results":[{"campaign":{"id":"1"},"adGroup":{"id":"2"},"adGroupAd":{"ad":{"id":"4"}},
    "segments":{"date":"2026-11-01"},"metrics":{"conversions":1.5,"conversionsValue":30}},
    {"campaign":{"id":"1"},"adGroup":{"id":"2"},"adGroupAd":{"ad":{"id":"9"}},
    "segments":{"date":"2026-11-01"},"metrics":{"conversions":0.25}}]})";

class FakeAds {
 public:
  int stale = 0;       ///< how often the second page is no longer known
  bool listed = true;  ///< the account's own conversion actions; else a manager counts for it
  bool bought = true;
  int tokens = 0;
  int lifetime = 3599;
  std::vector<std::string> queries;

  http::Router router() {
    http::Router out;
    add(out, "/token");
    add(out, "/v25/customers/{customer}/googleAds:search");
    return out;
  }

 private:
  void add(http::Router& out, std::string path) {
    out.add(http::Route{.method = http::Method::post,
                        .path = path,
                        .operation = {.id = path, .summary = "", .tag = "", .permission = ""},
                        .handler = [this](http::Request request) { return answer(std::move(request)); }});
  }

  Task<http::Response> answer(http::Request request) { co_return respond(request); }

  http::Response respond(const http::Request& request) {
    if (request.path == "/token") {
      ++tokens;
      return http::Response::json(fmt::format(R"({{"access_token":"ya29.{}","expires_in":{}}})", tokens, lifetime));
    }
    EXPECT_EQ(request.header("Authorization"), fmt::format("Bearer ya29.{}", tokens));
    EXPECT_FALSE(request.headers.contains("developer-token")) << "an empty one would be refused";
    EXPECT_EQ(request.header("login-customer-id"), "1112223333");
    const auto body = boost::json::parse(request.body);
    queries.emplace_back(body.at("query").as_string());
    const std::string_view query = queries.back();
    if (query.find("FROM conversion_action") != query.npos) {
      return http::Response::json(
          listed ? R"({"results":[{"conversionAction":{"id":"1","includeInConversionsMetric":true}}]})" : "{}");
    }
    if (query.find("FROM asset_group") != query.npos) return http::Response::json(R"({"fieldMask":"campaign.id"})");
    if (query.find("PURCHASE") != query.npos) return http::Response::json(bought ? std::string(kPurchases) : "{}");
    if (!body.as_object().contains("pageToken")) return http::Response::json(std::string(kFirstPage));
    if (stale-- > 0) {
      return http::Response::json(
          R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":"m","details":[{"errors":[{"errorCode":
          {"requestError":"EXPIRED_PAGE_TOKEN"},"message":"Page token has expired."}]}]}})",
          400);
    }
    return http::Response::json(std::string(kSecondPage));
  }
};

class GooglePagesTest : public ::testing::Test {
 public:
  GooglePagesTest() : server_(io_.get_executor(), ads_.router(), quiet()) {
    server_.listen();
    const auto url = fmt::format("http://127.0.0.1:{}", server_.port());
    connector_ = std::make_unique<GoogleConnector>(
        client_, AdsAccess{url, url + "/token", "v25", "id", "secret", "1//0", "", "1112223333"}, "1234567890");
  }
  ~GooglePagesTest() override { support::run(io_, server_.stop(std::chrono::seconds(1))); }

 protected:
  static http::ServerOptions quiet() {
    http::ServerOptions options;
    options.access_log = false;
    return options;
  }
  static http::ClientOptions local() {
    http::ClientOptions options;
    options.egress.allow_loopback = true;
    return options;
  }
  Task<> take(std::vector<FactRow> rows) {
    for (auto& row : rows) {
      ++times_[row.ad_external_id];
      received_[row.ad_external_id] = std::move(row);
    }
    co_return;
  }
  void fetch() {
    support::run(
        io_, connector_->fetch_facts(kDay, kDay, [this](std::vector<FactRow> rows) { return take(std::move(rows)); }),
        std::chrono::seconds(30));
  }

  boost::asio::io_context io_;
  FakeAds ads_;
  http::Server server_;
  http::Client client_{io_.get_executor(), local()};
  std::unique_ptr<GoogleConnector> connector_;
  std::map<std::string, FactRow> received_;
  std::map<std::string, int> times_;
};

TEST_F(GooglePagesTest, JoinsPurchasesWithDelivery) {
  fetch();
  ASSERT_EQ(received_.size(), 3U);
  EXPECT_EQ(received_["2~3"].conversions, 0);
  EXPECT_EQ(received_["2~4"].clicks, 6);
  EXPECT_EQ(received_["2~4"].conversions, 1'500'000);
  EXPECT_EQ(received_["2~4"].revenue, 30'000'000);
  EXPECT_EQ(received_["2~9"].clicks, 0);
  EXPECT_EQ(received_["2~9"].conversions, 250'000);
  EXPECT_EQ(received_["2~9"].revenue, 0);
  EXPECT_EQ(ads_.tokens, 1);
}

TEST_F(GooglePagesTest, AStalePageTokenBeginsTheReportAnew) {
  ads_.stale = 2;
  fetch();
  EXPECT_EQ(received_["2~4"].conversions, 1'500'000);
  EXPECT_EQ(times_["2~3"], 3);
  EXPECT_EQ(times_["2~4"], 1);
  EXPECT_EQ(times_["2~9"], 1);
  ads_.stale = 100;
  try {
    fetch();
    ADD_FAILURE() << "it never gets to its end";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::upstream_retry);
  }
}

TEST_F(GooglePagesTest, WhatNobodyMeasuresIsNotZero) {
  ads_.listed = ads_.bought = false;
  fetch();
  EXPECT_EQ(received_.size(), 2U);
  EXPECT_FALSE(received_["2~3"].conversions);
  EXPECT_FALSE(received_["2~3"].revenue);
}

TEST_F(GooglePagesTest, WithoutPurchasesTheConversionActionsTell) {
  ads_.bought = false;
  fetch();
  EXPECT_EQ(received_["2~3"].conversions, 0);
  EXPECT_EQ(received_["2~4"].revenue, 0);
}

// A manager may count conversions for its accounts; its conversion actions are not among theirs.
TEST_F(GooglePagesTest, PurchasesThatAManagerCountsAreRead) {
  ads_.listed = false;
  fetch();
  EXPECT_EQ(received_["2~4"].conversions, 1'500'000);
  EXPECT_EQ(received_["2~3"].conversions, 0);
  for (const auto& query : ads_.queries) EXPECT_EQ(query.find("FROM conversion_action"), query.npos);
}

TEST_F(GooglePagesTest, RenewsTokensBeforeTheyEnd) {
  ads_.lifetime = 299;
  fetch();
  EXPECT_EQ(ads_.tokens, static_cast<int>(ads_.queries.size())) << "five minutes are too close to the end";
}

}  // namespace
}  // namespace omnify::platforms::google
