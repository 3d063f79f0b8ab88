#include "metrics/exchange.h"

#include <gtest/gtest.h>

#include <limits>

#include "metrics/overview.h"

namespace omnify::metrics {
namespace {

constexpr Micros kUnit = kMicrosPerUnit;

Day day(std::string_view text) { return parse_day(text).value(); }

std::optional<double> factor(const ExchangeRates& rates, std::string_view from, std::string_view into,
                             std::string_view on) {
  const auto rate = rates.find(from, into, day(on));
  if (!rate) return std::nullopt;
  return rate->factor;
}

TEST(ExchangeRates, HoldOverWeekendsAndHolidaysOnly) {
  ExchangeRates rates;
  rates.add("USD", day("2026-03-06"), 1.25);
  rates.add("SEK", day("2026-03-06"), 10);
  rates.add("EUR", day("2026-03-06"), 1);
  EXPECT_EQ(factor(rates, "SEK", "USD", "2026-03-05"), std::nullopt);  // not out yet
  EXPECT_EQ(factor(rates, "SEK", "USD", "2026-03-06"), 0.125);
  const auto sunday = rates.find("SEK", "USD", day("2026-03-08"));
  ASSERT_TRUE(sunday.has_value());
  EXPECT_EQ(sunday->factor, 0.125);
  EXPECT_EQ(sunday->published, day("2026-03-06"));
  EXPECT_EQ(factor(rates, "SEK", "USD", "2026-03-13"), 0.125);
  EXPECT_EQ(factor(rates, "SEK", "USD", "2026-03-14"), std::nullopt);
  EXPECT_EQ(factor(rates, "EUR", "USD", "2026-03-13"), 1.25);
}

TEST(ExchangeRates, AreOfOnePublication) {
  ExchangeRates rates;
  rates.add("USD", day("2026-03-06"), 1.25);
  rates.add("SEK", day("2026-03-06"), 10);
  rates.add("SEK", day("2026-03-09"), 11);  // without dollars: the last pair holds
  const auto monday = rates.find("SEK", "USD", day("2026-03-09"));
  ASSERT_TRUE(monday.has_value());
  EXPECT_EQ(monday->factor, 0.125);
  EXPECT_EQ(monday->published, day("2026-03-06"));
}

TEST(ExchangeRates, OfOneCurrencyToItselfIsOneEvenWhenNobodyQuotesIt) {
  EXPECT_EQ(factor({}, "KWD", "KWD", "2026-03-14"), 1.0);
  EXPECT_EQ(factor({}, "KWD", "USD", "2026-03-14"), std::nullopt);  // and never to another one
}

TEST(ExchangeRates, CrossTheEuro) {
  ExchangeRates rates;
  rates.add("JPY", day("2026-03-06"), 160);
  rates.add("GBP", day("2026-03-06"), 0.8);
  EXPECT_EQ(factor(rates, "JPY", "GBP", "2026-03-06"), 0.005);
  EXPECT_EQ(factor(rates, "GBP", "JPY", "2026-03-06"), 200.0);
}

TEST(Conversion, RoundsToTheMicroAndStaysInRange) {
  const Sums sums{.impressions = 1, .clicks = 1, .spend = 3, .conversions = kUnit, .revenue = {}};
  const auto out = converted(sums, 0.5);
  EXPECT_EQ(out.spend, 2);
  EXPECT_EQ(out.revenue, std::nullopt);
  EXPECT_EQ(out.conversions, kUnit);
  constexpr auto kMost = std::numeric_limits<Micros>::max();
  EXPECT_EQ(converted(Sums{.spend = kMost / 2, .conversions = {}, .revenue = -kMost / 2}, 3).spend, kMost);
  EXPECT_EQ(converted(Sums{.spend = 0, .conversions = {}, .revenue = -kMost / 2}, 3).revenue,
            std::numeric_limits<Micros>::min());
}

// feature-map.md §5.3: never added as they are, and never at an assumed rate.
TEST(Overview, AddsNoCurrencyWithoutARate) {
  OverviewFacts facts;
  facts.currency = "USD";
  facts.today = day("2026-03-31");
  const Sums sek{.impressions = 10, .clicks = 1, .spend = 1000 * kUnit, .conversions = {}, .revenue = 5000 * kUnit};
  const Sums usd{.impressions = 20, .clicks = 2, .spend = 10 * kUnit, .conversions = {}, .revenue = 50 * kUnit};
  facts.days = {{day("2026-03-01"), "meta", "SEK", sek},
                {day("2026-03-02"), "meta", "USD", usd},
                {day("2026-02-20"), "meta", "KWD", sek}};
  const auto overview = assemble({day("2026-03-01"), day("2026-03-10")}, facts);
  EXPECT_EQ(overview.totals.spend, Decimal{10 * kUnit});
  EXPECT_EQ(overview.totals.impressions, 20);
  EXPECT_EQ(overview.totals.roas, 5.0);
  EXPECT_TRUE(overview.converted.empty());
  ASSERT_EQ(overview.excluded.size(), 1U);
  EXPECT_EQ(overview.excluded[0].currency, "SEK");
  EXPECT_EQ(overview.excluded[0].spend, Decimal{1000 * kUnit});
  EXPECT_EQ(overview.excluded[0].revenue, Decimal{5000 * kUnit});
  ASSERT_EQ(overview.previous_excluded.size(), 1U);
  EXPECT_EQ(overview.previous_excluded[0].currency, "KWD");
}

TEST(Overview, ConvertsEachDayAtItsOwnRate) {
  OverviewFacts facts;
  facts.currency = "USD";
  facts.today = day("2026-03-31");
  // A Friday and the Monday after it.
  for (const auto& [published, dollars, kronor] :
       {std::tuple{"2026-03-06", 1.25, 10.0}, std::tuple{"2026-03-09", 1.20, 12.0}}) {
    facts.rates.add("USD", day(published), dollars);
    facts.rates.add("SEK", day(published), kronor);
  }
  const Sums sums{.impressions = 10, .clicks = 2, .spend = 1000 * kUnit, .conversions = {}, .revenue = 5000 * kUnit};
  facts.days = {{day("2026-03-07"), "meta", "SEK", sums},
                {day("2026-03-08"), "meta", "SEK", sums},
                {day("2026-03-09"), "meta", "SEK", sums},
                {day("2026-03-09"), "google", "USD", sums},
                {day("2026-03-09"), "google", "RUB", sums}};
  const auto overview = assemble({day("2026-03-08"), day("2026-03-09")}, facts);
  EXPECT_EQ(overview.totals.spend, Decimal{(125 + 100 + 1000) * kUnit});
  EXPECT_EQ(overview.totals.roas, 5.0);
  EXPECT_EQ(overview.totals.impressions, 30);
  EXPECT_EQ(overview.previous.spend, Decimal{125 * kUnit});
  ASSERT_EQ(overview.platforms.size(), 2U);
  EXPECT_EQ(overview.platforms[1].spend, Decimal{225 * kUnit});
  ASSERT_EQ(overview.trend.size(), 2U);
  EXPECT_EQ(overview.trend[0].spend, Decimal{125 * kUnit});
  EXPECT_EQ(overview.trend[1].spend, Decimal{1100 * kUnit});
  ASSERT_EQ(overview.converted.size(), 1U);
  const auto& kronor = overview.converted[0];
  EXPECT_EQ(kronor.currency, "SEK");
  EXPECT_EQ(kronor.spend, Decimal{2000 * kUnit});
  EXPECT_EQ(kronor.revenue, Decimal{10'000 * kUnit});
  EXPECT_EQ(kronor.converted_spend, Decimal{225 * kUnit});
  EXPECT_EQ(kronor.converted_revenue, Decimal{1125 * kUnit});
  EXPECT_EQ(kronor.oldest_rate, day("2026-03-06"));
  EXPECT_EQ(kronor.newest_rate, day("2026-03-09"));
  ASSERT_EQ(overview.excluded.size(), 1U);
  EXPECT_EQ(overview.excluded[0].currency, "RUB");
}

}  // namespace
}  // namespace omnify::metrics
