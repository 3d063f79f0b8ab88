#include "platforms/tiktok/reports.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace omnify::platforms::tiktok {
namespace {

std::string page(std::string_view metrics,
                 std::string_view dimensions = R"("ad_id":"1728000","stat_time_day":"2026-11-01 00:00:00")") {
  return fmt::format(R"({{"code":0,"message":"OK","request_id":"1","data":{{"page_info":{{"page":1,"page_size":1000,)"
                     R"("total_number":1,"total_page":1}},"list":[{{"metrics":{{{}}},"dimensions":{{{}}}}}]}}}})",
                     metrics, dimensions);
}

FactRow row(std::string_view objective, std::string_view figures) {
  auto read = parse_report(page(fmt::format(
      R"("campaign_id":"10","adgroup_id":"20","objective_type":"{}","spend":"20.5","impressions":"5830","clicks":"69",{})",
      objective, figures)));
  EXPECT_EQ(read.pages, 1);
  EXPECT_EQ(read.rows.size(), 1U);
  return read.rows.at(0);
}

TEST(TiktokReports, AddsTheChannelsAndNotTheBuyers) {
  const auto read =
      row("WEB_CONVERSIONS", R"("complete_payment":"3","total_complete_payment_rate":"150.25","total_purchase":"2",)"
                             R"("purchase":"2","total_purchase_value":"40","onsite_shopping":"1",)"
                             R"("total_onsite_shopping_value":"9.99")");
  EXPECT_EQ(read.day, Day(std::chrono::year(2026) / 11 / 1));
  EXPECT_EQ(read.ad_external_id, "1728000");
  EXPECT_EQ(read.campaign_external_id, "10");
  EXPECT_EQ(read.ad_set_external_id, "20");
  EXPECT_EQ(read.spend, 20'500'000);
  EXPECT_EQ(read.impressions, 5830);
  EXPECT_EQ(read.clicks, 69);
  EXPECT_EQ(read.conversions, 6'000'000);
  EXPECT_EQ(read.revenue, 200'240'000);
}

TEST(TiktokReports, ADashIsNotReported) {
  const auto none = row("WEB_CONVERSIONS", R"("complete_payment":"-","total_complete_payment_rate":"-")");
  EXPECT_FALSE(none.conversions);
  EXPECT_FALSE(none.revenue);
  const auto some = row("WEB_CONVERSIONS", R"("complete_payment":"2","total_purchase":"-")");
  EXPECT_EQ(some.conversions, 2'000'000);
  EXPECT_FALSE(some.revenue);
}

TEST(TiktokReports, ZeroCountsWhereTheCampaignSells) {
  constexpr std::string_view kZero = R"("complete_payment":"0","total_complete_payment_rate":"0.00")";
  for (const auto* objective : {"WEB_CONVERSIONS", "PRODUCT_SALES", "CATALOG_SALES"}) {
    EXPECT_EQ(row(objective, kZero).conversions, 0) << objective;
    EXPECT_EQ(row(objective, kZero).revenue, 0) << objective;
  }
  EXPECT_FALSE(row("TRAFFIC", kZero).conversions);
  EXPECT_FALSE(row("TRAFFIC", kZero).revenue);
  EXPECT_EQ(row("TRAFFIC", R"("complete_payment":"1","total_complete_payment_rate":"5")").conversions, 1'000'000);
}

TEST(TiktokReports, AnEmptyListIsAnAnswer) {
  const auto read = parse_report(R"({"code":0,"data":{"list":[],"page_info":{"total_page":0}}})");
  EXPECT_TRUE(read.rows.empty());
  EXPECT_EQ(read.pages, 0);
}

TEST(TiktokReports, RefusesWhatIsNoReport) {
  const std::string bodies[] = {
      "",
      R"({"code":0,"data":{}})",
      R"({"code":0,"data":{"list":[{"metrics":{},"dimensions":{"ad_id":"1"}}],"page_info":{"total_page":1}}})",
      page(R"("campaign_id":"1")"),
      page(R"("campaign_id":"1","adgroup_id":"2","spend":"many")"),
      page(R"("campaign_id":"1","adgroup_id":"2")", R"("ad_id":"1","stat_time_day":"yesterday")"),
      R"({"code":0,"data":{"list":[{"metr)"};
  for (const auto& body : bodies) {
    try {
      (void)parse_report(body);
      ADD_FAILURE() << body;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::upstream_retry) << body;
    }
  }
}

}  // namespace
}  // namespace omnify::platforms::tiktok
