// What the sandbox cannot be asked for: a platform that refuses pages, ranges and reports above sizes of our choice.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <charconv>
#include <set>

#include "base/error.h"
#include "http/server.h"
#include "platforms/meta/connector.h"
#include "support/postgres.h"

namespace omnify::platforms::meta {
namespace {

using std::chrono::days;
constexpr Day kFirst = std::chrono::year(2026) / 3 / 1;
constexpr std::string_view kToken = "EAABsecret";

/// Three campaigns with ten ads each, every ad every day.
class NarrowGraph {
 public:
  std::int64_t page_limit = 1000;
  std::int64_t direct_days = 1000;
  std::int64_t report_days = 1000;
  std::set<Day> crowded;  ///< days on which the whole account is too large
  std::string usage;      ///< X-App-Usage of every answer
  std::vector<std::int64_t> limits;
  int reports = 0;

  http::Router router() {
    http::Router out;
    for (const auto method : {http::Method::get, http::Method::post}) {
      for (const auto* path : {"/v26.0/{node}", "/v26.0/{node}/{edge}"}) {
        out.add(http::Route{.method = method,
                            .path = path,
                            .operation = {.id = fmt::format("{}{}", to_string(method), path),
                                          .summary = "",
                                          .tag = "",
                                          .permission = ""},
                            .handler = [this](http::Request request) { return answer(std::move(request)); }});
      }
    }
    return out;
  }

 private:
  struct Range {
    Day first;
    Day last;
    [[nodiscard]] std::int64_t count() const { return (last - first).count() + 1; }
  };

  static http::Response failure(int status, std::int64_t code, std::int64_t subcode, std::string_view message) {
    return http::Response::json(
        fmt::format(R"({{"error":{{"message":"{}","code":{},"error_subcode":{}}}}})", message, code, subcode), status);
  }

  static std::int64_t number(const http::Request& request, std::string_view name, std::int64_t otherwise) {
    const auto text = request.query.value(name);
    std::int64_t value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  static Range range_of(const http::Parameters& parameters) {
    const auto range = boost::json::parse(parameters.value("time_range"));
    return {parse_day(range.at("since").as_string()).value(), parse_day(range.at("until").as_string()).value()};
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
    const auto edge = request.path_parameters.value("edge");
    if (edge == "campaigns") {
      return http::Response::json(R"({"data":[{"id":"1"},{"id":"2"},{"id":"3"}]})");
    }
    if (edge != "insights") return http::Response::json(report_state());
    if (request.method == http::Method::post) {
      ordered_ = range_of(http::Parameters::parse(request.body));
      report_crowded_ = node == "act_5" && ordered_.count() == 1 && crowded.contains(ordered_.first);
      ++reports;
      return http::Response::json(R"({"report_run_id":"77"})");
    }
    if (node == "77") return page(request, "act_5", ordered_);
    const auto range = range_of(request.query);
    if (node == "act_5" && (range.count() > direct_days || (range.count() == 1 && crowded.contains(range.first)))) {
      return failure(400, 100, 1487534, "Too many rows");
    }
    return page(request, node, range);
  }

  std::string report_state() const {
    if (ordered_.count() > report_days || report_crowded_) {
      return R"({"id":"77","async_status":"Job Failed","async_percent_completion":0,"error_code":-3,)"
             R"("error_subcode":1504045})";
    }
    return R"({"id":"77","async_status":"Job Completed","async_percent_completion":100})";
  }

  http::Response page(const http::Request& request, const std::string& node, Range range) {
    const auto limit = number(request, "limit", 25);
    limits.push_back(limit);
    if (limit > page_limit) {
      return failure(500, 1, 0, "Please reduce the amount of data you're asking for, then retry your request");
    }
    std::string rows;
    std::int64_t at = 0;
    std::int64_t written = 0;
    const auto after = number(request, "after", 0);
    for (Day day = range.first; day <= range.last; day += days(1)) {
      for (int ad = 10; ad < 40; ++ad) {
        if (node != "act_5" && node != std::to_string(ad / 10)) continue;
        if (at++ < after || written == limit) continue;
        if (written++ > 0) rows += ',';
        rows += fmt::format(
            R"({{"campaign_id":"{}","adset_id":"{}","ad_id":"{}","impressions":"1","spend":"0.5","date_start":"{}"}})",
            ad / 10, ad / 10, ad, format_day(day));
      }
    }
    const auto behind = after + written;
    auto text =
        fmt::format(R"({{"data":[{}],"paging":{{"cursors":{{"before":"{}","after":"{}"}})", rows, after, behind);
    if (behind < at) text += R"(,"next":"http://127.0.0.1:1/never")";
    return http::Response::json(text + "}}");
  }

  Range ordered_{kFirst, kFirst};
  bool report_crowded_ = false;
};

class MetaLimitsTest : public ::testing::Test {
 public:
  MetaLimitsTest() : server_(io_.get_executor(), graph_.router(), quiet()) {
    server_.listen();
    connector_ = std::make_unique<MetaConnector>(
        client_,
        GraphAccess{fmt::format("http://127.0.0.1:{}", server_.port()), "v26.0", std::string(kToken), std::string()},
        "5");
    connector_->on_activity([this](std::string sentence) { activity_.push_back(std::move(sentence)); });
  }
  ~MetaLimitsTest() override { support::run(io_, server_.stop(std::chrono::seconds(1))); }

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
    for (const auto& row : rows) ++received_[{row.day, row.ad_external_id}];
    co_return;
  }
  void fetch(int count) {
    support::run(io_,
                 connector_->fetch_facts(kFirst, kFirst + days(count - 1),
                                         [this](std::vector<FactRow> rows) { return take(std::move(rows)); }),
                 std::chrono::seconds(60));
  }
  /// Every ad of every day, once.
  void expect_all(int count) {
    EXPECT_EQ(received_.size(), static_cast<std::size_t>(30 * count));
    for (const auto& [key, times] : received_) EXPECT_EQ(times, 1) << format_day(key.first) << " " << key.second;
  }

  boost::asio::io_context io_;
  NarrowGraph graph_;
  http::Server server_;
  http::Client client_{io_.get_executor(), local()};
  std::unique_ptr<MetaConnector> connector_;
  std::map<std::pair<Day, std::string>, int> received_;
  std::vector<std::string> activity_;
};

TEST_F(MetaLimitsTest, HalvesThePageAtTheSameCursor) {
  graph_.page_limit = 130;
  fetch(20);
  expect_all(20);
  EXPECT_EQ(graph_.limits, (std::vector<std::int64_t>{500, 250, 125, 125, 125, 125, 125}));
  EXPECT_EQ(graph_.reports, 0);
}

TEST_F(MetaLimitsTest, GoesOnWithAReport) {
  graph_.direct_days = 3;
  fetch(4);
  expect_all(4);
  EXPECT_EQ(graph_.reports, 1);
}

TEST_F(MetaLimitsTest, SplitsDaysAndThenCampaigns) {
  graph_.direct_days = 1;
  graph_.report_days = 1;
  graph_.crowded = {kFirst + days(1)};
  fetch(2);
  expect_all(2);
  EXPECT_EQ(graph_.reports, 2);
  EXPECT_TRUE(std::ranges::any_of(activity_, [](const auto& text) { return text.find("in parts") != text.npos; }));
}

TEST_F(MetaLimitsTest, StopsBeforeTheLimitIsUsedUp) {
  graph_.usage = R"({"call_count":96,"total_time":2,"total_cputime":1})";
  graph_.page_limit = 100;  // the smaller page would be another call
  try {
    fetch(1);
    ADD_FAILURE() << "it must not call again";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::upstream_slow_down);
    EXPECT_EQ(error.retry_after(), std::chrono::seconds(60));
  }
  EXPECT_EQ(graph_.limits.size(), 1U);
}

TEST_F(MetaLimitsTest, SlowsDownAndSaysSo) {
  graph_.usage = R"({"call_count":79,"total_time":2,"total_cputime":1})";
  graph_.page_limit = 250;
  fetch(1);
  expect_all(1);
  ASSERT_FALSE(activity_.empty());
  EXPECT_EQ(activity_.front(), "Waiting 1 s: Meta's rate limit is nearly used up");
}

}  // namespace
}  // namespace omnify::platforms::meta
