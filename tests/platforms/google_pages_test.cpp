// What the sandbox cannot be asked for: stale page tokens, purchases without delivery, accounts that measure none.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <map>

#include "platforms/fixture.h"
#include "platforms/google/connector.h"

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

constexpr std::string_view kQuota =
    R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"m","details":[{"errors":[{"errorCode":
    {"quotaError":"RESOURCE_EXHAUSTED"},"message":"m","details":{"quotaErrorDetails":{"rateScope":"DEVELOPER",
    "retryDelay":"40591s"}}}]}]}})";

class FakeAds {
 public:
  int stale = 0;       ///< how often the second page is no longer known
  bool listed = true;  ///< the account's own conversion actions; else a manager counts for it
  bool bought = true;
  bool exhausted = false;  ///< the day's quota of the project
  int tokens = 0;
  int lifetime = 3599;
  std::vector<std::string> queries;

  http::Router router() {
    http::Router out;
    for (const auto* path : {"/token", "/v25/customers/{customer}/googleAds:search"}) {
      out.add(
          plain_route(http::Method::post, path, [this](http::Request request) { return answer(std::move(request)); }));
    }
    return out;
  }

 private:
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
    if (exhausted) return http::Response::json(std::string(kQuota), 429);
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

class GooglePagesTest : public FakePlatformFixture<FakeAds> {
 protected:
  [[nodiscard]] std::unique_ptr<GoogleConnector> connector(std::string project = "") {
    // A project that one test stops is none of the others'.
    if (project.empty()) project = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    return std::make_unique<GoogleConnector>(
        client_, AdsAccess{url(), url() + "/token", "v25", std::move(project), "secret", "1//0", "", "1112223333"},
        "1234567890");
  }
  /// The rows of the day by their ads.
  std::map<std::string, FactRow> fetch() {
    std::map<std::string, FactRow> rows;
    rows_ = facts(*connector(), kDay, kDay);
    for (const auto& row : rows_) rows[row.ad_external_id] = row;
    return rows;
  }

  FakeAds& ads_ = platform_;
  std::vector<FactRow> rows_;  ///< as they came
};

TEST_F(GooglePagesTest, JoinsPurchasesWithDelivery) {
  auto rows = fetch();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows["2~3"].conversions, 0);
  EXPECT_EQ(rows["2~4"].clicks, 6);
  EXPECT_EQ(rows["2~4"].conversions, 1'500'000);
  EXPECT_EQ(rows["2~4"].revenue, 30'000'000);
  EXPECT_EQ(rows["2~9"].clicks, 0);
  EXPECT_EQ(rows["2~9"].conversions, 250'000);
  EXPECT_EQ(rows["2~9"].revenue, 0);
  EXPECT_EQ(ads_.tokens, 1);
}

TEST_F(GooglePagesTest, AStalePageTokenBeginsTheReportAnew) {
  ads_.stale = 2;
  auto rows = fetch();
  EXPECT_EQ(rows["2~4"].conversions, 1'500'000);
  auto found = times(rows_);
  EXPECT_EQ((found[{kDay, "2~3"}]), 3);
  EXPECT_EQ((found[{kDay, "2~4"}]), 1);
  EXPECT_EQ((found[{kDay, "2~9"}]), 1);
  ads_.stale = 100;
  const auto source = connector();
  EXPECT_EQ(error_of(source->fetch_facts(kDay, kDay, sink())).code(), Code::upstream_retry)
      << "it never gets to its end";
}

TEST_F(GooglePagesTest, WhatNobodyMeasuresIsNotZero) {
  ads_.listed = ads_.bought = false;
  auto rows = fetch();
  EXPECT_EQ(rows.size(), 2U);
  EXPECT_FALSE(rows["2~3"].conversions);
  EXPECT_FALSE(rows["2~3"].revenue);
}

TEST_F(GooglePagesTest, WithoutPurchasesTheConversionActionsTell) {
  ads_.bought = false;
  auto rows = fetch();
  EXPECT_EQ(rows["2~3"].conversions, 0);
  EXPECT_EQ(rows["2~4"].revenue, 0);
}

// A manager may count conversions for its accounts; its conversion actions are not among theirs.
TEST_F(GooglePagesTest, PurchasesThatAManagerCountsAreRead) {
  ads_.listed = false;
  auto rows = fetch();
  EXPECT_EQ(rows["2~4"].conversions, 1'500'000);
  EXPECT_EQ(rows["2~3"].conversions, 0);
  for (const auto& query : ads_.queries) EXPECT_EQ(query.find("FROM conversion_action"), query.npos);
}

TEST_F(GooglePagesTest, RenewsTokensBeforeTheyEnd) {
  ads_.lifetime = 299;
  (void)fetch();
  EXPECT_EQ(ads_.tokens, static_cast<int>(ads_.queries.size())) << "five minutes are too close to the end";
}

TEST_F(GooglePagesTest, ASpentQuotaStopsTheWholeProject) {
  ads_.exhausted = true;
  const auto error = error_of(connector()->fetch_account());
  EXPECT_EQ(error.code(), Code::upstream_slow_down);
  EXPECT_EQ(error.retry_after(), std::chrono::seconds(40'591));
  EXPECT_EQ(ads_.queries.size(), 1U);

  const auto neighbour = error_of(connector()->fetch_account());
  EXPECT_EQ(neighbour.code(), Code::upstream_slow_down);
  EXPECT_GT(neighbour.retry_after().value_or(std::chrono::seconds(0)), std::chrono::seconds(40'000));
  EXPECT_NE(neighbour.detail().find("free again in 12 h"), std::string::npos) << neighbour.detail();
  EXPECT_EQ(ads_.queries.size(), 1U) << "it would only be refused as well";

  EXPECT_EQ(error_of(connector("another project")->fetch_account()).code(), Code::upstream_slow_down);
  EXPECT_EQ(ads_.queries.size(), 2U);
}

}  // namespace
}  // namespace omnify::platforms::google
