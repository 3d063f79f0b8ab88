#include "metrics/campaign_list.h"

#include <gtest/gtest.h>

#include <bit>

#include "crypto/encoding.h"

namespace omnify::metrics {
namespace {

std::string encoded(std::string_view text) { return crypto::base64url_encode(text, crypto::Base64Padding::absent); }

TEST(SearchPattern, EscapesWhatLikeUnderstands) {
  EXPECT_EQ(search_pattern("50%_a\\b"), "%50\\%\\_a\\\\b%");
  EXPECT_EQ(search_pattern("Größe"), "%Größe%");
}

TEST(SearchPattern, RefusesWhatIsNotPlainText) {
  EXPECT_THROW((void)search_pattern("\xff"), Error);
  EXPECT_THROW((void)search_pattern("\xc0\x80"), Error);      // overlong
  EXPECT_THROW((void)search_pattern("\xed\xa0\x80"), Error);  // surrogate
  EXPECT_THROW((void)search_pattern(std::string_view("a\0b", 3)), Error);
  EXPECT_THROW((void)search_pattern(std::string(201, 'a')), Error);
  EXPECT_THROW((void)search_pattern("caf\xc3"), Error);  // cut off
}

TEST(Cursors, SurviveTheRoundTripToTheBit) {
  const Cursor cursor{.sort = CampaignSort::roas,
                      .direction = SortDirection::desc,
                      .key = std::bit_cast<std::int64_t>(-0.1),
                      .label = {},
                      .id = CampaignId::random()};
  CampaignQuery query;
  query.sort = CampaignSort::roas;
  query.cursor = encode(cursor);
  const auto order = checked_order(query);
  EXPECT_EQ(order.after_key, -0.1);
  EXPECT_EQ(order.after_id, cursor.id);
  query.sort = CampaignSort::spend;
  EXPECT_THROW((void)checked_order(query), Error);
}

TEST(Cursors, AreCheckedLikeAnyInput) {
  const auto id = CampaignId::random().text();
  const std::vector<std::string> bad = {
      "",
      "!",
      encoded(""),
      encoded("[]"),
      encoded("{}"),
      encoded(R"({"sort":"spend","direction":"desc","key":"1","label":null,"id":")" + id + "\"}"),
      encoded(R"({"sort":"spend","direction":"desc","key":9218868437227405312,"label":null,"id":")" + id + "\"}"),
      encoded(R"({"sort":"spend","direction":"desc","key":1,"label":"x","id":")" + id + "\"}"),
      encoded(R"({"sort":"name","direction":"asc","key":null,"label":null,"id":")" + id + "\"}"),
      std::string(5000, 'A')};
  for (const auto& text : bad) {
    CampaignQuery query;
    query.cursor = text;
    EXPECT_THROW((void)checked_order(query), Error) << text;
  }
}

TEST(ListOrder, HasSensibleDefaultsAndLimits) {
  CampaignQuery query;
  EXPECT_EQ(checked_order(query).direction, SortDirection::desc);
  EXPECT_EQ(checked_order(query).limit, 50);
  query.sort = CampaignSort::name;
  EXPECT_EQ(checked_order(query).direction, SortDirection::asc);
  query.limit = 200;
  EXPECT_EQ(checked_order(query).limit, 200);
  for (const std::int64_t limit : {0, -1, 201}) {
    query.limit = limit;
    EXPECT_THROW((void)checked_order(query), Error);
  }
}

}  // namespace
}  // namespace omnify::metrics
