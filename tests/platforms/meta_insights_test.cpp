#include "platforms/meta/insights.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace omnify::platforms::meta {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

/// A page with one row, in the form of the reference, with these members added.
std::string page_of(std::string_view members) {
  return fmt::format(
      R"({{"data":[{{"campaign_id":"23","adset_id":"42","ad_id":"6142","impressions":"9708","clicks":"120",)"
      R"("spend":"12.34",{}"date_start":"2026-03-01","date_stop":"2026-03-01"}}],"paging":{{"cursors":{{"before":)"
      R"("MAZDZD","after":"MjQZD"}}}}}})",
      members);
}

FactRow row_of(std::string_view members) {
  auto page = parse_insights(page_of(members));
  EXPECT_EQ(page.rows.size(), 1U);
  return page.rows.at(0);
}

TEST(MetaInsights, ReadsARow) {
  const auto row = row_of("");
  EXPECT_EQ(row.campaign_external_id, "23");
  EXPECT_EQ(row.ad_set_external_id, "42");
  EXPECT_EQ(row.ad_external_id, "6142");
  EXPECT_EQ(row.day, sys_days(year(2026) / 3 / 1));
  EXPECT_EQ(row.impressions, 9708);
  EXPECT_EQ(row.clicks, 120);
  EXPECT_EQ(row.spend, 12'340'000);
}

TEST(MetaInsights, CountsOnePurchaseTypeAndItsOwnRevenue) {
  const auto row = row_of(
      R"("actions":[{"action_type":"link_click","value":"66","1d_click":"60"},{"action_type":"purchase","value":"3"},)"
      R"({"action_type":"offsite_conversion.fb_pixel_purchase","value":"2"},{"action_type":"omni_purchase","value":"4"}],)"
      R"("action_values":[{"action_type":"purchase","value":"300"},{"action_type":"omni_purchase","value":"412.5"}],)");
  EXPECT_EQ(row.conversions, 4'000'000);
  EXPECT_EQ(row.revenue, 412'500'000);
}

TEST(MetaInsights, FallsBackInOrder) {
  const auto pixel = row_of(R"("actions":[{"action_type":"onsite_conversion.purchase","value":"9"},)"
                            R"({"action_type":"offsite_conversion.fb_pixel_purchase","value":"2"}],)"
                            R"("action_values":[{"action_type":"onsite_conversion.purchase","value":"90"},)"
                            R"({"action_type":"offsite_conversion.fb_pixel_purchase","value":"20"}],)");
  EXPECT_EQ(pixel.conversions, 2'000'000);
  EXPECT_EQ(pixel.revenue, 20'000'000);
  const auto shop = row_of(R"("actions":[{"value":"1.5","action_type":"onsite_conversion.purchase"}],)");
  EXPECT_EQ(shop.conversions, 1'500'000);
  EXPECT_EQ(shop.revenue, 0) << "a purchase without a value is worth nothing, and was reported";
}

TEST(MetaInsights, NoPurchasesAreZeroForSalesAndUnreportedElsewhere) {
  for (const auto* objective : {"OUTCOME_SALES", "CONVERSIONS", "PRODUCT_CATALOG_SALES"}) {
    const auto row = row_of(fmt::format(R"("objective":"{}",)", objective));
    EXPECT_EQ(row.conversions, 0) << objective;
    EXPECT_EQ(row.revenue, 0) << objective;
  }
  const auto row = row_of(R"("objective":"OUTCOME_TRAFFIC","actions":[{"action_type":"link_click","value":"5"}],)");
  EXPECT_EQ(row.conversions, std::nullopt);
  EXPECT_EQ(row.revenue, std::nullopt);
}

TEST(MetaInsights, TakesPlainNumbersByTheirDigits) {
  const auto page = parse_insights(
      R"({"data":[{"ad_id":6142000000000000123,"adset_id":"1","campaign_id":"1","spend": 0.1 ,"impressions":7,"clicks":0,
      "date_start":"2026-03-01"}]})");
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].ad_external_id, "6142000000000000123");
  EXPECT_EQ(page.rows[0].spend, 100'000);
}

TEST(MetaInsights, TheCursorCountsOnlyBesideANext) {
  EXPECT_EQ(parse_insights(page_of("")).after, std::nullopt);
  const auto page = parse_insights(
      R"({"paging":{"next":"https://graph.facebook.com/v26.0/act_1/insights?access_token=x&after=MjQZD",
      "cursors":{"after":"MjQZD","before":"M"}},"data":[]})");
  EXPECT_EQ(page.after, "MjQZD");
  EXPECT_TRUE(page.rows.empty()) << "an empty page may have a next one";
}

TEST(MetaInsights, RefusesWhatIsNoPage) {
  for (const auto* body : {"", "{", "[]", R"({"paging":{}})", R"({"data":[{"spend":"1"}]})", "<html></html>",
                           R"({"data":[{"ad_id":"1","adset_id":"1","campaign_id":"1","date_start":"2026-13-01"}]})"}) {
    try {
      (void)parse_insights(body);
      ADD_FAILURE() << body;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::upstream_retry) << body;
    }
  }
  EXPECT_THROW((void)row_of(R"("spend":"1,5",)"), Error);
}

}  // namespace
}  // namespace omnify::platforms::meta
