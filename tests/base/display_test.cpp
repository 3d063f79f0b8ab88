#include "base/display.h"

#include <gtest/gtest.h>

namespace omnify::display {
namespace {

TEST(Display, GroupsWholeNumbers) {
  EXPECT_EQ(whole(7.0), "7");
  EXPECT_EQ(whole(999.4), "999");
  EXPECT_EQ(whole(1234567.0), "1,234,567");
  EXPECT_EQ(whole(-1234.0), "\u22121,234");
  EXPECT_EQ(whole(-0.2), "0");
  EXPECT_EQ(whole(std::int64_t{4040}), "4,040");
}

TEST(Display, ShowsMoneyAsTheWebAppDoes) {
  EXPECT_EQ(money(2731.4, "USD"), "$2,731");
  EXPECT_EQ(money(12.344, "EUR"), "\u20ac12.34");
  EXPECT_EQ(money(99.996, "USD"), "$100");
  EXPECT_EQ(money(-620, "USD"), "\u2212$620");
  EXPECT_EQ(money(-0.001, "USD"), "$0.00");
  EXPECT_EQ(money(12.4, "JPY"), "\u00a512");
  EXPECT_EQ(money(12.5, "CHF"), "CHF\u00a012.50");
}

TEST(Display, NothingHasNoSign) {
  EXPECT_EQ(signed_percent(-0.001), "0\u202f%");
  EXPECT_EQ(signed_percent(0.001), "0\u202f%");
  EXPECT_EQ(signed_percent(-0.126), "\u221213\u202f%");
  EXPECT_EQ(signed_percent(0.5), "+50\u202f%");
  EXPECT_EQ(signed_percent(25.0), "+2,500\u202f%");
  EXPECT_EQ(percent(0.62), "62\u202f%");
}

}  // namespace
}  // namespace omnify::display
