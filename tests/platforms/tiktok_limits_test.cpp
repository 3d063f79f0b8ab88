// What the sandbox cannot be asked for: a platform that puts only a few ads into a report; and the counting of calls.
#include "platforms/tiktok/limits.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "platforms/fixture.h"
#include "platforms/tiktok/connector.h"

namespace omnify::platforms::tiktok {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::seconds;
constexpr Day kFirst = std::chrono::year(2026) / 3 / 1;

TEST(TiktokAppLimits, AllowTenCallsASecond) {
  AppLimits limits;
  const AppLimits::Clock::time_point start{seconds(1000)};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limits.take(start).count(), 0);
  const auto wait = limits.take(start);
  EXPECT_GE(wait, seconds(1));
  EXPECT_LT(wait, milliseconds(1200));
  EXPECT_EQ(limits.take(start + wait).count(), 0);
}

TEST(TiktokAppLimits, AllowSixHundredCallsAMinute) {
  AppLimits limits;
  const AppLimits::Clock::time_point start{seconds(1000)};
  int calls = 0;
  for (auto at = start; at < start + seconds(180); ++calls) {
    for (auto wait = limits.take(at); wait.count() > 0; wait = limits.take(at)) at += wait;
  }
  EXPECT_LE(calls, 1801);
  EXPECT_GT(calls, 1600);
}

TEST(TiktokAppLimits, StopWhileTheAppIsSuspended) {
  AppLimits limits;
  const AppLimits::Clock::time_point start{seconds(1000)};
  limits.suspend(start + seconds(300));
  EXPECT_EQ(limits.take(start), seconds(300));
  EXPECT_EQ(limits.take(start + seconds(300)).count(), 0);
}

TEST(TiktokAppLimits, AreSharedByThoseOfOneApp) {
  EXPECT_EQ(&limits_of("http://a", "1"), &limits_of("http://a", "1"));
  EXPECT_NE(&limits_of("http://a", "1"), &limits_of("http://a", "2"));
  EXPECT_NE(&limits_of("http://a", "1"), &limits_of("http://b", "1"));
}

/// Three campaigns with two ad groups each and five ads in each of those, every ad every day.
class NarrowPlatform {
 public:
  std::int64_t most_ads = 1000;   ///< in one report
  std::set<std::string> crowded;  ///< ad groups that are too large alone
  int reports = 0;
  std::int64_t code = 0;  ///< of every answer, when not 0
  int calls = 0;

  http::Router router() {
    http::Router out;
    for (const auto* path : {"/open_api/v1.3/{kind}/get/", "/open_api/v1.3/report/integrated/get/"}) {
      out.add(
          plain_route(http::Method::get, path, [this](http::Request request) { return answer(std::move(request)); }));
    }
    return out;
  }

 private:
  static std::string campaign_of(int ad) { return std::to_string(ad / 10); }
  static std::string ad_group_of(int ad) { return fmt::format("{}0{}", ad / 10, ad % 10 / 5); }

  static http::Response page(const std::vector<std::string>& rows) {
    return http::Response::json(fmt::format(
        R"({{"code":0,"message":"OK","data":{{"list":[{}],"page_info":{{"total_page":1}}}}}})", fmt::join(rows, ",")));
  }

  Task<http::Response> answer(http::Request request) {
    ++calls;
    EXPECT_EQ(request.header("Access-Token"), "secret");
    if (code != 0) {
      co_return http::Response::json(fmt::format(R"({{"code":{},"message":"not with secret"}})", code));
    }
    const auto kind = std::string(request.path_parameters.value("kind"));
    co_return kind.empty() ? report(request) : list(request, kind);
  }

  static http::Response list(const http::Request& request, std::string_view kind) {
    const auto filtering = boost::json::parse(request.query.value("filtering"));
    EXPECT_EQ(filtering.at("primary_status"), "STATUS_ALL");
    const auto text = boost::json::serialize(filtering);
    std::set<std::string> rows;
    for (int ad = 10; ad < 40; ++ad) {
      if (kind == "campaign") {
        rows.insert(fmt::format(R"({{"campaign_id":"{}"}})", campaign_of(ad)));
      } else if (text.find(fmt::format(R"(["{}"])", campaign_of(ad))) != std::string::npos) {
        rows.insert(fmt::format(R"({{"adgroup_id":"{}"}})", ad_group_of(ad)));
      }
    }
    return page({rows.begin(), rows.end()});
  }

  http::Response report(const http::Request& request) {
    ++reports;
    std::set<int> ads;
    bool is_crowded = false;
    for (int ad = 10; ad < 40; ++ad) {
      if (!admits(request, ad)) continue;
      ads.insert(ad);
      is_crowded |= crowded.contains(ad_group_of(ad));
    }
    std::vector<std::string> rows;
    for (const auto ad : ads) {
      rows.push_back(
          fmt::format(R"({{"dimensions":{{"ad_id":"{}","stat_time_day":"{} 00:00:00"}},"metrics":{{"campaign_id":"{}",)"
                      R"("adgroup_id":"{}","objective_type":"TRAFFIC","spend":"1","impressions":"2","clicks":"1"}}}})",
                      ad, request.query.value("start_date"), campaign_of(ad), ad_group_of(ad)));
    }
    auto response = page(rows);
    if (std::ssize(ads) > most_ads || is_crowded) response.headers.add("X-Tt-Ads-Throttle", "too many");
    return response;
  }

  static bool admits(const http::Request& request, int ad) {
    const auto filters = boost::json::parse(request.query.value("filtering"));
    for (const auto& filter : filters.as_array()) {
      const auto& field = filter.at("field_name");
      if (field == "ad_status") continue;
      const auto own = field == "campaign_ids" ? campaign_of(ad) : ad_group_of(ad);
      const auto text = std::string(filter.at("filter_value").as_string());
      if (text.find(fmt::format(R"("{}")", own)) == std::string::npos) return false;
    }
    return true;
  }
};

class TiktokLimitsTest : public FakePlatformFixture<NarrowPlatform> {
 protected:
  std::unique_ptr<TiktokConnector> connector() {
    // An app that one test stops is none of the others'.
    const std::string app = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    return std::make_unique<TiktokConnector>(client_, BusinessAccess{url(), "v1.3", "secret", app}, "5");
  }
  std::vector<FactRow> fetch(Day last = kFirst) { return facts(*connector(), kFirst, last); }
  Error error_of_fetch() {
    const auto source = connector();
    return error_of(source->fetch_facts(kFirst, kFirst, sink()));
  }
  void expect_all() {
    const auto found = times(fetch());
    EXPECT_EQ(found.size(), 30U);
    for (const auto& [key, number] : found) EXPECT_EQ(number, 1) << key.second;
  }
};

TEST_F(TiktokLimitsTest, AsksForCampaignsWhenTheAccountHasTooManyAds) {
  platform_.most_ads = 20;
  expect_all();
  EXPECT_EQ(platform_.reports, 4) << "the account, its campaigns, two of them, one";
}

TEST_F(TiktokLimitsTest, AsksForAdGroupsWhenACampaignHasTooManyAds) {
  platform_.most_ads = 5;
  expect_all();
}

TEST_F(TiktokLimitsTest, AnAdGroupIsTheSmallestPart) {
  platform_.crowded = {"201"};
  const auto error = error_of_fetch();
  EXPECT_EQ(error.code(), Code::upstream_permanent);
  EXPECT_NE(error.detail().find("201"), std::string::npos) << error.detail();
}

TEST_F(TiktokLimitsTest, NoReportIsLongerThanThirtyDays) {
  (void)fetch(kFirst + days(69));
  EXPECT_EQ(platform_.reports, 3);
}

TEST_F(TiktokLimitsTest, AStoppedAppIsLeftAlone) {
  platform_.code = 40100;
  EXPECT_EQ(error_of_fetch().code(), Code::upstream_slow_down);
  EXPECT_EQ(platform_.calls, 2) << "once more in the next second";
  const auto error = error_of_fetch();
  EXPECT_EQ(error.code(), Code::upstream_slow_down);
  EXPECT_GT(error.retry_after().value_or(seconds(0)), seconds(250));
  EXPECT_EQ(platform_.calls, 2);
}

TEST_F(TiktokLimitsTest, NoTextHoldsTheToken) {
  platform_.code = 40002;
  const auto error = error_of_fetch();
  EXPECT_EQ(error.code(), Code::upstream_permanent);
  EXPECT_EQ(error.detail(), "TikTok refused the request: not with …");
}

}  // namespace
}  // namespace omnify::platforms::tiktok
