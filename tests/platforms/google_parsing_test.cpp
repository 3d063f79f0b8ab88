#include <gtest/gtest.h>

#include "base/error.h"
#include "platforms/google/connector.h"
#include "platforms/google/entities.h"
#include "platforms/google/reports.h"

namespace omnify::platforms::google {
namespace {

TEST(GoogleReports, ReadsFractionsAndAbsentFigures) {
  const auto page = parse_report(R"({"results":[
    {"campaign":{"resourceName":"customers/1/campaigns/7","id":"7"},"adGroup":{"resourceName":"r","id":"8"},
     "adGroupAd":{"resourceName":"r","ad":{"resourceName":"r","id":"9"}},"segments":{"date":"2026-11-01"},
     "metrics":{"clicks":"3","impressions":"120","costMicros":"1234567","conversions":2.75,"conversionsValue":1.5e2}},
    {"segments":{"date":"2026-11-02"},"metrics":{},"assetGroup":{"id":"11"},"campaign":{"id":"7"}}],
    "nextPageToken":"abc","fieldMask":"campaign.id","queryResourceConsumption":"4","metricAttributes":[]})");
  ASSERT_EQ(page.rows.size(), 2U);
  const auto& ad = page.rows[0];
  EXPECT_EQ(ad.ad_external_id, "8~9");
  EXPECT_EQ(ad.ad_set_external_id, "8");
  EXPECT_EQ(ad.campaign_external_id, "7");
  EXPECT_EQ(ad.spend, 1'234'567);
  EXPECT_EQ(ad.conversions, 2'750'000);
  EXPECT_EQ(ad.revenue, 150'000'000);
  const auto& group = page.rows[1];
  EXPECT_EQ(group.ad_external_id, "assetGroups/11");
  EXPECT_EQ(group.ad_set_external_id, "11");
  EXPECT_EQ(group.impressions, 0);
  EXPECT_FALSE(group.conversions);
  EXPECT_EQ(page.page_token, "abc");
}

TEST(GoogleReports, ReadsTheAccountsDays) {
  const auto page = parse_account_days(R"({"results":[{"customer":{"resourceName":"customers/1"},
    "segments":{"date":"2026-11-01"},"metrics":{"clicks":"3","costMicros":"1500000"}}]})");
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].spend, 1'500'000);
  EXPECT_FALSE(page.rows[0].revenue);
  EXPECT_THROW((void)parse_account_days(R"({"results":[{"metrics":{"clicks":"3"}}]})"), Error);
}

TEST(GoogleReports, AnEmptyAnswerHasNoResults) {
  const auto page = parse_report(R"({"fieldMask":"campaign.id"})");
  EXPECT_TRUE(page.rows.empty());
  EXPECT_FALSE(page.page_token);
}

TEST(GoogleReports, RefusesWhatIsNoReport) {
  for (const auto* body :
       {"[]", "{\"results\":[{}]}", "{\"results\":[{\"campaign\":{\"id\":\"1\"}", "Not Found",
        R"({"results":[{"campaign":{"id":"1"},"assetGroup":{"id":"2"},"segments":{"date":"x"}}]})"}) {
    try {
      (void)parse_report(body);
      ADD_FAILURE() << body;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::upstream_retry) << body;
    }
  }
}

TEST(GoogleReports, AsksForPurchasesAlone) {
  const Day day = std::chrono::year(2026) / 11 / 1;
  const auto query = purchases_query(ReportLevel::ads, day, day);
  EXPECT_NE(query.find("conversion_action_category = 'PURCHASE'"), std::string::npos);
  EXPECT_EQ(query.find("cost_micros"), std::string::npos) << "Google refuses it beside a conversion category";
  EXPECT_NE(delivery_query(ReportLevel::asset_groups, day, day).find("FROM asset_group "), std::string::npos);
}

TEST(GoogleEntities, MapsCampaigns) {
  const auto page = parse_campaigns(R"({"results":[
    {"campaign":{"id":"1","name":"A","status":"ENABLED","servingStatus":"SERVING","advertisingChannelType":"SEARCH"},
     "campaignBudget":{"amountMicros":"30000000","period":"DAILY","explicitlyShared":false,"referenceCount":"1"}},
    {"campaign":{"id":"2","status":"PAUSED"},
     "campaignBudget":{"amountMicros":"30000000","explicitlyShared":true,"referenceCount":"3"}},
    {"campaign":{"id":"3","status":"ENABLED","servingStatus":"ENDED"}},
    {"campaign":{"id":"4","status":"REMOVED"},"campaignBudget":{"amountMicros":"1000000","period":"CUSTOM_PERIOD"}}]})");
  ASSERT_EQ(page.rows.size(), 4U);
  EXPECT_EQ(page.rows[0].daily_budget, 30'000'000);
  EXPECT_EQ(page.rows[0].objective, "SEARCH");
  EXPECT_EQ(page.rows[0].status, EntityStatus::active);
  EXPECT_FALSE(page.rows[1].daily_budget) << "shared by three campaigns";
  EXPECT_EQ(page.rows[1].name, "2");
  EXPECT_EQ(page.rows[1].status, EntityStatus::paused);
  EXPECT_EQ(page.rows[2].status, EntityStatus::ended);
  EXPECT_EQ(page.rows[3].status, EntityStatus::ended);
  EXPECT_FALSE(page.rows[3].daily_budget);
}

TEST(GoogleEntities, NamesAdsByTheirHeadline) {
  const auto page = parse_ads(R"({"results":[
    {"adGroup":{"id":"5"},"adGroupAd":{"status":"ENABLED","ad":{"id":"9","type":"RESPONSIVE_SEARCH_AD",
     "responsiveSearchAd":{"headlines":[{"text":"First"},{"text":"Second"}],"descriptions":[{"text":"Body"}]}}}},
    {"adGroup":{"id":"5"},"adGroupAd":{"status":"PAUSED","ad":{"id":"10","name":"Banner"}}},
    {"adGroup":{"id":"5"},"adGroupAd":{"status":"REMOVED","ad":{"id":"11",
     "expandedTextAd":{"headlinePart1":"Old","description":"Text"}}}},
    {"adGroup":{"id":"6"},"adGroupAd":{"status":"ENABLED","ad":{"id":"11"}}}]})");
  ASSERT_EQ(page.rows.size(), 4U);
  EXPECT_EQ(page.rows[0].external_id, "5~9");
  EXPECT_EQ(page.rows[0].creative_external_id, "9");
  EXPECT_EQ(page.rows[0].name, "First");
  EXPECT_EQ(page.rows[0].creative_title, "First");
  EXPECT_EQ(page.rows[0].creative_body, "Body");
  EXPECT_EQ(page.rows[1].name, "Banner");
  EXPECT_EQ(page.rows[2].creative_title, "Old");
  EXPECT_EQ(page.rows[2].status, EntityStatus::ended);
  EXPECT_EQ(page.rows[3].external_id, "6~11") << "the same ad in another ad group is another one";
  EXPECT_EQ(page.rows[3].name, "11");
}

TEST(GoogleEntities, OnlyPrimaryActionsCountPurchases) {
  EXPECT_FALSE(counts_purchases(R"({"fieldMask":"conversionAction.id"})"));
  EXPECT_FALSE(counts_purchases(R"({"results":[{"conversionAction":{"id":"1"}},
    {"conversionAction":{"id":"2","includeInConversionsMetric":false}}]})"));
  EXPECT_TRUE(counts_purchases(R"({"results":[{"conversionAction":{"id":"1"}},
    {"conversionAction":{"id":"2","includeInConversionsMetric":true}}]})"));
}

TEST(GoogleEntities, AManagerHasNoFigures) {
  EXPECT_THROW((void)parse_account(R"({"results":[{"customer":{"id":"1","manager":true}}]})"), Error);
  const auto row = parse_account(
      R"({"results":[{"customer":{"id":"1234567890","currencyCode":"EUR","timeZone":"Europe/Berlin"}}]})");
  EXPECT_EQ(row.name, "1234567890");
  EXPECT_EQ(row.currency.text(), "EUR");
}

TEST(GoogleConnector, ReadsCustomerIdsInEverySpelling) {
  EXPECT_EQ(normalise_account_id(" 123-456-7890\n"), "1234567890");
  EXPECT_EQ(normalise_account_id("1234567890"), "1234567890");
  EXPECT_FALSE(normalise_account_id("12345"));
  EXPECT_FALSE(normalise_account_id("act_1234567890"));
}

}  // namespace
}  // namespace omnify::platforms::google
