#include "platforms/meta/entities.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "platforms/entities.h"
#include "platforms/meta/connector.h"
#include "platforms/meta/reports.h"
#include "platforms/meta/usage.h"

namespace omnify::platforms::meta {
namespace {

Currency currency(std::string_view text) { return Currency::parse(text).value(); }
Instant at(std::string_view text) { return parse_instant(text).value(); }

TEST(MetaEntities, MapsStatuses) {
  const auto time = at("2026-11-24T12:00:00Z");
  using enum EntityStatus;
  for (const auto* text : {"ACTIVE", "IN_PROCESS", "WITH_ISSUES", "PREAPPROVED"}) {
    EXPECT_EQ(map_status(text, std::nullopt, time), active) << text;
  }
  for (const auto* text :
       {"PAUSED", "CAMPAIGN_PAUSED", "ADSET_PAUSED", "PENDING_REVIEW", "DISAPPROVED", "PENDING_BILLING_INFO", "NEW"}) {
    EXPECT_EQ(map_status(text, std::nullopt, time), paused) << text;
  }
  EXPECT_EQ(map_status("ARCHIVED", std::nullopt, time), ended);
  EXPECT_EQ(map_status("DELETED", std::nullopt, time), ended);
  EXPECT_EQ(map_status("ACTIVE", at("2026-11-24T11:59:59Z"), time), ended);
  EXPECT_EQ(map_status("ACTIVE", at("2026-11-24T12:00:01Z"), time), active);
}

TEST(MetaEntities, MinorUnitsFollowMetasOwnOffsets) {
  EXPECT_EQ(parse_minor_units("5000", currency("USD")), 50'000'000);
  EXPECT_EQ(parse_minor_units("5000", currency("JPY")), 5'000'000'000);
  EXPECT_EQ(parse_minor_units("5000", currency("HUF")), 5'000'000'000);
  EXPECT_EQ(parse_minor_units("5000", currency("KWD")), 50'000'000) << "100, though ISO 4217 has three decimals";
  EXPECT_EQ(parse_minor_units("0", currency("USD")), std::nullopt);
  EXPECT_EQ(parse_minor_units("12.5", currency("USD")), std::nullopt);
  EXPECT_EQ(parse_minor_units("9223372036854775807", currency("USD")), std::nullopt);
}

TEST(MetaEntities, ReadsTheAccount) {
  const auto account = parse_account(
      R"({"id":"act_12","account_id":"12","name":"Shop","currency":"EUR","timezone_name":"Europe/Berlin"})");
  EXPECT_EQ(account.external_id, "12");
  EXPECT_EQ(account.name, "Shop");
  EXPECT_EQ(account.currency.text(), "EUR");
  EXPECT_EQ(account.time_zone, "Europe/Berlin");
  EXPECT_THROW((void)parse_account(R"({"id":"act_12","account_id":"12","currency":"EUR","timezone_name":"Mars/X"})"),
               Error);
}

TEST(MetaEntities, ReadsCampaignsWithTheirBudgets) {
  const auto page = parse_campaigns(
      R"({"data":[{"id":"1","name":"A","objective":"OUTCOME_SALES","effective_status":"ACTIVE","daily_budget":"12050"},
      {"id":"2","name":"B","effective_status":"ACTIVE","daily_budget":"0","stop_time":"2026-03-01T10:00:00+0000"}],
      "paging":{"cursors":{"after":"QQ"},"next":"https://x"}})",
      currency("USD"), at("2026-11-24T12:00:00Z"));
  ASSERT_EQ(page.rows.size(), 2U);
  EXPECT_EQ(page.rows[0].daily_budget, 120'500'000);
  EXPECT_EQ(page.rows[0].objective, "OUTCOME_SALES");
  EXPECT_EQ(page.rows[1].daily_budget, std::nullopt);
  EXPECT_EQ(page.rows[1].status, EntityStatus::ended);
  EXPECT_EQ(page.after, "QQ");
}

TEST(MetaEntities, FindsTheWordsOfACreative) {
  const auto page = parse_ads(
      R"({"data":[
      {"id":"1","adset_id":"9","name":"A","effective_status":"ACTIVE","creative":{"id":"7","title":"T","body":"B"}},
      {"id":"2","adset_id":"9","name":"B","effective_status":"PAUSED","creative":{"id":"8","object_story_spec":
        {"link_data":{"name":"Headline","message":"Text"}}}},
      {"id":"3","adset_id":"9","creative":{"id":"6","asset_feed_spec":{"titles":[{"text":"Feed"}],"bodies":[]}}},
      {"id":"4","adset_id":"9"}]})");
  ASSERT_EQ(page.rows.size(), 4U);
  EXPECT_EQ(page.rows[0].creative_title, "T");
  EXPECT_EQ(page.rows[1].creative_title, "Headline");
  EXPECT_EQ(page.rows[1].creative_body, "Text");
  EXPECT_EQ(page.rows[2].creative_title, "Feed");
  EXPECT_EQ(page.rows[2].creative_body, std::nullopt);
  EXPECT_EQ(page.rows[2].name, "3");
  EXPECT_EQ(page.rows[3].creative_external_id, std::nullopt);
  EXPECT_EQ(page.after, std::nullopt);
}

TEST(MetaEntities, ChildrenEndWithTheirParents) {
  using enum EntityStatus;
  EntityRows rows;
  rows.campaigns.push_back({.external_id = "1", .name = "", .status = ended, .objective = {}, .daily_budget = {}});
  rows.campaigns.push_back({.external_id = "2", .name = "", .status = active, .objective = {}, .daily_budget = {}});
  rows.ad_sets.push_back({"11", "1", "", active});
  rows.ad_sets.push_back({"21", "2", "", paused});
  rows.ads.push_back({"111", "11", "", active, {}, {}, {}});
  rows.ads.push_back({"211", "21", "", active, {}, {}, {}});
  end_with_parents(rows);
  EXPECT_EQ(rows.ad_sets[0].status, ended);
  EXPECT_EQ(rows.ad_sets[1].status, paused);
  EXPECT_EQ(rows.ads[0].status, ended);
  EXPECT_EQ(rows.ads[1].status, active);
}

TEST(MetaAccountId, HasOneSpelling) {
  EXPECT_EQ(normalise_account_id("act_120330"), "120330");
  EXPECT_EQ(normalise_account_id(" ACT_120330\n"), "120330");
  EXPECT_EQ(normalise_account_id("120330"), "120330");
  for (const auto* text : {"", "act_", "12a", "12 3", "-1", "1/../2"}) EXPECT_FALSE(normalise_account_id(text)) << text;
}

TEST(MetaUsage, TheWorstLimitCounts) {
  http::Headers headers;
  headers.add("x-app-usage", R"({"call_count":28,"total_time":25,"total_cputime":25})");
  headers.add("X-Business-Use-Case-Usage",
              R"({"12":[{"type":"ads_management","call_count":3,"total_cputime":4,"total_time":5,)"
              R"("estimated_time_to_regain_access":0},{"type":"ads_insights","call_count":97,"total_cputime":23,)"
              R"("total_time":23,"estimated_time_to_regain_access":7}]})");
  auto usage = read_usage(headers);
  EXPECT_DOUBLE_EQ(usage.percent, 97);
  EXPECT_EQ(usage.regain, std::chrono::minutes(7));
  EXPECT_EQ(pause_before_next(usage), std::chrono::minutes(7));
  headers.set("X-Business-Use-Case-Usage", "not JSON");
  usage = read_usage(headers);
  EXPECT_DOUBLE_EQ(usage.percent, 28);
  EXPECT_EQ(pause_before_next(usage), std::chrono::milliseconds(0));
}

TEST(MetaUsage, SlowsDownFrom75AndStopsAt95) {
  EXPECT_EQ(pause_before_next({.percent = 74.9}).count(), 0);
  EXPECT_EQ(pause_before_next({.percent = 85}), std::chrono::milliseconds(2500));
  EXPECT_EQ(pause_before_next({.percent = 95}), std::chrono::seconds(60));
  EXPECT_EQ(pause_before_next({.percent = 100, .regain = std::chrono::seconds(100)}), std::chrono::seconds(100));
}

TEST(MetaReports, ReadsIdsOfEveryForm) {
  EXPECT_EQ(parse_report_id(R"({"report_run_id":"6023920149050"})"), "6023920149050");
  EXPECT_EQ(parse_report_id(R"({"id":"1","report_run_id": 90071992547409931})"), "90071992547409931");
  EXPECT_EQ(parse_report_id("6023920149050"), "6023920149050");
  EXPECT_THROW((void)parse_report_id("{}"), Error);
}

TEST(MetaReports, IsCompleteOnlyWithBothSigns) {
  using Kind = ReportState::Kind;
  EXPECT_EQ(parse_report_state(R"({"async_status":"Job Running","async_percent_completion":100})").kind, Kind::waiting);
  EXPECT_EQ(parse_report_state(R"({"async_status":"Job Completed","async_percent_completion":90})").kind,
            Kind::waiting);
  EXPECT_EQ(parse_report_state(R"({"async_status":"Job Completed","async_percent_completion":100})").kind,
            Kind::completed);
  EXPECT_EQ(parse_report_state(R"({"async_status":"Job Skipped"})").kind, Kind::skipped);
  const auto failed = parse_report_state(R"({"async_status":"Job Failed","error_code":-3,"error_subcode":1504045})");
  EXPECT_EQ(failed.kind, Kind::failed);
  EXPECT_EQ(classify(failed.error).kind, ErrorClass::too_large);
}

}  // namespace
}  // namespace omnify::platforms::meta
