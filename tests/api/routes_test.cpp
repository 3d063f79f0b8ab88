// Every route with every kind of caller, generated from the route table itself: a route without a row here fails.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>

#include "api/fixture.h"
#include "api/routes.h"

namespace omnify::api {
namespace {

/// The status for each caller. `foreign`: the owner of another organization, with this organization's ids.
struct Expected {
  int anonymous;
  int viewer;
  int owner;
  int foreign;
  std::string body = {};
  std::string query = {};
};

constexpr const char* kConnection =
    R"({"platform":"meta","external_account_id":"9876543210","credentials":{"access_token":"EAAB1234567890token"}})";
constexpr const char* kOptions =
    R"({"mapping":[{"column":"date","field":"date"},{"column":"campaign","field":"campaign"},)"
    R"({"column":"impressions","field":"impressions"},{"column":"clicks","field":"clicks"},)"
    R"({"column":"spend","field":"spend"},{"column":"currency","field":"currency"}],"constants":{"platform":"display"},)"
    R"("date_order":null,"decimal":null,"skip_bad_lines":false})";

const std::map<std::string, Expected>& expectations() {
  static const std::map<std::string, Expected> kAll{
      {"POST /api/v1/session", {401, 401, 401, 401, R"({"email":"nobody@example.com","password":"wrong"})"}},
      {"GET /api/v1/session", {401, 200, 200, 200}},
      {"DELETE /api/v1/session", {401, 204, 204, 204}},
      {"GET /api/v1/organization", {401, 200, 200, 200}},
      {"PATCH /api/v1/organization", {401, 403, 200, 200, R"({"target_roas":2.5})"}},
      {"GET /api/v1/overview", {401, 200, 200, 200}},
      {"GET /api/v1/reconciliation", {401, 200, 200, 200}},
      {"GET /api/v1/restated-days", {401, 200, 200, 200}},
      {"GET /api/v1/campaigns", {401, 200, 200, 200}},
      {"GET /api/v1/campaigns/{id}", {401, 200, 200, 404}},
      {"GET /api/v1/risk", {401, 200, 200, 200}},
      {"GET /api/v1/recommendations", {401, 200, 200, 200}},
      {"GET /api/v1/platforms", {401, 200, 200, 200}},
      {"GET /api/v1/connections", {401, 200, 200, 200}},
      {"POST /api/v1/connections", {401, 403, 201, 201, kConnection}},
      {"POST /api/v1/connections/test", {401, 403, 200, 200, kConnection}},
      {"POST /api/v1/connections/{id}/test", {401, 403, 200, 404, "{}"}},
      {"POST /api/v1/connections/{id}/sync", {401, 403, 202, 404, "{}"}},
      {"PATCH /api/v1/connections/{id}", {401, 403, 200, 404, R"({"name":"Other name"})"}},
      {"DELETE /api/v1/connections/{id}", {401, 403, 204, 404}},
      {"POST /api/v1/imports/uploads",
       {401, 403, 201, 201, "date,campaign,impressions\n2026-01-01,A,5\n", "?file_name=b.csv"}},
      {"POST /api/v1/imports/uploads/{id}/check", {401, 403, 200, 404, kOptions}},
      {"POST /api/v1/imports/uploads/{id}/import", {401, 403, 202, 404, kOptions}},
      {"GET /api/v1/imports", {401, 200, 200, 200}},
      {"GET /api/v1/imports/{id}", {401, 200, 200, 404}},
      {"GET /api/v1/imports/{id}/bad-lines", {401, 200, 200, 404}},
      {"GET /api/v1/events", {401, 200, 200, 200}},
      {"GET /api/health/live", {200, 200, 200, 200}},
      {"GET /api/health/ready", {200, 200, 200, 200}},
      {"GET /api/openapi.json", {200, 200, 200, 200}},
      {"GET /api/docs", {200, 200, 200, 200}},
      {"GET /api/docs/docs.js", {200, 200, 200, 200}},
      {"GET /api/docs/docs.css", {200, 200, 200, 200}},
      {"GET /api/problems/{type}", {303, 303, 303, 303}},
  };
  return kAll;
}

std::string filled_path(std::string path, const Tenant& tenant) {
  const auto replace = [&path](const std::string& from, const std::string& to) {
    if (const auto at = path.find(from); at != std::string::npos) path.replace(at, from.size(), to);
  };
  if (path.find("/connections/") != std::string::npos) replace("{id}", tenant.connection.text());
  if (path.find("/campaigns/") != std::string::npos) replace("{id}", tenant.campaign.text());
  if (path.find("/uploads/") != std::string::npos) replace("{id}", tenant.upload);
  if (path.find("/imports/") != std::string::npos) replace("{id}", tenant.import_run.text());
  replace("{type}", "not-found");
  return path;
}

class RoutesTest : public ApiTest {
 protected:
  Answer call(const http::Route& route, const Expected& expected, const std::string& cookie) const {
    const std::string method(http::to_string(route.method));
    Ask request{.method = method,
                .path = filled_path(route.path, first) + expected.query,
                .body = expected.body,
                .cookie = cookie};
    request.headers = {"X-OmniFy-CSRF: 1", "Content-Type: " + route.request_media};
    if (route.path == "/api/v1/events") request.until = "\n";
    return ask(request);
  }
};

TEST_F(RoutesTest, EveryRouteHasItsExpectation) {
  const auto router = make_router(services());
  std::size_t routes = 0;
  for (const auto& route : router.routes()) {
    ++routes;
    EXPECT_TRUE(expectations().contains(fmt::format("{} {}", http::to_string(route.method), route.path)))
        << http::to_string(route.method) << " " << route.path << " has no expectation";
  }
  EXPECT_EQ(routes, expectations().size());
}

TEST_F(RoutesTest, EveryRouteAnswersEachCallerAsExpected) {
  const auto router = make_router(services());
  for (const auto& route : router.routes()) {
    const auto key = fmt::format("{} {}", http::to_string(route.method), route.path);
    const auto found = expectations().find(key);
    if (found == expectations().end()) continue;  // the test above fails
    const auto& expected = found->second;
    SCOPED_TRACE(key);
    EXPECT_EQ(call(route, expected, "").status, expected.anonymous);
    EXPECT_EQ(call(route, expected, "omnify_session=forged").status, expected.anonymous);
    // The owner comes last: what he deletes is gone. Sessions are fresh, because one route ends them.
    const auto foreign = call(route, expected, cookie_of("second-owner@example.com"));
    EXPECT_EQ(foreign.status, expected.foreign) << foreign.body;
    const auto viewer = call(route, expected, cookie_of("first-viewer@example.com"));
    EXPECT_EQ(viewer.status, expected.viewer) << viewer.body;
    const auto owner = call(route, expected, cookie_of("first-owner@example.com"));
    EXPECT_EQ(owner.status, expected.owner) << owner.body;
  }
}

TEST_F(RoutesTest, ChangesNeedMoreThanTheCookie) {
  const auto router = make_router(services());
  for (const auto& route : router.routes()) {
    if (http::is_safe(route.method)) continue;
    const auto key = fmt::format("{} {}", http::to_string(route.method), route.path);
    SCOPED_TRACE(key);
    const auto& expected = expectations().at(key);
    Ask request{.method = std::string(http::to_string(route.method)),
                .path = filled_path(route.path, first) + expected.query,
                .body = expected.body,
                .cookie = first.owner};
    request.headers = {"Content-Type: text/plain", "Origin: https://evil.example", "Sec-Fetch-Site: cross-site"};
    EXPECT_EQ(ask(request).status, 403);
    request.headers = {"Content-Type: application/json", "Sec-Fetch-Site: cross-site", "X-OmniFy-CSRF: 1"};
    EXPECT_EQ(ask(request).status, 403);
  }
}

/// Answers of one organization never hold anything of another one.
TEST_F(RoutesTest, NoAnswerHoldsAnythingOfAnotherOrganization) {
  const auto router = make_router(services());
  for (const auto& route : router.routes()) {
    if (!route.path.starts_with("/api/v1/") || route.method != http::Method::get) continue;
    if (route.path == "/api/v1/events") continue;  // it never ends
    const auto path = filled_path(route.path, second);
    SCOPED_TRACE(path);
    const auto own = get(path, second.owner);
    EXPECT_EQ(own.body.find("first "), std::string::npos);
    for (const auto& id : {first.connection.text(), first.campaign.text(), first.import_run.text(),
                           first.organization.text(), first.upload}) {
      EXPECT_EQ(own.body.find(id), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace omnify::api
