#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "control/control.h"
#include "google/api.h"
#include "sandbox/fixture.h"

namespace omnify::sandbox::google {
namespace {

using boost::json::value;
using std::chrono::days;
using testing::HasSubstr;

/// With pages of 50 rows.
class Google : public FacadeFixture {
 protected:
  Google() : FacadeFixture(market::Platform::google) {}

  wire::Reply post(const std::string& path, const value& body) {
    wire::Request request;
    request.method = "POST";
    request.path = path;
    request.headers = headers;
    request.body = boost::json::serialize(body);
    return api.handle(request);
  }
  wire::Reply search(std::string_view query, boost::json::object more = {}, std::string_view method = "search") {
    more["query"] = query;
    return post(fmt::format("/v25/customers/{}/googleAds:{}", customer, method), more);
  }
  value good(std::string_view query, boost::json::object more = {}) {
    const auto reply = search(query, std::move(more));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return boost::json::parse(reply.body);
  }
  /// All rows of a query, page by page.
  std::vector<value> all(std::string_view query) {
    std::vector<value> rows;
    boost::json::object more;
    for (;;) {
      const auto page = good(query, more);
      if (const auto* results = page.as_object().if_contains("results")) {
        for (const auto& row : results->as_array()) rows.push_back(row);
      }
      const auto* token = page.as_object().if_contains("nextPageToken");
      if (token == nullptr) return rows;
      more["pageToken"] = *token;
    }
  }
  /// "queryError.UNRECOGNIZED_FIELD", or the status where there are no details.
  static std::string error_in(const wire::Reply& reply) {
    auto document = boost::json::parse(reply.body);
    if (document.is_array()) document = document.as_array().at(0);
    const auto& error = document.at("error").as_object();
    EXPECT_EQ(error.at("code").as_int64(), reply.status);
    const auto* details = error.if_contains("details");
    if (details == nullptr) return std::string(error.at("status").as_string());
    const auto& failure = details->as_array().at(0);
    EXPECT_EQ(failure.at("@type").as_string(), "type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure");
    EXPECT_EQ(failure.at("requestId").as_string(), *wire::find(reply.headers, "request-id"));
    const auto& code = failure.at("errors").at(0).at("errorCode").as_object();
    EXPECT_EQ(code.size(), 1U);
    return fmt::format("{}.{}", std::string_view(code.begin()->key()),
                       std::string_view(code.begin()->value().as_string()));
  }
  std::string refused(std::string_view query) { return error_in(search(query)); }
  wire::Reply token(wire::Fields form) {
    wire::Request request;
    request.method = "POST";
    request.path = "/token";
    request.headers = {{"content-type", "application/x-www-form-urlencoded;charset=UTF-8"}};
    for (const auto& [name, given] : form) request.body += name + "=" + wire::url_encode(given) + "&";
    return api.handle(request);
  }
  [[nodiscard]] std::string between(int first_age, int last_age) const {
    return fmt::format("segments.date BETWEEN '{}' AND '{}'", format_day(today - days(first_age)),
                       format_day(today - days(last_age)));
  }
  void set_header(std::string name, std::string given) { headers.emplace_back(std::move(name), std::move(given)); }

  Access access{3};
  Api api{world, clock, faults, access, AccessLevel::standard, 50};
  std::uint64_t customer = account().id;  ///< whom the queries ask
  wire::Fields headers{{"authorization", "Bearer " + access.issue_access_token({}, clock.now())},
                       {"content-type", "application/json"}};
};

struct Totals {
  std::int64_t cost = 0;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  double conversions = 0;
  double value = 0;
  friend bool operator==(const Totals&, const Totals&) = default;
};

std::int64_t integer(const value& from, std::string_view name) {
  return std::stoll(std::string(from.at(name).as_string()));
}

Totals total(const std::vector<value>& rows) {
  Totals sum;
  for (const auto& row : rows) {
    const auto& metrics = row.at("metrics");
    sum.cost += integer(metrics, "costMicros");
    sum.impressions += integer(metrics, "impressions");
    sum.clicks += integer(metrics, "clicks");
    sum.conversions += metrics.at("conversions").to_number<double>();
    sum.value += metrics.at("conversionsValue").to_number<double>();
  }
  // Sums of hundredths.
  sum.value = std::round(sum.value * 100);
  return sum;
}

constexpr std::string_view kFigures =
    "metrics.cost_micros, metrics.impressions, metrics.clicks, metrics.conversions, metrics.conversions_value";

TEST_F(Google, LevelsAddUp) {
  const auto range = between(60, 31);
  const auto report = [&](std::string_view from, std::string_view more = "") {
    return total(all(fmt::format("SELECT segments.date, {} FROM {} WHERE {}{}", kFigures, from, range, more)));
  };
  const auto account = report("customer");
  EXPECT_GT(account.cost, 0);
  EXPECT_EQ(report("campaign"), account);
  auto ads = report("ad_group_ad");
  EXPECT_EQ(report("ad_group"), ads);
  EXPECT_LT(ads.cost, account.cost) << "Performance Max has no ads";
  const auto assets = report("asset_group");
  EXPECT_EQ(ads.cost + assets.cost, account.cost);
  EXPECT_EQ(ads.conversions + assets.conversions, account.conversions);
  EXPECT_EQ(ads.value + assets.value, account.value);
  EXPECT_EQ(report("campaign", " AND campaign.advertising_channel_type = 'PERFORMANCE_MAX'"), assets);
}

TEST_F(Google, ConversionsAreTheMarketsAndSplitByCategory) {
  const auto known = truth(40, 40);
  const auto purchases = known.purchases.attributed();
  const auto leads = known.leads.attributed();
  const auto rows =
      all("SELECT segments.conversion_action_category, metrics.conversions, metrics.conversions_value, "
          "metrics.all_conversions FROM customer WHERE " +
          between(40, 40));
  std::map<std::string, value> by_category;
  for (const auto& row : rows) {
    by_category[std::string(row.at("segments").at("conversionActionCategory").as_string())] = row.at("metrics");
  }
  EXPECT_EQ(by_category["PURCHASE"].at("conversions").to_number<double>(), static_cast<double>(purchases.count));
  EXPECT_EQ(std::llround(by_category["PURCHASE"].at("conversionsValue").to_number<double>() *
                         static_cast<double>(account().minor_units)),
            purchases.value);
  if (leads.count > 0) {
    EXPECT_EQ(by_category["SUBMIT_LEAD_FORM"].at("conversions").to_number<double>(), static_cast<double>(leads.count));
  }
  EXPECT_EQ(by_category["ADD_TO_CART"].at("conversions").to_number<double>(), 0);
}

TEST_F(Google, RowsFollowTheRulesOfJson) {
  const auto page = good(
      "SELECT campaign.id, campaign_budget.amount_micros, segments.date, metrics.clicks, metrics.ctr FROM campaign "
      "WHERE " +
      between(40, 40) + " LIMIT 1");
  EXPECT_EQ(page.at("fieldMask").as_string(),
            "campaign.id,campaignBudget.amountMicros,segments.date,metrics.clicks,metrics.ctr");
  const auto& row = page.at("results").at(0);
  EXPECT_TRUE(row.at("campaign").at("id").is_string());
  EXPECT_THAT(std::string(row.at("campaign").at("resourceName").as_string()), HasSubstr("/campaigns/"));
  EXPECT_TRUE(row.at("campaignBudget").at("amountMicros").is_string());
  EXPECT_TRUE(row.at("metrics").at("ctr").is_double());
  EXPECT_FALSE(row.at("metrics").as_object().contains("impressions"));
}

TEST_F(Google, DropsRowsOfZeros) {
  const std::string_view segmented = "SELECT campaign.id, segments.date, metrics.clicks FROM campaign WHERE ";
  for (const auto& row : all(std::string(segmented) + between(45, 40))) {
    EXPECT_NE(row.at("metrics").at("clicks").as_string(), "0");
  }
  const auto campaigns = account().campaigns.size();
  EXPECT_EQ(all("SELECT campaign.id, metrics.clicks FROM campaign WHERE " + between(40, 40)).size(), campaigns)
      << "without a segment every campaign has a row";
}

TEST_F(Google, FiltersSortsAndLimits) {
  const auto paused = all("SELECT campaign.id, campaign.status FROM campaign WHERE campaign.status IN ('PAUSED')");
  const auto others = all("SELECT campaign.id FROM campaign WHERE campaign.status != 'PAUSED'");
  EXPECT_EQ(paused.size() + others.size(), account().campaigns.size());
  const auto id = std::string(others.at(0).at("campaign").at("id").as_string());
  EXPECT_EQ(all("SELECT campaign.name FROM campaign WHERE campaign.id = " + id).size(), 1U);
  EXPECT_EQ(
      all("select campaign.id from campaign where campaign.name like 'Sales%' and campaign.id not in (" + id + ")")
          .size(),
      all("SELECT campaign.id FROM campaign WHERE campaign.name LIKE 'Sales%'").size() - 1);
  const auto top =
      all("SELECT campaign.id, metrics.cost_micros FROM campaign WHERE segments.date DURING LAST_30_DAYS "
          "ORDER BY metrics.cost_micros DESC LIMIT 5");
  ASSERT_EQ(top.size(), 5U);
  for (std::size_t i = 1; i < top.size(); ++i) {
    EXPECT_GE(integer(top[i - 1].at("metrics"), "costMicros"), integer(top[i].at("metrics"), "costMicros"));
  }
}

TEST_F(Google, PagesAndStreamsHoldTheSameRows) {
  const auto query =
      "SELECT ad_group_ad.ad.id, segments.date, metrics.clicks FROM ad_group_ad WHERE " + between(60, 40);
  const auto paged = all(query);
  EXPECT_GT(paged.size(), 100U);
  const auto reply = search(query, {}, "searchStream");
  std::vector<value> streamed;
  const auto batches = boost::json::parse(reply.body);
  for (const auto& batch : batches.as_array()) {
    EXPECT_TRUE(batch.as_object().contains("requestId"));
    for (const auto& row : batch.at("results").as_array()) streamed.push_back(row);
  }
  EXPECT_EQ(paged, streamed);
  EXPECT_EQ(all(query + " ORDER BY segments.date").size(), paged.size());
  EXPECT_EQ(all(query + " LIMIT 70").size(), 70U);
  const auto counted =
      good(query, {{"searchSettings", {{"returnTotalResultsCount", true}, {"returnSummaryRow", true}}}});
  EXPECT_EQ(integer(counted, "totalResultsCount"), static_cast<std::int64_t>(paged.size()));
  EXPECT_FALSE(counted.at("summaryRow").as_object().contains("segments"));
}

TEST_F(Google, PageTokensEndAndBelongToTheirQuery) {
  const std::string query =
      "SELECT ad_group_ad.ad.id, segments.date, metrics.clicks FROM ad_group_ad WHERE " + between(60, 40);
  const auto next = good(query).at("nextPageToken");
  EXPECT_EQ(error_in(search(query + " LIMIT 500", {{"pageToken", next}})), "requestError.INVALID_PAGE_TOKEN");
  EXPECT_EQ(error_in(search(query, {{"pageToken", "nonsense"}})), "requestError.INVALID_PAGE_TOKEN");
  clock.advance(days(1));
  headers[0].second = "Bearer " + access.issue_access_token({}, clock.now());
  EXPECT_EQ(error_in(search(query, {{"pageToken", next}})), "requestError.EXPIRED_PAGE_TOKEN");
}

TEST_F(Google, RefusesQueriesAsThePlatformDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT campaign.foo FROM campaign", "UNRECOGNIZED_FIELD"},
      {"SELECT metrics.video_views FROM campaign", "UNRECOGNIZED_FIELD"},
      {"SELECT campaign.id FROM planets", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"},
      {"SELECT campaign.id", "EXPECTED_FROM"},
      {"FROM campaign", "EXPECTED_SELECT"},
      {"SELECT ad_group.id FROM campaign", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"},
      {"SELECT campaign.id FROM campaign WHERE ad_group.id = 1", "PROHIBITED_RESOURCE_TYPE_IN_WHERE_CLAUSE"},
      {"SELECT metrics.search_impression_share FROM ad_group_ad", "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"},
      {"SELECT segments.date, metrics.clicks FROM campaign", "EXPECTED_FILTERS_ON_DATE_RANGE"},
      {"SELECT segments.date, metrics.clicks FROM campaign WHERE segments.date >= '2026-01-01'",
       "EXPECTED_FILTERS_ON_DATE_RANGE"},
      {"SELECT metrics.clicks FROM campaign WHERE segments.date = 'soon'", "INVALID_DATE_FORMAT"},
      {"SELECT metrics.clicks FROM campaign WHERE segments.date DURING EVER", "INVALID_VALUE_WITH_DURING_OPERATOR"},
      {"SELECT campaign.id FROM campaign WHERE campaign.status = 'ASLEEP'", "BAD_ENUM_CONSTANT"},
      {"SELECT campaign.id FROM campaign WHERE campaign.status LIKE 'PA%'", "OPERATOR_FIELD_MISMATCH"},
      {"SELECT campaign.id FROM campaign WHERE campaign.id = 'x'", "BAD_NUMBER"},
      {"SELECT campaign.id FROM campaign WHERE campaign.id IN ()", "PROHIBITED_EMPTY_LIST_IN_CONDITION"},
      {"SELECT campaign.id FROM campaign WHERE campaign.name = 'open", "STRING_NOT_TERMINATED"},
      {"SELECT campaign.id FROM campaign WHERE campaign.id = 1 OR campaign.id = 2", "EXPECTED_AND"},
      {"SELECT campaign.id FROM campaign ORDER BY campaign.name", "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE"},
      {"SELECT campaign.id FROM campaign LIMIT 0", "LIMIT_VALUE_TOO_LOW"},
      {"SELECT campaign.id FROM campaign LIMIT many", "BAD_LIMIT_VALUE"},
      {"SELECT campaign.id FROM campaign; DROP", "BAD_SYMBOL"},
      {"SELECT segments.conversion_action_category, metrics.clicks FROM campaign",
       "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE"},
      {"SELECT metrics.conversions FROM campaign WHERE segments.conversion_action_category = 'PURCHASE'",
       "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE"},
  };
  for (const auto& [query, code] : cases) EXPECT_EQ(refused(query), fmt::format("queryError.{}", code)) << query;
  EXPECT_EQ(refused("SELECT segments.date, metrics.clicks FROM campaign WHERE segments.date BETWEEN '2020-01-01' AND "
                    "'2020-01-02'"),
            "dateRangeError.REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED");
  EXPECT_EQ(refused("SELECT metrics.clicks FROM campaign WHERE " + between(3, 5)),
            "dateRangeError.START_DATE_AFTER_END_DATE");
}

TEST_F(Google, RefusesRequestsAsThePlatformDoes) {
  const std::string_view query = "SELECT campaign.id FROM campaign";
  EXPECT_EQ(error_in(search(query, {{"pageSize", 10}})), "requestError.PAGE_SIZE_NOT_SUPPORTED");
  EXPECT_EQ(error_in(search(query, {{"limit", 10}})), "INVALID_ARGUMENT");
  EXPECT_EQ(error_in(search(query, {{"pageToken", ""}}, "searchStream")), "INVALID_ARGUMENT");
  EXPECT_EQ(search("SELECT foo FROM bar", {}, "searchStream").body.front(), '[') << "stream errors come in an array";
  EXPECT_EQ(post(fmt::format("/v25/customers/{}/googleAds:mutate", customer), {}).status, 404);
  EXPECT_THAT(post(fmt::format("/v19/customers/{}/googleAds:search", customer), {{"query", query}}).body,
              HasSubstr("UNSUPPORTED_VERSION"));
  EXPECT_EQ(search(query, {{"validateOnly", true}}).body, "{}");
  EXPECT_EQ(good(query, {{"search_settings", {{"omit_results", true}}}}).as_object().contains("results"), false);
  EXPECT_EQ(error_in(search(query, {{"searchSettings", {{"returnSummaryRow", true}}}})),
            "requestError.CANNOT_RETURN_SUMMARY_ROW_FOR_REQUEST_WITHOUT_METRICS");
}

TEST_F(Google, ExchangesRefreshTokens) {
  const wire::Fields form{{"grant_type", "refresh_token"},
                          {"client_id", access.client_id()},
                          {"client_secret", access.client_secret()},
                          {"refresh_token", access.refresh_token()}};
  const auto reply = boost::json::parse(token(form).body);
  EXPECT_EQ(reply.at("expires_in").as_int64(), 3599);
  EXPECT_EQ(reply.at("token_type").as_string(), "Bearer");
  headers[0].second = "Bearer " + std::string(reply.at("access_token").as_string());
  EXPECT_EQ(search("SELECT customer.id FROM customer").status, 200);
  const auto refusal = [&](std::size_t index, std::string given) {
    auto changed = form;
    changed[index].second = std::move(given);
    const auto refused = token(changed);
    return fmt::format("{} {}", refused.status,
                       std::string_view(boost::json::parse(refused.body).at("error").as_string()));
  };
  EXPECT_EQ(refusal(0, "password"), "400 unsupported_grant_type");
  EXPECT_EQ(refusal(1, "somebody"), "401 invalid_client");
  EXPECT_EQ(refusal(2, "wrong"), "401 invalid_client");
  EXPECT_EQ(refusal(3, "1//0nonsense"), "400 invalid_grant");
  EXPECT_EQ(refusal(3, ""), "400 invalid_request");
  Grant dead;
  dead.dead = true;
  EXPECT_EQ(refusal(3, access.issue_refresh_token(dead)), "400 invalid_grant");
}

TEST_F(Google, ChecksWhoAsks) {
  const std::string_view query = "SELECT customer.id FROM customer";
  headers[0].second = "Bearer nonsense";
  EXPECT_EQ(error_in(search(query)), "UNAUTHENTICATED");
  headers[0].second = "Bearer " + access.issue_access_token({}, clock.now() - std::chrono::hours(2));
  EXPECT_EQ(error_in(search(query)), "authenticationError.OAUTH_TOKEN_EXPIRED");
  Grant stranger;
  stranger.ads_user = false;
  headers[0].second = "Bearer " + access.issue_access_token(stranger, clock.now());
  EXPECT_EQ(error_in(search(query)), "authenticationError.NOT_ADS_USER");
  Grant manager;
  manager.accounts = {access.manager()};
  headers[0].second = "Bearer " + access.issue_access_token(manager, clock.now());
  EXPECT_EQ(error_in(search(query)), "authorizationError.USER_PERMISSION_DENIED");
  set_header("login-customer-id", "123-456");
  EXPECT_EQ(error_in(search(query)), "headerError.INVALID_LOGIN_CUSTOMER_ID");
  headers.back().second = std::to_string(access.manager());
  EXPECT_EQ(search(query).status, 200);
  set_header("developer-token", "");
  EXPECT_EQ(error_in(search(query)), "requestError.DEVELOPER_TOKEN_PARAMETER_MISSING") << "as an empty one is none";
}

TEST_F(Google, AManagerListsItsClientsAndHasNoFigures) {
  customer = access.manager();
  const auto clients =
      all("SELECT customer_client.id, customer_client.level, customer_client.manager FROM customer_client");
  std::set<std::string> ids;
  for (const auto& row : clients) ids.emplace(row.at("customerClient").at("id").as_string());
  EXPECT_EQ(ids.size(), 4U) << "itself and three accounts of this platform";
  EXPECT_EQ(all("SELECT customer_client.id FROM customer_client WHERE customer_client.manager = FALSE").size(), 3U);
  EXPECT_EQ(refused("SELECT metrics.clicks FROM customer"), "queryError.REQUESTED_METRICS_FOR_MANAGER");
  wire::Request request;
  request.method = "GET";
  request.path = "/v25/customers:listAccessibleCustomers";
  request.headers = headers;
  EXPECT_EQ(boost::json::parse(api.handle(request).body).at("resourceNames").as_array().size(), 4U);
}

TEST_F(Google, FaultsAndQuotas) {
  const std::string_view query = "SELECT customer.id FROM customer";
  const auto order = [&](faults::Kind kind, std::int64_t code = 0) {
    faults.add({"google", id(), kind, 1, {}, 1000, code});
  };
  order(faults::Kind::throttle);
  const auto throttled = search(query);
  EXPECT_EQ(throttled.status, 429);
  EXPECT_EQ(error_in(throttled), "quotaError.RESOURCE_TEMPORARILY_EXHAUSTED");
  EXPECT_THAT(throttled.body, HasSubstr(R"("retryDelay":"60s")"));
  order(faults::Kind::server_error, 4);
  EXPECT_EQ(error_in(search(query)), "internalError.TRANSIENT_ERROR");
  order(faults::Kind::expired_token);
  EXPECT_EQ(search(query).status, 401);
  order(faults::Kind::truncated);
  EXPECT_EQ(search(query).ending, wire::Ending::truncated);
  EXPECT_EQ(search(query).status, 200);

  Quota quota(AccessLevel::explorer);
  for (std::size_t i = 0; i < Quota::kExplorerOperations; ++i) EXPECT_FALSE(quota.count(now()));
  EXPECT_TRUE(quota.count(now()));
  EXPECT_FALSE(quota.count(now() + std::chrono::hours(25)));
}

TEST_F(Google, ControlNamesTheAccessAndMakesTokens) {
  meta::Access meta_access(3);
  control::Control control(world, clock, faults, meta_access, "secret");
  EXPECT_TRUE(boost::json::parse(control.access_document()).at("google").is_null());
  control.set_google(access, "http://google.test");
  const auto known = boost::json::parse(control.access_document()).at("google");
  EXPECT_EQ(known.at("token_url"), "http://google.test/token");
  EXPECT_EQ(known.at("refresh_token"), value(access.refresh_token()));
  EXPECT_EQ(known.at("login_customer_id"), value(std::to_string(access.manager())));
  ASSERT_EQ(known.at("accounts").as_array().size(), 3U);
  EXPECT_EQ(known.at("accounts").at(0).at("id"), value(id()));
  const wire::Request request{
      "POST", "/control/tokens", {}, {{"authorization", "Bearer secret"}}, R"({"platform":"google","state":"revoked"})",
      ""};
  const auto dead = std::string(boost::json::parse(control.handle(request).body).at("refresh_token").as_string());
  EXPECT_EQ(token({{"grant_type", "refresh_token"},
                   {"client_id", access.client_id()},
                   {"client_secret", access.client_secret()},
                   {"refresh_token", dead}})
                .status,
            400);
}

}  // namespace
}  // namespace omnify::sandbox::google
