#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "control/control.h"
#include "sandbox/fixture.h"
#include "tiktok/api.h"
#include "tiktok/metrics.h"

namespace omnify::sandbox::tiktok {
namespace {

using boost::json::value;
using std::chrono::days;

constexpr Limits kNoLimits{1'000'000, 1'000'000};

struct Totals {
  double spend = 0;
  double impressions = 0;
  double clicks = 0;
  double engagements = 0;
  double purchases = 0;
  double revenue = 0;
};

class Tiktok : public FacadeFixture {
 protected:
  explicit Tiktok(market::Size size = market::Size::small) : FacadeFixture(market::Platform::tiktok, size) {}

  wire::Reply send(const std::string& path, wire::Fields query, const std::string& with = "") {
    wire::Request request;
    request.method = "GET";
    request.path = "/open_api/v1.3/" + path + "/";
    request.query = std::move(query);
    request.headers = {{"access-token", with.empty() ? access.default_token() : with}};
    return api.handle(request);
  }
  wire::Reply post(const std::string& path, std::string body) {
    wire::Request request;
    request.method = "POST";
    request.path = "/open_api/v1.3/" + path + "/";
    request.headers = {{"content-type", "application/json"}};
    request.body = std::move(body);
    return api.handle(request);
  }
  static std::int64_t code_of(const wire::Reply& reply) {
    EXPECT_EQ(reply.status, 200) << "every outcome has status 200";
    const auto document = boost::json::parse(reply.body);
    EXPECT_FALSE(document.at("request_id").as_string().empty());
    EXPECT_EQ(document.as_object().size(), 4U) << reply.body;
    return document.at("code").as_int64();
  }
  std::int64_t code(const std::string& path, wire::Fields query, const std::string& with = "") {
    return code_of(send(path, std::move(query), with));
  }
  value get(const std::string& path, wire::Fields query) {
    const auto reply = send(path, std::move(query));
    auto document = boost::json::parse(reply.body);
    EXPECT_EQ(document.at("code"), 0) << reply.body;
    return document.at("data");
  }
  std::vector<value> all(const std::string& path, wire::Fields query) {
    std::vector<value> rows;
    query.emplace_back("page", "");
    for (std::int64_t number = 1;; ++number) {
      query.back().second = std::to_string(number);
      const auto data = get(path, query);
      for (const auto& row : data.at("list").as_array()) rows.push_back(row);
      if (number >= data.at("page_info").at("total_page").as_int64()) return rows;
    }
  }
  [[nodiscard]] wire::Fields question(std::string level, std::string dimensions, int oldest, int newest,
                                      std::size_t index = 0) const {
    return {
        {"advertiser_id", id(index)},
        {"report_type", "BASIC"},
        {"data_level", std::move(level)},
        {"dimensions", std::move(dimensions)},
        {"start_date", format_day(today - days{oldest})},
        {"end_date", format_day(today - days{newest})},
        {"page_size", "1000"},
        {"metrics", R"(["spend","impressions","clicks","engagements","complete_payment","total_complete_payment_rate",)"
                    R"("total_purchase","total_purchase_value","onsite_shopping","total_onsite_shopping_value"])"}};
  }
  static double number(const value& row, std::string_view name) {
    return std::stod(std::string(row.at("metrics").at(name).as_string()));
  }
  static Totals total(const std::vector<value>& rows) {
    Totals sum;
    for (const auto& row : rows) {
      sum.spend += number(row, "spend");
      sum.impressions += number(row, "impressions");
      sum.clicks += number(row, "clicks");
      sum.engagements += number(row, "engagements");
      for (const auto* name : {"complete_payment", "total_purchase", "onsite_shopping"}) {
        sum.purchases += number(row, name);
      }
      for (const auto* name : {"total_complete_payment_rate", "total_purchase_value", "total_onsite_shopping_value"}) {
        sum.revenue += number(row, name);
      }
    }
    return sum;
  }
  Access access{3};
  Api api{world, clock, faults, access, kNoLimits};
};

/// One account with a thousand campaigns, of which many have ended.
class TiktokAgency : public Tiktok {
 protected:
  TiktokAgency() : Tiktok(market::Size::agency) {}
};

// Days whose numbers are final: younger ones may change between two questions.
TEST_F(Tiktok, ReportsAddUpToTheMarketOnEveryLevel) {
  const auto known = truth(58, 30);
  const std::pair<const char*, const char*> levels[] = {{"AUCTION_ADVERTISER", "advertiser_id"},
                                                        {"AUCTION_CAMPAIGN", "campaign_id"},
                                                        {"AUCTION_ADGROUP", "adgroup_id"},
                                                        {"AUCTION_AD", "ad_id"}};
  for (const auto& [level, dimension] : levels) {
    for (const auto& dimensions :
         {fmt::format(R"(["{}","stat_time_day"])", dimension), fmt::format(R"(["{}"])", dimension)}) {
      const auto sum = total(all("report/integrated/get", question(level, dimensions, 58, 30)));
      EXPECT_NEAR(sum.spend, static_cast<double>(known.spend) / 100, 0.005) << level;
      EXPECT_EQ(sum.impressions, static_cast<double>(known.impressions)) << level;
      EXPECT_EQ(sum.clicks, static_cast<double>(known.link_clicks)) << level;
      EXPECT_EQ(sum.engagements, static_cast<double>(known.clicks)) << level;
      EXPECT_EQ(sum.purchases, static_cast<double>(known.purchases.attributed().count)) << level;
      EXPECT_NEAR(sum.revenue, static_cast<double>(known.purchases.attributed().value) / 100, 0.005) << level;
    }
  }
}

TEST_F(Tiktok, PagesHoldEveryRowOnce) {
  for (const auto* const size : {"7", "100", "1000"}) {
    auto query = question("AUCTION_AD", R"(["ad_id","stat_time_day"])", 12, 3);
    query[6].second = size;
    std::set<std::pair<std::string, std::string>> keys;
    const auto rows = all("report/integrated/get", query);
    for (const auto& row : rows) {
      const auto& dimensions = row.at("dimensions");
      EXPECT_TRUE(keys.emplace(dimensions.at("ad_id").as_string(), dimensions.at("stat_time_day").as_string()).second);
      EXPECT_THAT(std::string(dimensions.at("stat_time_day").as_string()), testing::EndsWith(" 00:00:00"));
    }
    EXPECT_GT(rows.size(), 20U);
  }
  auto query = question("AUCTION_AD", R"(["ad_id","stat_time_day"])", 12, 3);
  query.emplace_back("page", "5000");
  EXPECT_TRUE(get("report/integrated/get", query).at("list").as_array().empty());
}

TEST_F(Tiktok, EveryMetricIsAStringAndUndefinedIsADash) {
  auto query = question("AUCTION_CAMPAIGN", R"(["campaign_id"])", 3, 3);
  query[7].second = R"(["campaign_name","objective_type","spend","cpc","frequency","live_views"])";
  for (const auto& row : all("report/integrated/get", query)) {
    for (const auto& [name, metric] : row.at("metrics").as_object()) EXPECT_TRUE(metric.is_string()) << name;
    EXPECT_EQ(row.at("metrics").at("live_views"), "-");
  }
  clock.advance(days{-2000});
  for (const auto& row : all("report/integrated/get", query)) EXPECT_EQ(row.at("metrics").at("cpc"), "-");
}

TEST_F(Tiktok, YenHasNoMinorUnit) {
  const auto rows = all("report/integrated/get", question("AUCTION_ADVERTISER", R"(["advertiser_id"])", 9, 3, 2));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_THAT(std::string(rows[0].at("metrics").at("spend").as_string()), testing::Not(testing::HasSubstr(".")));
}

TEST_F(Tiktok, ListsAreDescendingAndTyped) {
  const auto campaigns = all("campaign/get", {{"advertiser_id", id()}, {"page_size", "3"}});
  EXPECT_EQ(campaigns.size(), account().campaigns.size());
  std::string previous = "9";
  for (const auto& campaign : campaigns) {
    const auto number = std::string(campaign.at("campaign_id").as_string());
    EXPECT_LT(number, previous);
    previous = number;
    EXPECT_TRUE(campaign.at("budget").is_double());
    EXPECT_TRUE(campaign.at("virtual_objective_type").is_null());
    const bool shares = campaign.at("budget_optimize_on").is_bool();
    EXPECT_EQ(campaign.at("budget_mode"), shares ? "BUDGET_MODE_DAY" : "BUDGET_MODE_INFINITE");
  }
  const auto filtering = fmt::format(R"({{"campaign_ids":["{}"]}})", previous);
  const auto groups = all("adgroup/get", {{"advertiser_id", id()}, {"filtering", filtering}});
  EXPECT_EQ(groups.size(), account().campaigns[0].ad_set_count);
  const auto ads = all("ad/get", {{"advertiser_id", id()},
                                  {"fields", R"(["ad_id","ad_text","video_id","image_ids"])"},
                                  {"exclude_field_types_in_response", R"(["NULL_FIELD"])"},
                                  {"page_size", "1000"}});
  EXPECT_EQ(ads.size(), account().ads.size());
  for (const auto& ad : ads) EXPECT_FALSE(ad.as_object().contains("video_id") && ad.at("video_id").is_null());
}

TEST_F(TiktokAgency, DeletedObjectsAreLeftOutUnlessAskedFor) {
  const wire::Fields known{{"advertiser_id", id(1)}, {"page_size", "1000"}, {"fields", R"(["campaign_id"])"}};
  auto query = known;
  query.emplace_back("filtering", R"({"primary_status":"STATUS_ALL"})");
  const auto everything = all("campaign/get", query).size();
  EXPECT_EQ(everything, account(1).campaigns.size());
  const auto kept = all("campaign/get", known).size();
  EXPECT_LT(kept, everything);
  query.back().second = R"({"primary_status":"STATUS_DELETE"})";
  EXPECT_EQ(all("campaign/get", query).size(), everything - kept);

  auto report = question("AUCTION_CAMPAIGN", R"(["campaign_id"])", 90, 60, 1);
  const auto without = total(all("report/integrated/get", report)).spend;
  report.emplace_back("filtering",
                      R"([{"field_name":"campaign_status","filter_type":"IN","filter_value":"[\"STATUS_ALL\"]"}])");
  const auto with = total(all("report/integrated/get", report)).spend;
  EXPECT_LT(without, with);
  EXPECT_NEAR(with, static_cast<double>(truth(90, 60, 1).spend) / 100, 0.01);
}

TEST_F(TiktokAgency, StatusesSayWhoseTheyAre) {
  std::map<std::string, std::int64_t> seen;
  for (const auto& ad : all("ad/get", {{"advertiser_id", id(1)},
                                       {"page_size", "1000"},
                                       {"fields", R"(["secondary_status","operation_status"])"},
                                       {"filtering", R"({"primary_status":"STATUS_ALL"})"}})) {
    const auto status = std::string(ad.at("secondary_status").as_string());
    ++seen[status];
    EXPECT_EQ(ad.at("operation_status") == "DISABLE", status == "AD_STATUS_DISABLE");
  }
  for (const auto* status : {"AD_STATUS_DELIVERY_OK", "AD_STATUS_DISABLE", "AD_STATUS_CAMPAIGN_DISABLE",
                             "AD_STATUS_CAMPAIGN_DELETE", "AD_STATUS_DONE"}) {
    EXPECT_GT(seen[status], 0) << status;
  }
}

TEST_F(TiktokAgency, TooManyAdsShowInAHeaderOnly) {
  Api narrow(world, clock, faults, access, kNoLimits, 100);
  wire::Request request{"GET",
                        "/open_api/v1.3/report/integrated/get/",
                        question("AUCTION_AD", R"(["ad_id"])", 9, 3, 1),
                        {{"access-token", access.default_token()}},
                        "",
                        ""};
  const auto reply = narrow.handle(request);
  EXPECT_TRUE(wire::find(reply.headers, "X-Tt-Ads-Throttle"));
  const auto document = boost::json::parse(reply.body);
  EXPECT_EQ(document.at("code"), 0);
  EXPECT_EQ(document.at("data").at("page_info").at("total_number"), 100);
  EXPECT_FALSE(wire::find(api.handle(request).headers, "X-Tt-Ads-Throttle"));
}

TEST_F(Tiktok, RefusesWhatThePlatformRefuses) {
  const auto list = [&](std::string name, std::string text) {
    return code("campaign/get", {{"advertiser_id", id()}, {std::move(name), std::move(text)}});
  };
  EXPECT_EQ(list("fields", R"(["nope"])"), 40002);
  EXPECT_EQ(list("fields", "campaign_id"), 40002);
  EXPECT_EQ(list("filtering", R"({"primary_status":"ASLEEP"})"), 40002);
  EXPECT_EQ(list("filtering", R"({"nope":1})"), 40002);
  EXPECT_EQ(list("page_size", "1001"), 40002);
  EXPECT_EQ(list("page_size", "0"), 40002);
  EXPECT_EQ(list("nope", "1"), 40002);
  EXPECT_EQ(list("page", "1"), 0);
  EXPECT_EQ(code("campaign/get", {}), 40002);
  EXPECT_EQ(code("campaign/get", {{"advertiser_id", "7"}}), 40001);
  EXPECT_EQ(code("campaign/get", {{"advertiser_id", std::to_string(world.accounts()[0].id)}}), 40001)
      << "another platform's";
  const auto report = [&](std::size_t at, std::string text) {
    auto query = question("AUCTION_AD", R"(["ad_id","stat_time_day"])", 20, 3);
    query[at].second = std::move(text);
    return code("report/integrated/get", query);
  };
  EXPECT_EQ(report(1, "AUDIENCE"), 40002);
  EXPECT_EQ(report(2, "AUCTION_PLANET"), 40002);
  EXPECT_EQ(report(2, "AUCTION_CAMPAIGN"), 40002) << "its dimension is another one";
  EXPECT_EQ(report(3, R"(["ad_id","campaign_id"])"), 40002) << "parents are metrics";
  EXPECT_EQ(report(3, R"(["stat_time_day"])"), 40002);
  EXPECT_EQ(report(4, format_day(today - days{60})), 40002) << "more than 30 days";
  EXPECT_EQ(report(4, "2026-02-30"), 40002);
  EXPECT_EQ(report(7, R"(["spend","nope"])"), 40002);
  EXPECT_EQ(report(7, R"(["adgroup_id"])"), 0);
}

TEST_F(Tiktok, FiltersOfReportsAreTextWithinText) {
  const auto count = [&](std::string filtering) {
    auto query = question("AUCTION_AD", R"(["ad_id"])", 9, 3);
    query.emplace_back("filtering", std::move(filtering));
    const auto document = boost::json::parse(send("report/integrated/get", query).body);
    return document.at("code") == 0 ? std::ssize(document.at("data").at("list").as_array()) : -1;
  };
  const auto campaign = std::to_string(world.object_id(account(), market::Kind::campaign, 0));
  const auto few =
      count(fmt::format(R"([{{"field_name":"campaign_ids","filter_type":"IN","filter_value":"[\"{}\"]"}}])", campaign));
  EXPECT_GT(few, 0);
  EXPECT_LT(few, std::ssize(account().ads));
  EXPECT_EQ(
      count(fmt::format(R"([{{"field_name":"campaign_ids","filter_type":"IN","filter_value":["{}"]}}])", campaign)),
      -1);
  EXPECT_EQ(count(R"([{"field_name":"nope","filter_type":"IN","filter_value":"[]"}])"), -1);
}

TEST_F(Tiktok, PathsNeedTheirSlashAndVersion) {
  wire::Request request{"GET", "/open_api/v1.3/campaign/get", {}, {}, "", ""};
  EXPECT_EQ(api.handle(request).status, 404);
  EXPECT_EQ(api.handle(request).body, "404 page not found");
  request.path = "/open_api/v1.2/campaign/get/";
  EXPECT_EQ(code_of(api.handle(request)), 40051);
  request = {"POST", "/open_api/v1.3/campaign/get/", {}, {}, "", ""};
  EXPECT_EQ(code_of(api.handle(request)), 40117);
}

TEST_F(Tiktok, TokensComeFromTheConsentPageAndEndWhenRevoked) {
  wire::Request page{"GET", "/portal/auth", {}, {}, "", ""};
  page.query = {{"app_id", access.app_id()}, {"state", "s p"}, {"redirect_uri", "https://omnify.test/back"}};
  const auto reply = api.handle(page);
  EXPECT_EQ(reply.status, 302);
  const auto location = std::string(wire::find(reply.headers, "Location").value_or(""));
  EXPECT_THAT(location, testing::EndsWith("&state=s%20p"));
  const auto back = wire::parse_form(location.substr(location.find('?') + 1));
  const auto body = fmt::format(R"({{"app_id":"{}","secret":"{}","auth_code":"{}"}})", access.app_id(), access.secret(),
                                wire::find(back, "auth_code").value_or(""));
  const auto made = boost::json::parse(post("oauth2/access_token", body).body);
  ASSERT_EQ(made.at("code"), 0);
  EXPECT_EQ(made.at("data").at("advertiser_ids").as_array().size(), accounts.size());
  const auto token = std::string(made.at("data").at("access_token").as_string());
  EXPECT_EQ(code_of(post("oauth2/access_token", body)), 40110) << "single use";
  EXPECT_EQ(code("campaign/get", {{"advertiser_id", id()}}, token), 0);
  EXPECT_EQ(code("oauth2/advertiser/get", {{"app_id", access.app_id()}, {"secret", access.secret()}}, token), 0);
  EXPECT_EQ(code("oauth2/advertiser/get", {{"app_id", access.app_id()}, {"secret", "x"}}, token), 40101);
  EXPECT_EQ(code_of(post("oauth2/revoke_token", fmt::format(R"({{"app_id":"{}","secret":"{}","access_token":"{}"}})",
                                                            access.app_id(), access.secret(), token))),
            0);
  EXPECT_EQ(code("campaign/get", {{"advertiser_id", id()}}, token), 40105);
}

TEST_F(Tiktok, TokensReachWhatWasGranted) {
  const auto scoped = access.issue({.accounts = {account(1).id}});
  const auto info = [&](std::size_t index, const std::string& token) {
    return code("advertiser/info", {{"advertiser_ids", fmt::format(R"(["{}"])", id(index))}}, token);
  };
  EXPECT_EQ(info(1, scoped), 0);
  EXPECT_EQ(info(0, scoped), 40001);
  EXPECT_EQ(info(0, access.issue({}, TokenState::expired)), 40102);
  EXPECT_EQ(info(0, access.issue({.scopes = {}})), 40001);
  EXPECT_EQ(info(0, "Bearer " + access.default_token()), 40105);
  wire::Request request{"GET", "/open_api/v1.3/advertiser/info/", {{"advertiser_ids", "[]"}}, {}, "", ""};
  EXPECT_EQ(code_of(api.handle(request)), 40104);
  const auto row = get("advertiser/info", {{"advertiser_ids", fmt::format(R"(["{}","{}"])", id(0), id(2))}}).at("list");
  ASSERT_EQ(row.as_array().size(), 2U);
  EXPECT_EQ(row.at(1).at("currency"), "JPY");
  EXPECT_EQ(row.at(1).at("timezone"), "Asia/Tokyo");
}

TEST_F(Tiktok, LimitsAreOfASecondAndOfAMinute) {
  const auto start = now();
  Quota quota(Limits{10, 25});
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(quota.take(start));
  EXPECT_FALSE(quota.take(start)) << "the next second is free again";
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(quota.take(start + std::chrono::seconds(2)));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(quota.take(start + std::chrono::seconds(4)));
  EXPECT_FALSE(quota.take(start + std::chrono::seconds(6)));
  EXPECT_FALSE(quota.take(start + std::chrono::minutes(4))) << "suspended";
  EXPECT_TRUE(quota.take(start + std::chrono::minutes(6)));
}

TEST_F(Tiktok, FaultsHitAsManyRequestsAsOrdered) {
  const wire::Fields query{{"advertiser_id", id()}};
  faults.add({"tiktok", id(), faults::Kind::throttle, 2, {}});
  EXPECT_EQ(code("campaign/get", query), 40100);
  EXPECT_EQ(code("campaign/get", {{"advertiser_id", id(1)}}), 0) << "another account is not concerned";
  EXPECT_EQ(code("campaign/get", query), 40100);
  EXPECT_EQ(code("campaign/get", query), 0);
  faults.add({"tiktok", "", faults::Kind::server_error, 1, {}});
  EXPECT_EQ(code("campaign/get", query), 50000);
  faults.add({"tiktok", "", faults::Kind::server_error, 1, {}, 0, 502});
  EXPECT_EQ(send("campaign/get", query).status, 502);
  faults.add({"tiktok", "", faults::Kind::expired_token, 1, {}});
  EXPECT_EQ(code("campaign/get", query), 40105);
  faults.add({"tiktok", "", faults::Kind::truncated, 1, {}});
  EXPECT_EQ(send("campaign/get", query).ending, wire::Ending::truncated);
  faults.add({"tiktok", "", faults::Kind::reset, 1, {}});
  EXPECT_EQ(send("campaign/get", query).ending, wire::Ending::reset);
}

TEST_F(Tiktok, ControlNamesTheAccessAndMakesTokens) {
  meta::Access meta_access(3);
  control::Control control(world, clock, faults, meta_access, "secret");
  EXPECT_TRUE(boost::json::parse(control.access_document()).at("tiktok").is_null());
  control.set_tiktok(access, "http://tiktok.test");
  const auto known = boost::json::parse(control.access_document()).at("tiktok");
  EXPECT_EQ(known.at("url"), "http://tiktok.test");
  EXPECT_EQ(known.at("access_token"), value(access.default_token()));
  ASSERT_EQ(known.at("accounts").as_array().size(), 3U);
  EXPECT_EQ(known.at("accounts").at(0).at("id"), value(id()));
  wire::Request request{"POST",
                        "/control/tokens",
                        {},
                        {{"authorization", "Bearer secret"}},
                        fmt::format(R"({{"platform":"tiktok","state":"revoked","accounts":["{}"]}})", id()),
                        ""};
  const auto token = std::string(boost::json::parse(control.handle(request).body).at("access_token").as_string());
  EXPECT_EQ(code("campaign/get", {{"advertiser_id", id()}}, token), 40105);
  request = {"GET", "/control/truth", {{"account", id()}, {"day", format_day(today - days{5})}}, request.headers, "",
             ""};
  EXPECT_EQ(control.handle(request).status, 200);
}

}  // namespace
}  // namespace omnify::sandbox::tiktok
