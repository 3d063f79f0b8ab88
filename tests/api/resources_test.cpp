#include <fmt/format.h>

#include <boost/json.hpp>
#include <fstream>
#include <future>
#include <sstream>

#include "api/fixture.h"

namespace omnify::api {
namespace {

class ResourcesTest : public ApiTest {
 protected:
  Answer patch(const std::string& path, const std::string& body) const {
    return ask({.method = "PATCH", .path = path, .body = body, .cookie = first.owner});
  }
  static std::vector<std::string> pointers(const Answer& answer) {
    std::vector<std::string> out;
    const auto document = answer.json();
    for (const auto& error : document.at("errors").as_array()) {
      out.emplace_back(error.at("pointer").as_string());
    }
    return out;
  }
};

TEST_F(ResourcesTest, BadInputsNameTheField) {
  struct Case {
    std::string method, path, body;
    int status;
    std::string pointer;
  };
  const std::vector<Case> cases{
      {"GET", "/api/v1/overview?start=yesterday", "", 422, "start"},
      {"GET", "/api/v1/overview?start=2026-02-01&end=2026-01-01", "", 422, "start"},
      {"GET", "/api/v1/campaigns?sort=colour", "", 422, "sort"},
      {"GET", "/api/v1/campaigns?limit=0", "", 422, "limit"},
      {"PATCH", "/api/v1/organization", R"({"target_roas":"high"})", 422, "/target_roas"},
      {"PATCH", "/api/v1/organization", R"({"target_roas":-1})", 422, "/target_roas"},
      {"PATCH", "/api/v1/organization", R"({"time_zone":"Mars/Base"})", 422, "/time_zone"},
      {"PATCH", "/api/v1/organization", R"({"reporting_currency":"euro"})", 422, "/reporting_currency"},
      {"PATCH", "/api/v1/organization", R"({"name":" "})", 422, "/name"},
      {"PATCH", "/api/v1/organization", R"({"role":"owner"})", 422, "/role"},
      {"POST", "/api/v1/connections", R"({"platform":"meta"})", 422, "/external_account_id"},
      {"POST", "/api/v1/connections", R"({"platform":"friendster","external_account_id":"1","credentials":{}})", 422,
       "/platform"},
      {"POST", "/api/v1/connections", R"({"platform":"meta","external_account_id":"123","credentials":{}})", 422,
       "/credentials/access_token"},
      {"POST", "/api/v1/session", R"({"email":"a@b.c"})", 422, "/password"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.method + " " + one.path + " " + one.body);
    const auto answer = ask({.method = one.method, .path = one.path, .body = one.body, .cookie = first.owner});
    ASSERT_EQ(answer.status, one.status) << answer.body;
    EXPECT_EQ(answer.header("content-type").substr(0, 24), "application/problem+json");
    const auto named = pointers(answer);
    EXPECT_NE(std::find(named.begin(), named.end(), one.pointer), named.end()) << answer.body;
    EXPECT_FALSE(answer.json().at("request_id").as_string().empty());
  }
}

TEST_F(ResourcesTest, MalformedRequestsAreRefused) {
  EXPECT_EQ(patch("/api/v1/organization", "{").status, 400);
  EXPECT_EQ(get("/api/v1/overview?colour=red", first.owner).status, 400);
  EXPECT_EQ(get("/api/v1/campaigns/not-an-id", first.owner).status, 404);
  EXPECT_EQ(get("/api/v1/nothing", first.owner).status, 404);
  EXPECT_EQ(ask({.method = "PUT", .path = "/api/v1/session", .body = "{}", .cookie = first.owner}).status, 405);
}

TEST_F(ResourcesTest, NullTakesTheTargetAwayAndAbsenceLeavesIt) {
  EXPECT_EQ(patch("/api/v1/organization", R"({"target_roas":4})").json().at("target_roas").to_number<double>(), 4.0);
  EXPECT_EQ(patch("/api/v1/organization", R"({"name":"Renamed"})").json().at("target_roas").to_number<double>(), 4.0);
  EXPECT_TRUE(patch("/api/v1/organization", R"({"target_roas":null})").json().at("target_roas").is_null());
}

TEST_F(ResourcesTest, ACachedAnswerGoesOutAsEachClientTakesIt) {
  const auto path = "/api/v1/overview?start=2026-01-01&end=2026-02-28";  // long enough to be compressed
  const auto plain = get(path, first.owner);
  for (const std::string coding : {"gzip", "br", "", "gzip", "br", ""}) {
    SCOPED_TRACE(coding);
    const auto answer = ask({.path = path, .cookie = first.owner, .headers = {"Accept-Encoding: " + coding}});
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("content-encoding"), coding);
    EXPECT_EQ(answer.header("etag"), plain.header("etag"));
    EXPECT_EQ(answer.headers.count("vary"), 1U);
    EXPECT_EQ(coding.empty(), answer.body == plain.body);
    const auto again = ask({.path = path,
                            .cookie = first.owner,
                            .headers = {"Accept-Encoding: " + coding, "If-None-Match: " + answer.header("etag")}});
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(again.headers.count("vary"), 1U);
  }
}

TEST_F(ResourcesTest, ALineBreakInAValueIsNotAnotherParameterToTheCache) {
  EXPECT_EQ(get("/api/v1/campaigns?search=&limit=5", first.owner).status, 200);
  EXPECT_EQ(get("/api/v1/campaigns?search=%0Alimit%3D5", first.owner).status, 422);
}

TEST_F(ResourcesTest, TheOverviewIsCachedUntilDataChange) {
  const auto before = get("/api/v1/overview", first.owner).json();
  EXPECT_EQ(before.at("totals").at("spend").as_string(), "20.00");
  EXPECT_EQ(before.at("totals").at("revenue").as_string(), "60.00");
  EXPECT_EQ(before.at("totals").at("roas").to_number<double>(), 3.0);
  postgres.execute_as_admin("UPDATE platform_days SET spend = 30000000");
  EXPECT_EQ(get("/api/v1/overview", first.owner).json().at("totals").at("spend").as_string(), "20.00");
  publish(first.organization, R"({"kind":"data"})");
  EXPECT_EQ(get("/api/v1/overview", first.owner).json().at("totals").at("spend").as_string(), "30.00");
}

TEST_F(ResourcesTest, TheOverviewSaysWhatWasConvertedAndWhatCouldNotBe) {
  postgres.execute_as_admin(
      fmt::format("INSERT INTO platform_days (organization_id, day, platform, currency, impressions, clicks, spend, "
                  "revenue) VALUES "
                  "('{0}', '2026-01-04', 'meta', 'JPY', 10, 1, 30000000000, 60000000000), "
                  "('{0}', '2026-01-04', 'meta', 'RUB', 10, 1, 700000000, NULL);"
                  "INSERT INTO control.exchange_rates (currency, day, per_euro) VALUES ('EUR', '2026-01-02', 1), "
                  "('USD', '2026-01-02', 1.2), ('JPY', '2026-01-02', 180)",
                  first.organization.text()));
  const auto overview = get("/api/v1/overview?start=2026-01-01&end=2026-01-31", first.owner).json();
  EXPECT_EQ(overview.at("totals").at("spend").as_string(), "200.00");
  EXPECT_EQ(
      overview.at("converted"),
      boost::json::parse(R"([{"currency":"JPY","spend":"30000.00","revenue":"60000.00","converted_spend":"200.00",)"
                         R"("converted_revenue":"400.00","oldest_rate":"2026-01-02","newest_rate":"2026-01-02"}])"));
  EXPECT_EQ(overview.at("excluded"), boost::json::parse(R"([{"currency":"RUB","spend":"700.00","revenue":null}])"));
  EXPECT_TRUE(overview.at("previous_excluded").as_array().empty());
}

TEST_F(ResourcesTest, AConnectionShowsItsCredentialsMasked) {
  const auto made = post("/api/v1/connections",
                         R"({"platform":"meta","name":"Shop","external_account_id":"act_555","credentials":)"
                         R"({"access_token":"EAABsecretsecretwxyz"}})",
                         first.owner);
  ASSERT_EQ(made.status, 201) << made.body;
  const auto connection = made.json();
  EXPECT_EQ(connection.at("external_account_id").as_string(), "555");
  EXPECT_EQ(connection.at("credentials").at(0).at("masked").as_string(), "EAAB…wxyz");
  EXPECT_EQ(connection.at("sync").at("state").as_string(), "queued");
  EXPECT_EQ(connection.at("sync").at("days_total").as_int64(), 90);
  EXPECT_EQ(get("/api/v1/connections", first.owner).body.find("secretsecret"), std::string::npos);
  EXPECT_EQ(post("/api/v1/connections",
                 R"({"platform":"meta","external_account_id":"555","credentials":{"access_token":"EAABotherother12"}})",
                 first.owner)
                .status,
            409);
  const auto id = std::string(connection.at("id").as_string());
  const auto changed =
      patch("/api/v1/connections/" + id, R"({"name":"Shop 2","credentials":{"access_token":"EAABnewnewnewabcd"}})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.json().at("name").as_string(), "Shop 2");
  EXPECT_EQ(changed.json().at("credentials").at(0).at("masked").as_string(), "EAAB…abcd");
}

TEST_F(ResourcesTest, AnUnreachablePlatformIsAnAnswerInWords) {
  const auto answer = post(
      "/api/v1/connections/test",
      R"({"platform":"meta","external_account_id":"1234","credentials":{"access_token":"EAAB123456"}})", first.owner);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_FALSE(answer.json().at("ok").as_bool());
  EXPECT_FALSE(answer.json().at("message").as_string().empty());
}

TEST_F(ResourcesTest, AnUploadIsPreviewedAndChecked) {
  ASSERT_FALSE(first.upload.empty());
  const auto options = R"({"mapping":[{"column":"date","field":"date"},{"column":"campaign","field":"campaign"},)"
                       R"({"column":"impressions","field":"impressions"},{"column":"clicks","field":"clicks"},)"
                       R"({"column":"spend","field":"spend"},{"column":"currency","field":"currency"}],)"
                       R"("constants":{"platform":"display"},"skip_bad_lines":false})";
  const auto check = post("/api/v1/imports/uploads/" + first.upload + "/check", options, first.owner);
  ASSERT_EQ(check.status, 200) << check.body;
  EXPECT_EQ(check.json().at("rows").as_int64(), 1);
  EXPECT_EQ(check.json().at("totals").at("spend").as_string(), "1.50");
  const auto empty = ask({.method = "POST",
                          .path = "/api/v1/imports/uploads?file_name=a.csv",
                          .cookie = first.owner,
                          .headers = {"X-OmniFy-CSRF: 1", "Content-Type: application/octet-stream"}});
  EXPECT_EQ(empty.status, 400);
}

TEST_F(ResourcesTest, EventsReachTheirOrganizationOnly) {
  const auto listen = [this](const Tenant& tenant, const std::string& until) {
    return std::async(std::launch::async, [this, cookie = tenant.owner, until] {
      return ask({.path = "/api/v1/events", .cookie = cookie, .until = until});
    });
  };
  auto own = listen(first, R"("connection_id":"own")");
  auto other = listen(second, R"("connection_id":"other")");
  // Streams are open when the hub has both; it is asked on its own thread.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (open_streams() < 2 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  publish(first.organization, R"({"kind":"sync","connection_id":"own"})");
  publish(second.organization, R"({"kind":"sync","connection_id":"other"})");
  const auto answer = own.get();
  EXPECT_EQ(answer.header("content-type").substr(0, 17), "text/event-stream");
  EXPECT_NE(answer.body.find("event: sync"), std::string::npos);
  EXPECT_EQ(answer.body.find("other"), std::string::npos);
  EXPECT_EQ(other.get().body.find("own"), std::string::npos);
}

TEST_F(ResourcesTest, HealthAndDocumentsAreOpen) {
  EXPECT_EQ(get("/api/health/live", "").json().at("status").as_string(), "live");
  EXPECT_EQ(get("/api/health/ready", "").json().at("status").as_string(), "ready");
  const auto document = get("/api/openapi.json", "").json();
  EXPECT_EQ(std::string(document.at("openapi").as_string()).substr(0, 3), "3.1");
  EXPECT_TRUE(document.at("paths").as_object().contains("/api/v1/overview"));
  EXPECT_TRUE(document.at("components").at("schemas").as_object().contains("Overview"));
  EXPECT_EQ(get("/metrics", "").status, 200);
  EXPECT_NE(get("/metrics", "").body.find("omnify_http_requests_total"), std::string::npos);
}

// The web app's types are made from it: npm run api in web.
TEST_F(ResourcesTest, TheDocumentIsTheOneThatTheWebAppWasMadeFor) {
  std::ifstream file(std::string(OMNIFY_SOURCE_DIR) + "/web/openapi.json");
  std::stringstream committed;
  committed << file.rdbuf();
  auto document = get("/api/openapi.json", "").json();
  EXPECT_TRUE(boost::json::parse(committed.str()) == document)
      << "Save what /api/openapi.json of a running server answers as web/openapi.json, then npm run api.";
}

}  // namespace
}  // namespace omnify::api
