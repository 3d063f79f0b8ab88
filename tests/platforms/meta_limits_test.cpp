// What the sandbox cannot be asked for: a platform that refuses pages, ranges and reports above sizes of our choice.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <charconv>
#include <set>

#include "platforms/fixture.h"
#include "platforms/meta/connector.h"
#include "platforms/meta/reports.h"

namespace omnify::platforms::meta {
namespace {

using std::chrono::days;
constexpr Day kFirst = std::chrono::year(2026) / 3 / 1;
constexpr std::string_view kToken = "EAABsecret";

/// Three campaigns with two ad sets each and five ads in each of those, every ad every day.
class NarrowGraph {
 public:
  std::int64_t page_limit = 1000;  ///< rows of insights
  std::int64_t list_limit = 1000;  ///< objects in one page of a list
  std::int64_t direct_days = 1000;
  std::int64_t report_days = 1000;
  bool report_ends = true;
  std::set<Day> crowded;                ///< days on which the whole account is too large
  std::set<std::string> crowded_nodes;  ///< campaigns and ad sets that are too large on any day
  std::map<std::string, int> absences;  ///< by path: how often it is not to be seen
  std::map<std::string, int> calls;     ///< by path
  std::string usage;                    ///< X-App-Usage of every answer
  std::vector<std::int64_t> limits;
  int reports = 0;

  http::Router router() {
    http::Router out;
    for (const auto method : {http::Method::get, http::Method::post}) {
      for (const auto* path : {"/v26.0/{node}", "/v26.0/{node}/{edge}"}) {
        out.add(plain_route(method, path, [this](http::Request request) { return answer(std::move(request)); }));
      }
    }
    return out;
  }

 private:
  struct Order {
    std::string node;
    Day first;
    Day last;
    [[nodiscard]] std::int64_t count() const { return (last - first).count() + 1; }
  };

  static std::string campaign_of(int ad) { return std::to_string(ad / 10); }
  static std::string ad_set_of(int ad) { return fmt::format("{}0{}", ad / 10, ad % 10 / 5); }
  static bool holds(std::string_view node, int ad) {
    return node == "act_5" || node == campaign_of(ad) || node == ad_set_of(ad);
  }

  static http::Response failure(int status, std::int64_t code, std::int64_t subcode, std::string_view message) {
    return http::Response::json(
        fmt::format(R"({{"error":{{"message":"{}","code":{},"error_subcode":{}}}}})", message, code, subcode), status);
  }
  static http::Response too_many_rows() { return failure(400, 100, 1487534, "Too many rows"); }

  static std::int64_t number(const http::Request& request, std::string_view name, std::int64_t otherwise) {
    const auto text = request.query.value(name);
    std::int64_t value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  static Order order_of(std::string node, const http::Parameters& parameters) {
    const auto range = boost::json::parse(parameters.value("time_range"));
    return {std::move(node), parse_day(range.at("since").as_string()).value(),
            parse_day(range.at("until").as_string()).value()};
  }

  Task<http::Response> answer(http::Request request) {
    auto response = respond(request);
    if (!usage.empty()) response.headers.add("X-App-Usage", usage);
    co_return response;
  }

  http::Response respond(const http::Request& request) {
    EXPECT_EQ(request.header("Authorization"), "Bearer EAABsecret");
    for (const auto& [name, value] : request.query) EXPECT_EQ(value.find(kToken), std::string::npos) << name;
    const auto node = std::string(request.path_parameters.value("node"));
    const auto edge = std::string(request.path_parameters.value("edge"));
    const auto path = edge.empty() ? node : node + "/" + edge;
    ++calls[path];
    if (absences[path]-- > 0) return failure(400, 100, 33, "Unsupported get request.");
    if (edge == "insights") return insights(request, node);
    if (!edge.empty()) return list(request, node, edge);
    if (node == "77") return http::Response::json(report_state());
    return http::Response::json(
        R"({"id":"act_5","account_id":"5","name":"Narrow","currency":"USD","timezone_name":"Europe/Berlin"})");
  }

  http::Response list(const http::Request& request, std::string_view node, std::string_view edge) {
    const auto limit = number(request, "limit", 25);
    limits.push_back(limit);
    if (limit > list_limit) return too_many_rows();
    std::vector<std::string> rows;
    std::set<std::string> listed;
    for (int ad = 10; ad < 40; ++ad) {
      const auto id = edge == "campaigns" ? campaign_of(ad) : edge == "adsets" ? ad_set_of(ad) : std::to_string(ad);
      if (!holds(node, ad) || !listed.insert(id).second) continue;
      rows.push_back(
          fmt::format(R"({{"id":"{}","campaign_id":"{}","adset_id":"{}"}})", id, campaign_of(ad), ad_set_of(ad)));
    }
    return page(request, limit, rows);
  }

  http::Response insights(const http::Request& request, const std::string& node) {
    if (request.method == http::Method::post) {
      ordered_ = order_of(node, http::Parameters::parse(request.body));
      ++reports;
      return http::Response::json(R"({"report_run_id":"77"})");
    }
    if (node == "77") return rows(request, ordered_);
    const auto order = order_of(node, request.query);
    return too_large(order, direct_days) ? too_many_rows() : rows(request, order);
  }

  [[nodiscard]] bool too_large(const Order& order, std::int64_t most_days) const {
    if (order.node != "act_5") return crowded_nodes.contains(order.node);
    return order.count() > most_days || (order.count() == 1 && crowded.contains(order.first));
  }

  std::string report_state() const {
    if (!report_ends) return R"({"id":"77","async_status":"Job Running","async_percent_completion":100})";
    if (too_large(ordered_, report_days)) {
      return R"({"id":"77","async_status":"Job Failed","async_percent_completion":0,"error_code":-3,)"
             R"("error_subcode":1504045})";
    }
    return R"({"id":"77","async_status":"Job Completed","async_percent_completion":100})";
  }

  http::Response rows(const http::Request& request, const Order& order) {
    const auto limit = number(request, "limit", 25);
    limits.push_back(limit);
    if (limit > page_limit) {
      return failure(500, 1, 0, "Please reduce the amount of data you're asking for, then retry your request");
    }
    std::vector<std::string> rows;
    for (Day day = order.first; day <= order.last; day += days(1)) {
      for (int ad = 10; ad < 40; ++ad) {
        if (!holds(order.node, ad)) continue;
        rows.push_back(fmt::format(
            R"({{"campaign_id":"{}","adset_id":"{}","ad_id":"{}","impressions":"1","spend":"0.5","date_start":"{}"}})",
            campaign_of(ad), ad_set_of(ad), ad, format_day(day)));
      }
    }
    return page(request, limit, rows);
  }

  static http::Response page(const http::Request& request, std::int64_t limit, const std::vector<std::string>& rows) {
    const auto first = std::min(number(request, "after", 0), std::ssize(rows));
    const auto behind = std::min(first + limit, std::ssize(rows));
    auto text = fmt::format(R"({{"data":[{}],"paging":{{"cursors":{{"before":"{}","after":"{}"}})",
                            fmt::join(rows.begin() + first, rows.begin() + behind, ","), first, behind);
    if (behind < std::ssize(rows)) text += R"(,"next":"http://127.0.0.1:1/never")";
    return http::Response::json(text + "}}");
  }

  Order ordered_{"act_5", kFirst, kFirst};
};

class MetaLimitsTest : public FakePlatformFixture<NarrowGraph> {
 protected:
  MetaLimitsTest() : connector_(watched(std::make_unique<MetaConnector>(client_, access(), "5"))) {}

  [[nodiscard]] GraphAccess access() const { return {url(), "v26.0", std::string(kToken), std::string()}; }
  /// Every ad of each of the first `count` days, once.
  void expect_all(int count) {
    const auto found = times(facts(*connector_, kFirst, kFirst + days(count - 1)));
    EXPECT_EQ(found.size(), static_cast<std::size_t>(30 * count));
    for (const auto& [key, number] : found) EXPECT_EQ(number, 1) << format_day(key.first) << " " << key.second;
  }

  NarrowGraph& graph_ = platform_;
  std::unique_ptr<MetaConnector> connector_;
};

TEST_F(MetaLimitsTest, HalvesThePageAtTheSameCursor) {
  graph_.page_limit = 130;
  expect_all(20);
  EXPECT_EQ(graph_.limits, (std::vector<std::int64_t>{500, 250, 125, 125, 125, 125, 125}));
  EXPECT_EQ(graph_.reports, 0);
}

TEST_F(MetaLimitsTest, HalvesThePageOfAListThatIsTooLarge) {
  graph_.list_limit = 15;
  const auto entities = run(connector_->fetch_entities());
  EXPECT_EQ(entities.campaigns.size(), 3U);
  EXPECT_EQ(entities.ad_sets.size(), 6U);
  EXPECT_EQ(entities.ads.size(), 30U);
  EXPECT_EQ(graph_.limits, (std::vector<std::int64_t>{100, 50, 25, 12, 100, 50, 25, 12, 100, 50, 25, 12, 12, 12}));

  graph_.list_limit = 9;
  graph_.limits.clear();
  EXPECT_EQ(error_of(connector_->fetch_entities()).code(), Code::upstream_retry);
  EXPECT_EQ(graph_.limits.back(), 10) << "no page is smaller";
}

TEST_F(MetaLimitsTest, GoesOnWithAReport) {
  graph_.direct_days = 3;
  expect_all(4);
  EXPECT_EQ(graph_.reports, 1);
}

TEST_F(MetaLimitsTest, SplitsDaysAndThenCampaigns) {
  graph_.direct_days = 1;
  graph_.report_days = 1;
  graph_.crowded = {kFirst + days(1)};
  expect_all(2);
  EXPECT_EQ(graph_.reports, 2);
  EXPECT_TRUE(std::ranges::any_of(activity_, [](const auto& text) { return text.find("in parts") != text.npos; }));
}

TEST_F(MetaLimitsTest, SplitsACampaignIntoItsAdSets) {
  graph_.crowded = {kFirst};
  graph_.crowded_nodes = {"2"};
  expect_all(1);
  EXPECT_EQ(graph_.reports, 2) << "of the account and of the campaign";
  EXPECT_EQ(graph_.calls["2/adsets"], 1);
  EXPECT_EQ(graph_.calls["201/insights"], 1);
  EXPECT_EQ(graph_.calls["301/insights"], 0);
}

TEST_F(MetaLimitsTest, AnAdSetIsTheSmallestPart) {
  graph_.crowded = {kFirst};
  graph_.crowded_nodes = {"2", "201"};
  const auto error = error_of(connector_->fetch_facts(kFirst, kFirst, sink()));
  EXPECT_EQ(error.code(), Code::upstream_permanent);
  EXPECT_NE(error.detail().find("201"), std::string::npos) << error.detail();
}

// To order it anew would take as long again; its parts may be done in minutes.
TEST_F(MetaLimitsTest, AReportThatNeverEndsCountsAsTooLarge) {
  graph_.report_ends = false;
  GraphClient client(client_, access());
  GraphRequest order{
      .path = "act_5/insights",
      .parameters = {{"time_range", fmt::format(R"({{"since":"{0}","until":"{0}"}})", format_day(kFirst))}}};
  try {
    run(make_report(client, std::move(order), [](const std::string&) {}, std::chrono::seconds(3)));
    ADD_FAILURE() << "it never ends";
  } catch (const CallFailure& failure) {
    EXPECT_EQ(failure.kind(), ErrorClass::too_large);
  }
  EXPECT_EQ(graph_.reports, 1);
}

// 100/33 comes at times from servers that do not know yet of what others have just listed.
TEST_F(MetaLimitsTest, WhatIsNotToBeSeenForAMomentIsAskedForAgain) {
  graph_.direct_days = 3;
  graph_.absences = {{"act_5/insights", 1}, {"77", 1}, {"77/insights", 2}};
  expect_all(4);
  EXPECT_EQ(graph_.reports, 1);
}

TEST_F(MetaLimitsTest, OnlyTheAccountItselfAsksForNewCredentials) {
  graph_.absences = {{"act_5/campaigns", 1000}, {"act_5", 0}};
  EXPECT_EQ(error_of(connector_->fetch_entities()).code(), Code::upstream_retry);
  EXPECT_EQ(graph_.calls["act_5/campaigns"], GraphClient::kAttempts);

  graph_.absences = {{"act_5", 1000}};
  graph_.calls.clear();
  const auto error = error_of(connector_->fetch_account());
  EXPECT_EQ(error.code(), Code::upstream_reconnect);
  EXPECT_NE(error.detail().find("ad account"), std::string::npos) << error.detail();
  EXPECT_EQ(graph_.calls["act_5"], 1) << "somebody may be waiting for the answer";
}

TEST_F(MetaLimitsTest, StopsBeforeTheLimitIsUsedUp) {
  graph_.usage = R"({"call_count":96,"total_time":2,"total_cputime":1})";
  graph_.page_limit = 100;  // the smaller page would be another call
  const auto error = error_of(connector_->fetch_facts(kFirst, kFirst, sink()));
  EXPECT_EQ(error.code(), Code::upstream_slow_down);
  EXPECT_EQ(error.retry_after(), std::chrono::seconds(60));
  EXPECT_EQ(graph_.limits.size(), 1U);
}

TEST_F(MetaLimitsTest, SlowsDownAndSaysSo) {
  graph_.usage = R"({"call_count":79,"total_time":2,"total_cputime":1})";
  graph_.page_limit = 250;
  expect_all(1);
  ASSERT_FALSE(activity_.empty());
  EXPECT_EQ(activity_.front(), "Waiting 1 s: Meta's rate limit is nearly used up");
}

}  // namespace
}  // namespace omnify::platforms::meta
