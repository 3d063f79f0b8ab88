#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "control/control.h"
#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "meta/actions.h"
#include "meta/api.h"
#include "sandbox/fixture.h"

namespace omnify::sandbox::meta {
namespace {

using boost::json::value;
using std::chrono::days;

class Meta : public FacadeFixture {
 protected:
  Meta() : FacadeFixture(market::Platform::meta) {}

  [[nodiscard]] std::string act(std::size_t index = 0) const { return "act_" + id(index); }

  wire::Reply send(const std::string& path, wire::Fields parameters = {}, std::string method = "GET") {
    wire::Request request;
    request.method = std::move(method);
    request.path = "/v26.0/" + path;
    request.query = std::move(parameters);
    if (!wire::find(request.query, "access_token")) request.query.emplace_back("access_token", token);
    request.base_url = "http://meta.test";
    return api.handle(request);
  }
  value get(const std::string& path, wire::Fields parameters = {}) {
    const auto reply = send(path, std::move(parameters));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return boost::json::parse(reply.body);
  }
  std::pair<int, int> failure(const std::string& path, wire::Fields parameters = {}) {
    const auto reply = send(path, std::move(parameters));
    const auto document = boost::json::parse(reply.body);
    const auto* error = document.as_object().if_contains("error");
    if (error == nullptr) return {0, 0};
    const auto* subcode = error->as_object().if_contains("error_subcode");
    EXPECT_TRUE(error->as_object().contains("fbtrace_id"));
    return {error->at("code").to_number<int>(), subcode != nullptr ? subcode->to_number<int>() : 0};
  }
  /// Follows paging.next to the end, with cursors only.
  std::vector<value> all(const std::string& path, wire::Fields parameters) {
    std::vector<value> rows;
    for (auto page = get(path, parameters);; page = get(path, parameters)) {
      for (const auto& row : page.at("data").as_array()) rows.push_back(row);
      const auto* paging = page.as_object().if_contains("paging");
      if (paging == nullptr || !paging->as_object().contains("next")) return rows;
      std::erase_if(parameters, [](const auto& field) { return field.first == "after"; });
      parameters.emplace_back("after", std::string(paging->at("cursors").at("after").as_string()));
    }
  }
  [[nodiscard]] std::string range(int first_age, int last_age) const {
    return R"({"since":")" + format_day(today - days{first_age}) + R"(","until":")" +
           format_day(today - days{last_age}) + R"("})";
  }

  Access access{3};
  Api api{world, clock, faults, access, Tier::full, InsightsLimits{.report_time = std::chrono::milliseconds(0)}};
  std::string token = access.default_token();
};

double number(const value& row, std::string_view name) { return std::stod(std::string(row.at(name).as_string())); }

double action(const value& row, std::string_view list, std::string_view type, std::string_view member = "value") {
  const auto* actions = row.as_object().if_contains(list);
  if (actions == nullptr) return 0;
  for (const auto& entry : actions->as_array()) {
    if (entry.at("action_type").as_string() != type) continue;
    const auto* found = entry.as_object().if_contains(member);
    return found != nullptr ? std::stod(std::string(found->as_string())) : 0;
  }
  return 0;
}

struct Totals {
  double spend = 0;
  double impressions = 0;
  double clicks = 0;
  double purchases = 0;
  double revenue = 0;
};

Totals total(const std::vector<value>& rows) {
  Totals sum;
  for (const auto& row : rows) {
    sum.spend += number(row, "spend");
    sum.impressions += number(row, "impressions");
    sum.clicks += number(row, "clicks");
    sum.purchases += action(row, "actions", "omni_purchase");
    sum.revenue += action(row, "action_values", "omni_purchase");
  }
  return sum;
}

// Days whose numbers are final: younger ones may change between two questions.
TEST_F(Meta, InsightsAddUpAcrossLevelsAndIncrements) {
  std::vector<Totals> totals;
  for (const auto* const level : {"account", "campaign", "adset", "ad"}) {
    for (const auto* const increment : {"1", "3", "all_days", "monthly"}) {
      totals.push_back(total(all(act() + "/insights", {{"level", level},
                                                       {"time_range", range(61, 40)},
                                                       {"time_increment", increment},
                                                       {"limit", "200"},
                                                       {"fields", "spend,impressions,clicks,actions,action_values"}})));
    }
  }
  const auto known = truth(61, 40);
  for (const auto& sum : totals) {
    EXPECT_NEAR(sum.spend, static_cast<double>(known.spend) / 100, 0.005);
    EXPECT_EQ(sum.impressions, static_cast<double>(known.impressions));
    EXPECT_EQ(sum.clicks, static_cast<double>(known.clicks));
    EXPECT_EQ(sum.purchases, static_cast<double>(known.purchases.attributed().count));
    EXPECT_NEAR(sum.revenue, static_cast<double>(known.purchases.attributed().value) / 100, 0.005);
  }
}

TEST_F(Meta, PurchasesAreNestedAndRoasFits) {
  const auto rows = all(act() + "/insights",
                        {{"level", "campaign"},
                         {"time_range", range(20, 1)},
                         {"fields", "campaign_id,spend,actions,action_values,purchase_roas"},
                         {"action_attribution_windows", R"(["1d_click","7d_click","28d_click","1d_view","7d_view"])"}});
  ASSERT_FALSE(rows.empty());
  int with_purchases = 0;
  for (const auto& row : rows) {
    const double omni = action(row, "actions", "omni_purchase");
    if (omni == 0) continue;
    ++with_purchases;
    const double web = action(row, "actions", "offsite_conversion.fb_pixel_purchase");
    const double app = action(row, "actions", "app_custom_event.fb_mobile_purchase");
    const double shop = action(row, "actions", "onsite_conversion.purchase");
    EXPECT_EQ(omni, web + app + shop);
    EXPECT_EQ(action(row, "actions", "purchase"), omni) << "an alias, to be added by nobody";
    const auto window = [&](std::string_view name) { return action(row, "actions", "omni_purchase", name); };
    EXPECT_GE(window("28d_click"), window("7d_click"));
    EXPECT_GE(window("7d_click"), window("1d_click"));
    EXPECT_EQ(window("7d_click") + window("1d_view"), omni);
    EXPECT_EQ(window("7d_view"), 0) << "no longer answered";
    EXPECT_NEAR(action(row, "purchase_roas", "omni_purchase"),
                action(row, "action_values", "omni_purchase") / number(row, "spend"), 1e-5);
  }
  EXPECT_GT(with_purchases, 5);
}

TEST_F(Meta, PagesHoldEveryObjectOnce) {
  for (const auto* const limit : {"1", "7", "25", "400"}) {
    std::set<std::string> ids;
    const auto rows = all(act() + "/ads", {{"limit", limit}, {"fields", "id"}});
    for (const auto& row : rows) ids.insert(std::string(row.at("id").as_string()));
    EXPECT_EQ(rows.size(), account().ads.size());
    EXPECT_EQ(ids.size(), rows.size());
  }
  EXPECT_EQ(get(act() + "/campaigns", {{"summary", "true"}}).at("summary").at("total_count"), 24);
}

TEST_F(Meta, TheAddressOfTheNextPageIsAbsoluteAndRepeatsTheParameters) {
  const auto page = get(act() + "/campaigns", {{"limit", "5"}, {"fields", "id,name"}});
  const auto next = std::string(page.at("paging").at("next").as_string());
  EXPECT_THAT(next, testing::StartsWith("http://meta.test/v26.0/" + act() + "/campaigns?access_token="));
  EXPECT_THAT(next, testing::HasSubstr("&limit=5&fields=id%2Cname&after="));
  EXPECT_FALSE(page.at("paging").as_object().contains("previous"));
}

TEST_F(Meta, FiltersByStatusAndExpandsNestedFields) {
  const auto paused =
      all(act() + "/campaigns", {{"effective_status", R"(["PAUSED"])"}, {"fields", "effective_status"}});
  const auto active = all(act() + "/campaigns", {{"effective_status", R"(["ACTIVE"])"}});
  EXPECT_EQ(paused.size() + active.size(), 24U);
  EXPECT_GE(paused.size(), 2U);
  const auto ad = get(act() + "/ads", {{"limit", "1"}, {"fields", "campaign{name},creative{id,object_story_spec}"}});
  EXPECT_TRUE(ad.at("data").at(0).at("creative").as_object().contains("object_story_spec"));
  const auto campaign = get(act() + "/campaigns", {{"limit", "1"}, {"fields", "adsets.limit(1){id,ads{id}}"}});
  EXPECT_EQ(campaign.at("data").at(0).at("adsets").at("data").as_array().size(), 1U);
}

TEST_F(Meta, YenHasNoMinorUnit) {
  const auto rows = all(act(2) + "/insights", {{"time_range", range(10, 3)}, {"fields", "spend,account_currency"}});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at("account_currency"), "JPY");
  EXPECT_THAT(std::string(rows[0].at("spend").as_string()), testing::Not(testing::HasSubstr(".")));
  EXPECT_EQ(major(1234, 100), "12.34");
  EXPECT_EQ(major(5, 100), "0.05");
}

TEST_F(Meta, RefusesWhatThePlatformRefuses) {
  EXPECT_EQ(failure(act() + "/campaigns", {{"fields", "nope"}}), std::pair(100, 0));
  EXPECT_EQ(failure(act() + "/campaigns", {{"effective_status", R"(["ASLEEP"])"}}), std::pair(100, 0));
  EXPECT_EQ(failure(act() + "/campaigns", {{"limit", "0"}}), std::pair(100, 0));
  EXPECT_EQ(failure(act() + "/campaigns", {{"after", "abc"}}), std::pair(100, 0));
  EXPECT_EQ(failure(act() + "/insights", {{"fields", "nope"}}), std::pair(100, 0));
  EXPECT_EQ(failure(act() + "/insights", {{"time_range", R"({"since":"2026-02-30","until":"2026-03-01"})"}}),
            std::pair(100, 0));
  EXPECT_EQ(failure(act() + "/insights", {{"breakdowns", "age"}}), std::pair(100, 0));
  EXPECT_EQ(failure(act() + "/insights", {{"time_range", range(1300, 1)}}), std::pair(3018, 0));
  EXPECT_EQ(failure("act_1/campaigns"), std::pair(100, 33));
  EXPECT_EQ(failure(act() + "/ads", {{"limit", "5000"}, {"fields", "id,name,status,creative{id,title,body}"}}),
            std::pair(1, 0));
}

TEST_F(Meta, OldAndUnknownVersionsAreRefused) {
  wire::Request request{"GET", "/v24.0/" + act(), {{"access_token", token}}, {}, "", "http://meta.test"};
  EXPECT_THAT(api.handle(request).body, testing::HasSubstr("\"code\":2635"));
  request.path = "/" + act();
  EXPECT_THAT(api.handle(request).body, testing::HasSubstr("\"code\":2635"));
  request.path = "/v99.0/" + act();
  EXPECT_THAT(api.handle(request).body, testing::HasSubstr("\"code\":2500"));
  request.path = "/v25.0/" + act();
  EXPECT_EQ(api.handle(request).status, 200);
}

TEST_F(Meta, TokensAreValidExpiredRevokedOrScoped) {
  Token facts;
  facts.scopes = {"ads_read"};
  facts.issued = clock.now();
  facts.expires = clock.now() + days{60};
  facts.accounts = {account(1).id};
  const auto scoped = access.issue(facts);
  EXPECT_EQ(failure(act(1), {{"access_token", scoped}}), std::pair(0, 0));
  EXPECT_EQ(failure(act(0), {{"access_token", scoped}}), std::pair(200, 0));
  EXPECT_EQ(get("me/adaccounts", {{"access_token", scoped}}).at("data").as_array().size(), 1U);
  clock.advance(days{61});
  EXPECT_EQ(failure(act(1), {{"access_token", scoped}}), std::pair(190, 463));
  const auto inspected = get("debug_token", {{"input_token", scoped}, {"access_token", access.app_token()}});
  EXPECT_FALSE(inspected.at("data").at("is_valid").as_bool());
  access.revoke(token, 460);
  EXPECT_EQ(failure(act(), {}), std::pair(190, 460));
  EXPECT_EQ(failure(act(), {{"access_token", "EAAnonsense"}}), std::pair(190, 0));
  EXPECT_EQ(failure(act(), {{"access_token", ""}}), std::pair(104, 0));
}

TEST_F(Meta, ProofIsCheckedAndCanBeRequired) {
  const auto proof = crypto::hex(crypto::as_view(crypto::hmac_sha256(access.app_secret(), token)));
  EXPECT_EQ(failure(act(), {{"appsecret_proof", "00"}}), std::pair(100, 0));
  access.require_proof(true);
  EXPECT_EQ(failure(act()), std::pair(100, 0));
  EXPECT_EQ(failure(act(), {{"appsecret_proof", proof}}), std::pair(0, 0));
}

TEST_F(Meta, ExchangedTokenWorks) {
  const auto reply = get("oauth/access_token", {{"grant_type", "fb_exchange_token"},
                                                {"client_id", access.app_id()},
                                                {"client_secret", access.app_secret()},
                                                {"fb_exchange_token", token}});
  EXPECT_EQ(reply.at("expires_in"), 5'184'000);
  EXPECT_EQ(failure(act(), {{"access_token", std::string(reply.at("access_token").as_string())}}), std::pair(0, 0));
}

TEST_F(Meta, AReportGivesTheRowsOfTheSameQuestion) {
  const wire::Fields question{{"level", "ad"},
                              {"time_range", range(46, 40)},
                              {"time_increment", "1"},
                              {"fields", "ad_id,spend,impressions,clicks,actions,action_values"}};
  const auto started = send(act() + "/insights", question, "POST");
  const auto run = std::string(boost::json::parse(started.body).at("report_run_id").as_string());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  auto state = get(run);
  while (state.at("async_status") != "Job Completed" && std::chrono::steady_clock::now() < deadline) state = get(run);
  ASSERT_EQ(state.at("async_status"), "Job Completed");
  EXPECT_EQ(state.at("async_percent_completion"), 100);
  const auto report = all(run + "/insights", {{"limit", "100"}});
  const auto direct = all(act() + "/insights", question);
  EXPECT_EQ(report.size(), direct.size());
  EXPECT_DOUBLE_EQ(total(report).revenue, total(direct).revenue);
  EXPECT_EQ(failure(run + "/insights", {{"fields", "reach"}}), std::pair(100, 0));
  faults.add({"meta", id(), faults::Kind::report_missing, 1, {}});
  EXPECT_EQ(failure(run), std::pair(100, 33));
}

TEST_F(Meta, FaultsHitAsManyRequestsAsOrdered) {
  faults.add({"meta", id(), faults::Kind::throttle, 2, {}});
  const auto reply = send(act() + "/insights");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, testing::HasSubstr("\"code\":80000"));
  const auto usage = wire::find(reply.headers, "X-Business-Use-Case-Usage");
  ASSERT_TRUE(usage);
  EXPECT_THAT(std::string(*usage), testing::HasSubstr(R"("estimated_time_to_regain_access":1)"));
  EXPECT_EQ(failure(act(1) + "/campaigns"), std::pair(0, 0)) << "another account is not concerned";
  EXPECT_EQ(failure(act() + "/campaigns"), std::pair(80004, 2446079));
  EXPECT_EQ(failure(act() + "/campaigns"), std::pair(0, 0));
  faults.add({"meta", "", faults::Kind::server_error, 1, {}});
  EXPECT_EQ(send(act()).status, 500);
  faults.add({"meta", "", faults::Kind::truncated, 1, {}});
  EXPECT_EQ(send(act()).ending, wire::Ending::truncated);
}

TEST_F(Meta, UsageCountsAndTheQuotaHolds) {
  Usage usage(Tier::limited);
  const auto instant = now();
  for (int i = 0; i < 600; ++i) EXPECT_FALSE(usage.count(1, UseCase::insights, 0, instant));
  EXPECT_TRUE(usage.count(1, UseCase::insights, 0, instant));
  wire::Reply over;
  usage.tell(over, 1, UseCase::insights, {});
  EXPECT_THAT(std::string(wire::find(over.headers, "X-Business-Use-Case-Usage").value_or("")),
              testing::HasSubstr(R"("estimated_time_to_regain_access":60)"));
  EXPECT_FALSE(usage.count(1, UseCase::insights, 0, instant + std::chrono::hours(2)));
  wire::Reply later;
  usage.tell(later, 1, UseCase::insights, {});
  EXPECT_THAT(std::string(wire::find(later.headers, "X-FB-Ads-Insights-Throttle").value_or("")),
              testing::HasSubstr(R"("acc_id_util_pct":0.17)"));
}

TEST_F(Meta, TooManyRowsMustBecomeAReport) {
  market::World large(1, market::Size::large, std::chrono::floor<days>(now()));
  Api api(large, clock, faults, access, Tier::full, InsightsLimits{});
  const auto id = "act_" + std::to_string(large.accounts()[0].id);
  wire::Request request{"GET", "/v26.0/" + id + "/insights", {}, {}, "", "http://meta.test"};
  request.query = {{"access_token", token}, {"level", "ad"}, {"time_increment", "1"}, {"time_range", range(60, 1)}};
  EXPECT_THAT(api.handle(request).body, testing::HasSubstr("1487534"));
  request.query[2].second = "all_days";
  EXPECT_THAT(api.handle(request).body, testing::HasSubstr("1504018"));
  request.query[3].second = range(3, 1);
  EXPECT_EQ(api.handle(request).status, 200);
}

TEST_F(Meta, FilteringKeepsActiveObjectsUnlessStatusIsNamed) {
  const auto count = [&](std::string filter) {
    return all(act() + "/insights",
               {{"level", "campaign"}, {"time_range", range(60, 1)}, {"filtering", std::move(filter)}})
        .size();
  };
  const auto everything = count("[]");
  const auto active = count(R"([{"field":"impressions","operator":"GREATER_THAN","value":0}])");
  const auto named = count(R"([{"field":"campaign.effective_status","operator":"IN","value":["ACTIVE","PAUSED"]}])");
  EXPECT_LT(active, everything);
  EXPECT_EQ(named, everything);
}

TEST_F(Meta, BatchAnswersEachItem) {
  const auto items =
      R"([{"method":"GET","relative_url":")" + act() + R"(?fields=name"},{"method":"GET","relative_url":"act_1"}])";
  wire::Request request{"POST", "/v26.0", {{"access_token", token}, {"batch", items}}, {}, "", "http://meta.test"};
  const auto reply = boost::json::parse(api.handle(request).body);
  ASSERT_EQ(reply.as_array().size(), 2U);
  EXPECT_EQ(reply.at(0).at("code"), 200);
  EXPECT_EQ(reply.at(1).at("code"), 400);
}

TEST_F(Meta, ControlKnowsTheTruthAndWantsItsToken) {
  control::Control control(world, clock, faults, access, "secret");
  wire::Request request{
      "GET",
      "/control/truth",
      {{"account", act()}, {"first", format_day(today - days{5})}, {"last", format_day(today - days{2})}},
      {},
      "",
      ""};
  EXPECT_EQ(control.handle(request).status, 401);
  request.headers = {{"authorization", "Bearer secret"}};
  const auto truth = boost::json::parse(control.handle(request).body);
  EXPECT_EQ(truth.at("days").as_array().size(), 4U);
  const auto rows = all(act() + "/insights", {{"time_range", range(5, 2)}, {"fields", "spend,impressions,clicks"}});
  EXPECT_EQ(truth.at("total").at("spend"), rows.at(0).at("spend"));
  request = {"POST", "/control/faults", {}, request.headers, R"({"platform":"meta","kind":"asleep"})", ""};
  EXPECT_EQ(control.handle(request).status, 422);
}

}  // namespace
}  // namespace omnify::sandbox::meta
