#include "metrics/measures.h"

#include <gtest/gtest.h>

#include <limits>

#include "metrics/overview.h"

namespace omnify::metrics {
namespace {

constexpr Micros kUnit = kMicrosPerUnit;

Day day(std::string_view text) { return parse_day(text).value(); }

// feature-map.md §5.3, case 2.
TEST(Measures, ZeroDenominatorsAreNullAndTheTotalIsASumFirst) {
  const Sums a{.impressions = 10, .clicks = 1, .spend = 0, .conversions = kUnit, .revenue = 50 * kUnit};
  const Sums b{.impressions = 10, .clicks = 0, .spend = 50 * kUnit, .conversions = 0, .revenue = 0};
  EXPECT_EQ(measures(a).roas, std::nullopt);
  EXPECT_EQ(measures(a).cpa, 0.0);
  EXPECT_EQ(measures(b).roas, 0.0);
  EXPECT_EQ(measures(b).cpa, std::nullopt);
  EXPECT_EQ(measures(b).cpc, std::nullopt);
  Sums total = a;
  total += b;
  EXPECT_EQ(measures(total).roas, 1.0);
  EXPECT_EQ(measures(total).cpa, 50.0);
  EXPECT_EQ(measures(Sums{}).ctr, std::nullopt);
}

TEST(Measures, RatiosAreNeverAveraged) {
  Sums total{.spend = 100 * kUnit, .conversions = {}, .revenue = 1000 * kUnit};
  total += Sums{.spend = 10'000 * kUnit, .conversions = {}, .revenue = 10'000 * kUnit};
  EXPECT_NEAR(measures(total).roas.value(), 1.089, 0.0005);
}

TEST(Measures, NotReportedIsNotZero) {
  Sums total{.impressions = 5, .clicks = 1, .spend = kUnit, .conversions = {}, .revenue = {}};
  EXPECT_EQ(measures(total).revenue, std::nullopt);
  EXPECT_EQ(measures(total).roas, std::nullopt);
  EXPECT_EQ(measures(total).conversions, std::nullopt);
  total += Sums{.spend = kUnit, .conversions = {}, .revenue = 0};
  EXPECT_EQ(measures(total).revenue, Decimal{0});
  EXPECT_EQ(measures(total).roas, 0.0);
}

TEST(Measures, ConversionsLeaveAsNumbers) {
  const auto metrics = measures(Sums{.spend = 10 * kUnit, .conversions = 2'500'000, .revenue = {}});
  EXPECT_EQ(metrics.conversions, 2.5);
  EXPECT_EQ(metrics.cpa, 4.0);
}

TEST(Changes, AreRelativeAndNullWithoutABase) {
  const Sums before{.impressions = 100, .clicks = 0, .spend = 50 * kUnit, .conversions = {}, .revenue = {}};
  const Sums after{.impressions = 112, .clicks = 5, .spend = 25 * kUnit, .conversions = 1, .revenue = 1};
  const auto changes = change(before, after);
  EXPECT_NEAR(changes.impressions.value(), 0.12, 1e-12);
  EXPECT_EQ(changes.spend, -0.5);
  EXPECT_EQ(changes.clicks, std::nullopt);   // from zero
  EXPECT_EQ(changes.revenue, std::nullopt);  // from nothing reported
  EXPECT_EQ(changes.cpc, std::nullopt);
}

TEST(Changes, AreRoundedAtTheEndOnly) {
  const Sums before{.impressions = 30'000'000'000, .clicks = 7, .spend = 0, .conversions = {}, .revenue = {}};
  const Sums after{.impressions = 30'000'000'000, .clicks = 8, .spend = 0, .conversions = {}, .revenue = {}};
  EXPECT_EQ(measures(before).ctr, 0.0);
  EXPECT_EQ(change(before, after).ctr, 0.142857143);
  const Sums almost{.impressions = 29'999'999'999, .clicks = 7, .spend = 0, .conversions = {}, .revenue = {}};
  EXPECT_EQ(json::print(change(before, almost).impressions), "0");  // and not -0
}

TEST(Periods, ArePlainAboutTheirLimits) {
  const auto today = day("2026-03-31");
  const auto period = checked_period(day("2026-03-01"), day("2026-03-10"), today);
  EXPECT_EQ(previous_period(period).first, day("2026-02-19"));
  EXPECT_EQ(previous_period(period).last, day("2026-02-28"));
  EXPECT_EQ(checked_period({}, {}, today).first, day("2026-03-02"));
  EXPECT_EQ(checked_period({}, {}, today).last, today);
  EXPECT_EQ(checked_period(day("2026-03-31"), day("2026-03-31"), today).length(), 1);
  EXPECT_THROW((void)checked_period(day("2026-03-02"), day("2026-03-01"), today), Error);
  EXPECT_EQ(checked_period(day("2024-01-22"), day("2026-03-31"), today).length(), kLongestRange);
  EXPECT_THROW((void)checked_period(day("2024-01-21"), day("2026-03-31"), today), Error);
}

TEST(Trend, HasEveryDayAndSaysWhichAreNotOver) {
  const Period period{day("2026-03-28"), day("2026-04-05")};
  const Sums row{.impressions = 10, .clicks = 1, .spend = kUnit, .conversions = {}, .revenue = kUnit};
  const auto points =
      trend(period, {{day("2026-03-30"), row}, {day("2026-03-30"), row}, {day("2026-01-01"), row}}, day("2026-03-31"));
  ASSERT_EQ(points.size(), 4u);
  EXPECT_EQ(points[2].spend, Decimal{2 * kUnit});
  EXPECT_EQ(points[0].spend, Decimal{0});
  EXPECT_EQ(points[0].revenue, Decimal{0});        // nothing ran that day
  EXPECT_EQ(points[0].conversions, std::nullopt);  // nobody reports them
  EXPECT_EQ(points[0].roas, std::nullopt);
  EXPECT_FALSE(points[2].partial);
  EXPECT_TRUE(points[3].partial);
}

TEST(Trend, EndsTodayUnlessAnAccountIsADayAhead) {
  const Period period{day("2026-03-28"), day("2026-04-05")};
  const Sums row{.impressions = 10, .clicks = 1, .spend = kUnit, .conversions = {}, .revenue = kUnit};
  const auto ahead = trend(period, {{day("2026-04-01"), row}}, day("2026-03-31"));
  ASSERT_EQ(ahead.size(), 5u);
  EXPECT_TRUE(ahead[3].partial);
  EXPECT_TRUE(ahead[4].partial);
  EXPECT_TRUE(trend(period, {}, day("2026-03-27")).empty());
}

// feature-map.md §5.3, case 10: micros hold 0 and 3 decimals exactly.
TEST(Measures, YenAndDinarsSurvive) {
  EXPECT_EQ(
      json::print(measures(Sums{.spend = parse_decimal("1234567").value(), .conversions = {}, .revenue = {}}).spend),
      "\"1234567.00\"");
  EXPECT_EQ(
      json::print(measures(Sums{.spend = parse_decimal("12.345").value(), .conversions = {}, .revenue = {}}).spend),
      "\"12.345\"");
}

}  // namespace
}  // namespace omnify::metrics
