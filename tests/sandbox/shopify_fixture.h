// The shops' façade without sockets, and what its tests ask of it again and again.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "control/control.h"
#include "market/shop_truth.h"
#include "shopify/api.h"

namespace omnify::sandbox::shopify {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using std::chrono::days;
using std::chrono::hours;

inline constexpr Plan kNoLimits{1'000'000'000, 1'000'000};

/// The façade without sockets.
class Shopify : public testing::Test {
 protected:
  explicit Shopify(Plan plan = kNoLimits)
      : world(3, market::Size::small, std::chrono::floor<days>(now())),
        shops(world),
        api(shops, clock, faults, access, {.plan = plan}) {
    api.set_url("http://shop.test");
    today = local_day(shop().time_zone, clock.now());
  }

  [[nodiscard]] const market::Shop& shop(std::size_t index = 0) const { return shops.all().at(index); }

  wire::Reply post(const std::string& path, const value& body, wire::Fields headers = {}) {
    wire::Request request;
    request.method = "POST";
    request.path = path;
    request.headers = std::move(headers);
    if (!wire::find(request.headers, "host")) request.headers.emplace_back("host", shop().domain);
    request.headers.emplace_back("content-type", "application/json");
    request.body = boost::json::serialize(body);
    return api.handle(request);
  }
  wire::Reply send(const std::string& query, const object& variables = {}, const std::string& token = "") {
    return post("/admin/api/2026-10/graphql.json", object{{"query", query}, {"variables", variables}},
                {{"x-shopify-access-token", token.empty() ? access.default_token() : token}});
  }
  object ask(const std::string& query, const object& variables = {}, const std::string& token = "") {
    const auto reply = send(query, variables, token);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return boost::json::parse(reply.body).as_object();
  }
  value data(const std::string& query, const object& variables = {}, const std::string& token = "") {
    auto answer = ask(query, variables, token);
    EXPECT_FALSE(answer.contains("errors")) << answer;
    return answer.at("data");
  }
  std::string code(const std::string& query, const object& variables = {}, const std::string& token = "") {
    const auto answer = ask(query, variables, token);
    if (!answer.contains("errors")) return "";
    return std::string(answer.at("errors").at(0).at("extensions").at("code").as_string());
  }
  std::string token_with(std::set<std::string, std::less<>> scopes, bool personal_data = true) {
    return access.issue({shop().domain, std::move(scopes), personal_data});
  }
  /// Every node of a list of the root.
  std::vector<value> all(const std::string& list, const std::string& arguments, const std::string& fields,
                         int size = 50) {
    std::vector<value> found;
    std::string after;
    for (;;) {
      const auto query =
          fmt::format("{{ {0}(first: {1}{2}{3}) {{ nodes {{ {4} }} pageInfo {{ hasNextPage endCursor }} }} }}", list,
                      size, after.empty() ? "" : fmt::format(", after: \"{}\"", after), arguments, fields);
      const auto page = data(query).at(list);
      for (const auto& node : page.at("nodes").as_array()) found.push_back(node);
      if (!page.at("pageInfo").at("hasNextPage").as_bool()) return found;
      after = page.at("pageInfo").at("endCursor").as_string();
    }
  }
  static double amount(const value& bag) {
    return std::stod(std::string(bag.at("shopMoney").at("amount").as_string()));
  }
  [[nodiscard]] std::string day_filter(int age) const {
    const auto begins = market::day_begins(shop().time_zone, today - days{age});
    const auto ends = market::day_begins(shop().time_zone, today - days{age - 1});
    return fmt::format(", query: \"processed_at:>='{}' AND processed_at:<'{}'\"", format_instant(begins),
                       format_instant(ends));
  }
  [[nodiscard]] market::ShopDay truth(int age) {
    return market::shop_truth(shops, shop(), today - days{age}, today - days{age}, clock.now()).at(0);
  }
  value finish(const std::string& query) {
    const auto started = data(
                             "mutation($q: String!) { bulkOperationRunQuery(query: $q) { bulkOperation { id status } "
                             "userErrors { message } } }",
                             {{"q", query}})
                             .at("bulkOperationRunQuery");
    EXPECT_TRUE(started.at("userErrors").as_array().empty()) << started;
    const object variables{{"id", started.at("bulkOperation").at("id")}};
    for (;;) {
      const auto operation = data(
                                 "query($id: ID!) { bulkOperation(id: $id) { status errorCode objectCount "
                                 "rootObjectCount fileSize url partialDataUrl completedAt } }",
                                 variables)
                                 .at("bulkOperation");
      if (operation.at("status") != "RUNNING" && operation.at("status") != "CANCELING") return operation;
      std::this_thread::yield();
    }
  }
  std::vector<object> lines_of(const value& url) {
    std::string path(url.as_string());
    path.erase(0, std::string("http://shop.test").size());
    wire::Request request;
    request.method = "GET";
    request.path = path;
    const auto reply = api.handle(request);
    EXPECT_EQ(reply.status, 200);
    std::ifstream file(reply.file);
    std::vector<object> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(boost::json::parse(line).as_object());
    return lines;
  }

  market::World world;
  market::Clock clock;
  faults::Faults faults;
  market::Shops shops;
  Access access{3};
  Api api;
  Day today;
};

class ShopifyStandard : public Shopify {
 protected:
  ShopifyStandard() : Shopify(kStandard) {}
};

}  // namespace omnify::sandbox::shopify
