#include "platforms/csv/dates.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <random>
#include <string>

namespace omnify::platforms::csv {
namespace {

constexpr auto kYmd = DateOrder::ymd;
constexpr auto kDmy = DateOrder::dmy;
constexpr auto kMdy = DateOrder::mdy;

struct DateCase {
  std::string text;
  std::optional<DateOrder> order;
  std::string day;  // empty: refused
};

class Dates : public testing::TestWithParam<DateCase> {};

TEST_P(Dates, AreReadOrRefused) {
  const auto& [text, order, expected] = GetParam();
  Day day{};
  std::string why;
  const bool read = parse_date(text, order, day, why);
  EXPECT_EQ(read ? format_day(day) : "", expected) << text << ' ' << why;
  EXPECT_EQ(why.empty(), read) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Written, Dates,
    testing::Values(
        DateCase{"2020-04-19", {}, "2020-04-19"}, DateCase{"2020/4/9", {}, "2020-04-09"},
        DateCase{"2020.04.19", kDmy, "2020-04-19"}, DateCase{"20200419", {}, "2020-04-19"},
        DateCase{"2020-04-19 00:00:00", {}, "2020-04-19"}, DateCase{"2020-04-19T23:59:59.000+0000", {}, "2020-04-19"},
        DateCase{"2020-04-19T00:00:00Z", {}, "2020-04-19"}, DateCase{"4/19/2020 12:00 AM", kMdy, "2020-04-19"},
        DateCase{"4/19/2020 0:00", kMdy, "2020-04-19"}, DateCase{"19/04/2020", kDmy, "2020-04-19"},
        DateCase{"19.04.2020", kDmy, "2020-04-19"}, DateCase{"19-4-2020", kDmy, "2020-04-19"},
        DateCase{"03/04/2020", kDmy, "2020-04-03"}, DateCase{"03/04/2020", kMdy, "2020-03-04"},
        DateCase{"03/04/2020", {}, ""}, DateCase{"05/05/2020", {}, ""}, DateCase{"19/04/20", kDmy, "2020-04-19"},
        DateCase{"20/04/19", kYmd, "2020-04-19"}, DateCase{"19 April 2020", {}, "2020-04-19"},
        DateCase{"Apr 19, 2020", {}, "2020-04-19"}, DateCase{"April 19th, 2020", {}, "2020-04-19"},
        DateCase{"19-Apr-2020", {}, "2020-04-19"}, DateCase{"19-APR-20", {}, "2020-04-19"},
        DateCase{"2020 Apr 19", {}, "2020-04-19"}, DateCase{"Sun, 19 Apr 2020", {}, "2020-04-19"},
        DateCase{"Sunday, April 19, 2020", {}, "2020-04-19"}, DateCase{"2 Sept 2020", {}, "2020-09-02"},
        DateCase{"  2020-04-19  ", {}, "2020-04-19"}, DateCase{"2020-02-29", {}, "2020-02-29"},
        DateCase{"2021-02-29", {}, ""}, DateCase{"31/04/2020", kDmy, ""}, DateCase{"04/19/2020", kDmy, ""},
        DateCase{"2020-13-01", {}, ""}, DateCase{"", {}, ""}, DateCase{"Total", {}, ""}, DateCase{"43940", {}, ""},
        DateCase{"2020-04", {}, ""}, DateCase{"1899-12-31", {}, ""}, DateCase{"2200-01-01", {}, ""},
        DateCase{"19 Foo 2020", {}, ""}, DateCase{"1/2/3/4", kDmy, ""}, DateCase{"ab-cd-efgh", kDmy, ""},
        DateCase{"2020-04-19x", {}, ""}, DateCase{"19.04.", kDmy, ""}, DateCase{std::string(100, '1'), {}, ""}));

TEST(SplitDates, TakeNumbersAndNames) {
  Day day{};
  std::string why;
  EXPECT_TRUE(parse_split_date("2020", "April", "19", day, why));
  EXPECT_EQ(format_day(day), "2020-04-19");
  EXPECT_TRUE(parse_split_date("20", " 4 ", "09", day, why));
  EXPECT_EQ(format_day(day), "2020-04-09");
  EXPECT_FALSE(parse_split_date("2020", "April", "31", day, why));
  EXPECT_EQ(why, "“31” is not a day of month 4 in 2020");
  EXPECT_FALSE(parse_split_date("2020", "Avril?", "1", day, why));
  EXPECT_EQ(why, "“Avril?” is not a month");
  EXPECT_FALSE(parse_split_date("", "4", "1", day, why));
  EXPECT_EQ(why, "“” is not a year");
}

TEST(DateOrderEvidence, AsksWhatIsNotProven) {
  DateOrderEvidence iso;
  iso.see("2020-04-19");
  iso.see("Apr 3, 2020");
  EXPECT_EQ(iso.question(), std::nullopt);
  EXPECT_EQ(iso.proven(), std::nullopt);

  DateOrderEvidence open;
  open.see("03/04/2020");
  open.see("05/06/2020");
  EXPECT_EQ(open.proven(), std::nullopt);
  EXPECT_EQ(open.question(), "Is 03/04/2020 3 April 2020 (day, month, year) or 4 March 2020 (month, day, year)?");

  open.see("13/04/2020");
  EXPECT_EQ(open.proven(), kDmy);
  EXPECT_EQ(open.question(), std::nullopt);

  open.see("04/13/2020");
  EXPECT_EQ(open.proven(), std::nullopt) << "not all agree";
  ASSERT_TRUE(open.question());
  EXPECT_NE(open.question()->find("04/13/2020"), std::string::npos);

  DateOrderEvidence garbage;
  garbage.see("Total");
  garbage.see("99/99/2020");
  EXPECT_EQ(garbage.question(), std::nullopt);

  DateOrderEvidence equal;
  equal.see("05/05/2020");
  EXPECT_TRUE(equal.question()) << "the rows behind the sample will differ";
}

// Property: whatever order the days are written in, evidence over them never proves another one.
TEST(DateOrderEvidence, NeverProvesTheWrongOrder) {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    const auto order = std::array{kYmd, kDmy, kMdy}[random() % 3];
    DateOrderEvidence evidence;
    for (int i = 0; i < 8; ++i) {
      const Day day = Day{std::chrono::days{18'000 + static_cast<int>(random() % 1500)}};
      const std::chrono::year_month_day date{day};
      const int y = static_cast<int>(date.year()) % 100;
      const auto m = static_cast<unsigned>(date.month());
      const auto d = static_cast<unsigned>(date.day());
      const auto text = order == kYmd   ? fmt::format("{:02}/{:02}/{:02}", y, m, d)
                        : order == kDmy ? fmt::format("{}.{}.{:02}", d, m, y)
                                        : fmt::format("{}/{}/{:02}", m, d, y);
      Day out{};
      std::string why;
      ASSERT_TRUE(parse_date(text, order, out, why)) << text;
      EXPECT_EQ(out, day) << text;
      evidence.see(text);
    }
    if (const auto proven = evidence.proven())
      EXPECT_EQ(*proven, order);
    else
      EXPECT_TRUE(evidence.question());
  }
}

}  // namespace
}  // namespace omnify::platforms::csv
