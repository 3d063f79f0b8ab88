// Organizations whose accounts have several currencies.
#include <set>

#include "metrics/exchange.h"
#include "metrics/market.h"

namespace omnify::metrics {
namespace {

class CurrenciesTest : public MarketTest {
 protected:
  /// A campaign on one day of an account in `currency`.
  CampaignId spend(OrganizationId organization, std::string_view name, std::string_view currency, std::string_view on,
                   Micros spend, std::optional<Micros> revenue = std::nullopt) {
    const auto campaign = market.campaign(organization, market.account(organization, currency), name);
    market.sums(organization, campaign, on, {100, 10, spend, 1'000'000, revenue}, currency);
    return campaign;
  }
  Overview overview(OrganizationId organization, std::string_view start, std::string_view end) {
    return run(service.overview(organization, RangeQuery{.start = day(start), .end = day(end)}));
  }
  static CampaignQuery march(CampaignSort sort) {
    CampaignQuery query;
    query.start = day("2026-03-01");
    query.end = day("2026-03-31");
    query.sort = sort;
    return query;
  }
  std::vector<std::string> names(OrganizationId organization, const CampaignQuery& query) {
    std::vector<std::string> out;
    for (const auto& row : run(service.campaigns(organization, query)).items) out.push_back(row.name);
    return out;
  }
};

// feature-map.md §5.3, case 1.
TEST_F(CurrenciesTest, ARatioIsTheSameInEveryReportingCurrency) {
  market.rates("2026-03-10", {{"EUR", 1}, {"SEK", 11.2}, {"USD", 1.09}, {"JPY", 163.5}});
  for (const auto* reporting : {"SEK", "USD", "EUR", "JPY"}) {
    const auto organization = market.organization(reporting);
    spend(organization, "S", "SEK", "2026-03-10", 1000_usd, 5000_usd);
    spend(organization, "U", "USD", "2026-03-10", 10_usd, 50_usd);
    write();
    const auto seen = overview(organization, "2026-03-10", "2026-03-10");
    SCOPED_TRACE(reporting);
    EXPECT_NEAR(seen.totals.roas.value(), 5.0, 1e-6);
    EXPECT_TRUE(seen.excluded.empty());
    EXPECT_EQ(seen.totals.impressions, 200);
  }
}

TEST_F(CurrenciesTest, YenAndEurosAreConvertedToPoundsDayByDay) {
  market.rates("2026-03-06", {{"EUR", 1}, {"JPY", 160}, {"GBP", 0.8}});
  market.rates("2026-03-09", {{"EUR", 1}, {"JPY", 200}, {"GBP", 0.9}});
  const auto organization = market.organization("GBP");
  spend(organization, "Yen", "JPY", "2026-03-08", 20'000_usd);  // a Sunday
  spend(organization, "Yen", "JPY", "2026-03-09", 20'000_usd);
  spend(organization, "Euro", "EUR", "2026-03-09", 100_usd);
  write();
  const auto seen = overview(organization, "2026-03-08", "2026-03-09");
  EXPECT_EQ(seen.trend[0].spend, Decimal{100_usd});
  EXPECT_EQ(seen.trend[1].spend, Decimal{180_usd});
  EXPECT_EQ(seen.totals.spend, Decimal{280_usd});
  EXPECT_EQ(seen.platforms.at(0).spend, Decimal{280_usd});
  ASSERT_EQ(seen.converted.size(), 2U);
  EXPECT_EQ(seen.converted[0].currency, "EUR");
  EXPECT_EQ(seen.converted[1].currency, "JPY");
  EXPECT_EQ(seen.converted[1].spend, Decimal{40'000_usd});
  EXPECT_EQ(seen.converted[1].converted_spend, Decimal{190_usd});
  EXPECT_EQ(seen.converted[1].oldest_rate, day("2026-03-06"));
  EXPECT_EQ(seen.converted[1].newest_rate, day("2026-03-09"));
}

TEST_F(CurrenciesTest, ARateBeforeTheRangeHoldsOnItsFirstDay) {
  market.rates("2026-02-27", {{"EUR", 1}, {"USD", 1.25}});
  const auto organization = market.organization();
  // The previous period begins on a Sunday.
  spend(organization, "Euro", "EUR", "2026-03-01", 4_usd);
  spend(organization, "Euro", "EUR", "2026-03-02", 8_usd);
  write();
  const auto seen = overview(organization, "2026-03-02", "2026-03-02");
  EXPECT_EQ(seen.previous.spend, Decimal{5_usd});
  EXPECT_EQ(seen.change.spend, 1.0);
}

TEST_F(CurrenciesTest, WhatHasNoRateIsLeftOutOfBothPeriodsAndNamed) {
  market.rates("2026-03-10", {{"EUR", 1}, {"USD", 1.25}});
  const auto organization = market.organization();
  spend(organization, "Euro", "EUR", "2026-03-10", 8_usd, 16_usd);
  spend(organization, "Euro", "EUR", "2026-03-09", 8_usd, 16_usd);  // before the first rate
  spend(organization, "Rouble", "RUB", "2026-03-10", 700_usd);
  write();
  const auto seen = overview(organization, "2026-03-10", "2026-03-10");
  EXPECT_EQ(seen.totals.spend, Decimal{10_usd});
  EXPECT_EQ(seen.previous.spend, Decimal{0});
  ASSERT_EQ(seen.excluded.size(), 1U);
  EXPECT_EQ(seen.excluded[0].currency, "RUB");
  EXPECT_EQ(seen.excluded[0].spend, Decimal{700_usd});
  EXPECT_EQ(seen.excluded[0].revenue, std::nullopt);
  ASSERT_EQ(seen.previous_excluded.size(), 1U);
  EXPECT_EQ(seen.previous_excluded[0].currency, "EUR");
  EXPECT_EQ(seen.previous_excluded[0].revenue, Decimal{16_usd});
}

TEST_F(CurrenciesTest, OneCurrencyAsksForNoRates) {
  const auto plain = market.organization();
  spend(plain, "A", "USD", "2026-03-10", 10_usd);
  const auto mixed = market.organization();
  spend(mixed, "B", "SEK", "2026-03-10", 10_usd);
  market.raw("DROP TABLE control.exchange_rates;");
  write();
  EXPECT_EQ(overview(plain, "2026-03-10", "2026-03-10").totals.spend, Decimal{10_usd});
  EXPECT_EQ(names(plain, march(CampaignSort::spend)).size(), 1U);
  EXPECT_EQ(run(service.largest_campaigns(plain, {day("2026-03-01"), day("2026-03-31")}, 10)).size(), 1U);
  EXPECT_NE(refused(service.overview(mixed, RangeQuery{.start = day("2026-03-10"), .end = day("2026-03-10")})),
            "accepted");
}

TEST_F(CurrenciesTest, CampaignsAreSortedByWhatTheirMoneyIsWorth) {
  market.rates("2026-03-02", {{"EUR", 1}, {"USD", 1}, {"JPY", 150}, {"SEK", 10}});
  const auto organization = market.organization();
  spend(organization, "Dollar", "USD", "2026-03-04", 100_usd, 100_usd);
  spend(organization, "Yen", "JPY", "2026-03-04", 22'500_usd, 12'000_usd);  // 150 and 80
  spend(organization, "Krona", "SEK", "2026-03-04", 500_usd, 4000_usd);     // 50 and 400
  spend(organization, "Rouble", "RUB", "2026-03-04", 1'000'000_usd, 9'000'000_usd);
  const auto late = spend(organization, "Late", "SEK", "2026-03-04", 90'000_usd, 90'000_usd);
  market.sums(organization, late, "2026-03-20", {1, 1, 1_usd, {}, {}}, "SEK");  // the rates have run out
  market.campaign(organization, market.account(organization, "JPY"), "Idle");
  write();
  using Names = std::vector<std::string>;
  const auto first = [](Names names, std::size_t count) {
    names.resize(count);
    return names;
  };
  EXPECT_EQ(first(names(organization, march(CampaignSort::spend)), 4), (Names{"Yen", "Dollar", "Krona", "Idle"}));
  EXPECT_EQ(first(names(organization, march(CampaignSort::revenue)), 3), (Names{"Krona", "Dollar", "Yen"}));
  EXPECT_EQ(first(names(organization, march(CampaignSort::cpc)), 3), (Names{"Yen", "Dollar", "Krona"}));
  EXPECT_EQ(first(names(organization, march(CampaignSort::cpa)), 3), (Names{"Yen", "Dollar", "Krona"}));
  const auto ratios = names(organization, march(CampaignSort::roas));
  EXPECT_EQ(ratios.front(), "Rouble");  // a ratio needs no rate
  const auto rows = run(service.campaigns(organization, march(CampaignSort::spend))).items;
  EXPECT_EQ(rows[0].currency, "JPY");
  EXPECT_EQ(rows[0].spend, Decimal{22'500_usd});  // shown in its own currency
  ASSERT_EQ(rows.size(), 6U);
  EXPECT_EQ((std::set<std::string>{rows[4].name, rows[5].name}), (std::set<std::string>{"Late", "Rouble"}));
}

TEST_F(CurrenciesTest, PagesOfSeveralCurrenciesAreComplete) {
  market.rates("2026-03-02", {{"EUR", 1}, {"USD", 1.0823}, {"JPY", 163.48}});
  const auto organization = market.organization();
  for (int i = 0; i < 20; ++i) {
    spend(organization, fmt::format("C{}", i),
          i % 3 == 0   ? "JPY"
          : i % 3 == 1 ? "USD"
                       : "RUB",
          "2026-03-04", (i % 4 + 1) * 1'234'567, (i % 4) * 1_usd);
  }
  write();
  for (const auto sort : {CampaignSort::spend, CampaignSort::revenue, CampaignSort::cpc, CampaignSort::cpa}) {
    for (const auto direction : {SortDirection::asc, SortDirection::desc}) {
      auto query = march(sort);
      query.direction = direction;
      query.limit = 3;
      std::set<std::string> seen;
      do {
        const auto page = run(service.campaigns(organization, query));
        for (const auto& row : page.items) EXPECT_TRUE(seen.insert(row.name).second) << row.name << " twice";
        query.cursor = page.next_cursor;
      } while (query.cursor);
      EXPECT_EQ(seen.size(), 20U) << json::enum_name(sort);
    }
  }
}

TEST_F(CurrenciesTest, DailyTotalsAndTheLargestCampaignsCountEveryCurrency) {
  market.rates("2026-03-02", {{"EUR", 1}, {"USD", 1.2}, {"SEK", 10}});
  const auto organization = market.organization();
  spend(organization, "Dollar", "USD", "2026-03-04", 100_usd, 200_usd);
  spend(organization, "Krona", "SEK", "2026-03-04", 1000_usd, 3000_usd);  // 120 and 360
  spend(organization, "Rouble", "RUB", "2026-03-05", 5000_usd, 1_usd);
  write();
  const Period period{day("2026-03-04"), day("2026-03-06")};
  const auto totals = run(service.daily_totals(organization, period, "USD"));
  ASSERT_EQ(totals.days.size(), 3U);
  EXPECT_EQ(totals.days[0].spend, 220_usd);
  EXPECT_EQ(totals.days[0].revenue, 560_usd);
  EXPECT_EQ(totals.days[1].spend, 0);
  ASSERT_EQ(totals.converted.size(), 1U);
  EXPECT_EQ(totals.converted[0].converted_spend, Decimal{120_usd});
  ASSERT_EQ(totals.excluded.size(), 1U);
  EXPECT_EQ(totals.excluded[0].currency, "RUB");
  const auto largest = run(service.largest_campaigns(organization, period, 5));
  ASSERT_EQ(largest.size(), 3U);
  EXPECT_EQ(largest[0].name, "Krona");
  EXPECT_EQ(largest[0].days[0].spend, 1000_usd);  // its own
  EXPECT_EQ(largest[1].name, "Dollar");
  EXPECT_EQ(largest[2].name, "Rouble");
  EXPECT_EQ(run(service.largest_campaigns(organization, period, 2)).size(), 2U);
}

}  // namespace
}  // namespace omnify::metrics
