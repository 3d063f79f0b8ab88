#include "platforms/tiktok/entities.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace omnify::platforms::tiktok {
namespace {

std::string page(std::string_view entries, int pages = 1) {
  return fmt::format(R"({{"code":0,"message":"OK","data":{{"list":[{}],"page_info":{{"page":1,"page_size":1000,)"
                     R"("total_number":1,"total_page":{}}}}}}})",
                     entries, pages);
}

TEST(TiktokEntities, ReadsTheAccount) {
  const auto read = parse_account(
      R"({"code":0,"data":{"list":[{"advertiser_id":"7123456789012345678","name":"Shop","currency":"EUR",)"
      R"("timezone":"Europe/Berlin","display_timezone":"Europe/Berlin"}]}})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->external_id, "7123456789012345678");
  EXPECT_EQ(read->currency.text(), "EUR");
  EXPECT_EQ(read->time_zone, "Europe/Berlin");
  EXPECT_FALSE(parse_account(R"({"code":0,"data":{"list":[]}})"));
  const auto offset =
      parse_account(R"({"code":0,"data":{"list":[{"advertiser_id":"7","currency":"USD","timezone":"Etc/GMT+5"}]}})");
  EXPECT_EQ(offset->time_zone, "Etc/GMT+5");
  EXPECT_EQ(offset->name, "7");
  const auto other =
      parse_account(R"({"code":0,"data":{"list":[{"advertiser_id":"7","currency":"USD","timezone":"UTC-05:00",)"
                    R"("display_timezone":"America/New_York"}]}})");
  EXPECT_EQ(other->time_zone, "America/New_York");
}

TEST(TiktokEntities, ReadsCampaignsAndDailyBudgets) {
  const auto budget = [](std::string_view members) {
    return parse_campaigns(page(fmt::format(R"({{"campaign_id":"1","campaign_name":"A",{}}})", members))).rows.at(0);
  };
  EXPECT_EQ(budget(R"("budget_mode":"BUDGET_MODE_DAY","budget":50.5)").daily_budget, 50'500'000);
  EXPECT_EQ(budget(R"("budget_mode":"BUDGET_MODE_DYNAMIC_DAILY_BUDGET","budget":50)").daily_budget, 50'000'000);
  EXPECT_FALSE(budget(R"("budget_mode":"BUDGET_MODE_TOTAL","budget":500.0)").daily_budget);
  EXPECT_FALSE(budget(R"("budget_mode":"BUDGET_MODE_INFINITE","budget":0.0)").daily_budget);
  const auto read = budget(R"("objective_type":"TRAFFIC","secondary_status":"CAMPAIGN_STATUS_DISABLE")");
  EXPECT_EQ(read.objective, "TRAFFIC");
  EXPECT_EQ(read.status, EntityStatus::paused);
  EXPECT_EQ(parse_campaigns(page("", 3)).pages, 3);
}

TEST(TiktokEntities, AnAdsCreativeIsItsVideoItsPostOrItsPicture) {
  const auto ad = [](std::string_view members) {
    return parse_ads(page(fmt::format(R"({{"ad_id":"1","adgroup_id":"2","ad_name":"A",{}}})", members))).rows.at(0);
  };
  const auto video = ad(R"("video_id":"v100","image_ids":["i1"],"ad_text":"Buy","ad_texts":null)");
  EXPECT_EQ(video.creative_external_id, "v100");
  EXPECT_EQ(video.creative_body, "Buy");
  EXPECT_FALSE(video.creative_title) << "TikTok has none";
  EXPECT_EQ(ad(R"("video_id":null,"tiktok_item_id":"77","image_ids":["i1"])").creative_external_id, "77");
  const auto picture = ad(R"("video_id":null,"image_ids":["i1","i2"],"ad_text":"","ad_texts":["One","Two"])");
  EXPECT_EQ(picture.creative_external_id, "i1");
  EXPECT_EQ(picture.creative_body, "One");
  EXPECT_FALSE(ad(R"("image_ids":null)").creative_external_id);
}

TEST(TiktokEntities, MapsStatuses) {
  const std::tuple<const char*, const char*, EntityStatus> cases[] = {
      {"CAMPAIGN_STATUS_ENABLE", "ENABLE", EntityStatus::active},
      {"CAMPAIGN_STATUS_BUDGET_EXCEED", "ENABLE", EntityStatus::active},
      {"CAMPAIGN_STATUS_DISABLE", "DISABLE", EntityStatus::paused},
      {"CAMPAIGN_STATUS_DELETE", "DELETE", EntityStatus::ended},
      {"ADVERTISER_ACCOUNT_PUNISH", "ENABLE", EntityStatus::paused},
      {"ADGROUP_STATUS_DELIVERY_OK", "ENABLE", EntityStatus::active},
      {"ADGROUP_STATUS_NOT_START", "ENABLE", EntityStatus::active},
      {"ADGROUP_STATUS_TIME_DONE", "ENABLE", EntityStatus::ended},
      {"ADGROUP_STATUS_CAMPAIGN_DELETE", "ENABLE", EntityStatus::ended},
      {"ADGROUP_STATUS_CAMPAIGN_DISABLE", "ENABLE", EntityStatus::paused},
      {"AD_STATUS_DONE", "ENABLE", EntityStatus::ended},
      {"AD_STATUS_AUDIT_DENY", "ENABLE", EntityStatus::paused},
      {"AD_STATUS_PARTIAL_AUDIT_DELIVERY_OK", "ENABLE", EntityStatus::active},
      {"AD_STATUS_SOMETHING_NEW", "ENABLE", EntityStatus::paused},
      {"", "ENABLE", EntityStatus::active},
      {"", "DISABLE", EntityStatus::paused},
      {"", "", EntityStatus::paused},
  };
  for (const auto& [secondary, operation, expected] : cases) {
    EXPECT_EQ(map_status(secondary, operation), expected) << secondary << "/" << operation;
  }
}

TEST(TiktokEntities, ACampaignEndsWithItsAdGroups) {
  EntityRows rows;
  rows.campaigns.resize(3);
  rows.campaigns[0].external_id = "over";
  rows.campaigns[1].external_id = "running";
  rows.campaigns[2].external_id = "empty";
  rows.ad_sets = {{"1", "over", "", EntityStatus::ended},
                  {"2", "running", "", EntityStatus::ended},
                  {"3", "running", "", EntityStatus::active}};
  rows.ads.resize(2);
  rows.ads[0].ad_set_external_id = "1";
  rows.ads[1].ad_set_external_id = "3";
  settle_ends(rows);
  EXPECT_EQ(rows.campaigns[0].status, EntityStatus::ended);
  EXPECT_EQ(rows.campaigns[1].status, EntityStatus::active);
  EXPECT_EQ(rows.campaigns[2].status, EntityStatus::active);
  EXPECT_EQ(rows.ads[0].status, EntityStatus::ended);
  EXPECT_EQ(rows.ads[1].status, EntityStatus::active);
}

TEST(TiktokEntities, RefusesWhatIsNoList) {
  for (const auto* body :
       {"", "[]", R"({"code":0})", R"({"code":0,"data":{}})", R"({"code":0,"data":{"list":[1]}})",
        R"({"code":0,"data":{"list":[{"campaign_id":""}]}})", R"({"code":0,"data":{"list":[],"page_info":{}}})"}) {
    EXPECT_THROW((void)parse_campaigns(body), Error) << body;
  }
}

}  // namespace
}  // namespace omnify::platforms::tiktok
