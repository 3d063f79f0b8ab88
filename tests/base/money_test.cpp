#include "base/money.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "base/calendar.h"
#include "base/error.h"
#include "base/uuid.h"

namespace omnify {
namespace {

TEST(Money, ParsesExactDecimals) {
  EXPECT_EQ(parse_decimal("12.34"), 12'340'000);
  EXPECT_EQ(parse_decimal("-0.5"), -500'000);
  EXPECT_EQ(parse_decimal(".5"), 500'000);
  EXPECT_EQ(parse_decimal("9223372036854.775807"), std::numeric_limits<Micros>::max());
  EXPECT_EQ(parse_decimal("-9223372036854.775808"), std::numeric_limits<Micros>::min());
}

TEST(Money, RoundsHalfToEvenBeyondSixDecimals) {
  EXPECT_EQ(parse_decimal("0.0000005"), 0);
  EXPECT_EQ(parse_decimal("0.0000015"), 2);
  EXPECT_EQ(parse_decimal("0.0000025"), 2);
  EXPECT_EQ(parse_decimal("0.00000250000000000000000001"), 3);
  EXPECT_EQ(parse_decimal("-0.0000015"), -2);
}

TEST(Money, RefusesWhatIsNotPlainDecimal) {
  for (const auto* text :
       {"", "-", ".", "1.", "1e3", "1,5", "+1", " 1", "NaN", "9223372036854.775808", "1.2.3", "0x1"}) {
    EXPECT_EQ(parse_decimal(text), std::nullopt) << text;
  }
}

// Property: printing and parsing are inverse for any amount, at any number of decimals (JPY 0, USD 2, KWD 3).
TEST(Money, SurvivesStoreExportImportUnchanged) {
  std::mt19937_64 random(20260301);
  std::uniform_int_distribution<Micros> any(std::numeric_limits<Micros>::min(), std::numeric_limits<Micros>::max());
  for (int round = 0; round < 20'000; ++round) {
    const Micros amount = round % 2 == 0 ? any(random) : any(random) % 10'000'000'000;
    for (const auto* code : {"JPY", "USD", "KWD"}) {
      EXPECT_EQ(parse_decimal(format_decimal(amount, Currency::parse(code)->decimals())), amount);
    }
  }
}

TEST(Money, FormatsWithoutTrailingZeros) {
  EXPECT_EQ(format_decimal(1'500'000), "1.50");
  EXPECT_EQ(format_decimal(1'000'000, 0), "1");
  EXPECT_EQ(format_decimal(-1, 2), "-0.000001");
  EXPECT_EQ(format_decimal(std::numeric_limits<Micros>::min()), "-9223372036854.775808");
}

// Property: splitting an amount by shares and adding the parts differs from the whole by at most half a micro a part.
TEST(Money, MultiplyDivideIsExactToHalfAMicro) {
  std::mt19937_64 random(7);
  std::uniform_int_distribution<std::int64_t> amounts(-1'000'000'000'000, 1'000'000'000'000);
  std::uniform_int_distribution<std::int64_t> rates(1, 5'000'000);
  for (int round = 0; round < 20'000; ++round) {
    const auto amount = amounts(random);
    const auto rate = rates(random);
    const auto converted = multiply_divide(amount, rate, 1'000'000);
    __extension__ using Wide = __int128;
    const Wide error = static_cast<Wide>(converted) * 1'000'000 - static_cast<Wide>(amount) * rate;
    EXPECT_LE(error < 0 ? -error : error, 500'000);
  }
  EXPECT_THROW((void)multiply_divide(std::numeric_limits<std::int64_t>::max(), 2, 1), Error);
}

TEST(Money, RatioOfZeroIsNull) {
  EXPECT_EQ(ratio(5, 0), std::nullopt);
  EXPECT_EQ(ratio(0, 5), 0.0);
}

TEST(Money, KnowsCurrencyDecimals) {
  EXPECT_EQ(Currency::parse("jpy")->decimals(), 0);
  EXPECT_EQ(Currency::parse("USD")->decimals(), 2);
  EXPECT_EQ(Currency::parse("KWD")->decimals(), 3);
  EXPECT_FALSE(Currency::parse("US"));
  EXPECT_FALSE(Currency::parse("U1D"));
}

TEST(Calendar, ParsesOnlyExistingDays) {
  EXPECT_EQ(format_day(*parse_day("2024-02-29")), "2024-02-29");
  for (const auto* text : {"2023-02-29", "2026-13-01", "2026-1-01", "2026/01/01", "-026-01-01", "2026-01-01Z"}) {
    EXPECT_FALSE(parse_day(text)) << text;
  }
}

TEST(Calendar, ReadsPlatformInstants) {
  EXPECT_EQ(format_instant(*parse_instant("2026-03-01T10:00:00+0200")), "2026-03-01T08:00:00Z");
  EXPECT_EQ(format_instant(*parse_instant("2026-03-01T10:00:00.250Z")), "2026-03-01T10:00:00.250Z");
  EXPECT_FALSE(parse_instant("2026-03-01T10:00:00"));
  EXPECT_FALSE(parse_instant("2026-03-01T25:00:00Z"));
}

TEST(Calendar, DaysAreThoseOfTheZoneAcrossDaylightSaving) {
  EXPECT_EQ(format_day(local_day("America/Los_Angeles", *parse_instant("2026-03-01T07:59:00Z"))), "2026-02-28");
  EXPECT_EQ(format_day(local_day("Europe/Berlin", *parse_instant("2026-03-29T22:30:00Z"))),
            "2026-03-30");  // UTC+2 since 01:00Z
  EXPECT_EQ(format_day(local_day("Europe/Berlin", *parse_instant("2026-10-25T22:30:00Z"))),
            "2026-10-25");  // UTC+1 again
  EXPECT_THROW((void)local_day("Mars/Base", now()), Error);
}

TEST(Uuid, RoundTripsAndRefusesOtherForms) {
  const auto id = Uuid::random();
  EXPECT_EQ(Uuid::parse(id.text()), id);
  EXPECT_EQ(id.text()[14], '4');
  EXPECT_FALSE(Uuid::parse("{" + id.text() + "}"));
  EXPECT_FALSE(Uuid::parse("00000000-0000-0000-0000-00000000000g"));
  EXPECT_FALSE(Uuid::parse("00000000000000000000000000000000"));
}

TEST(CurrencyKnown, TellsASlipOfThePen) {
  for (const auto* code : {"AED", "EUR", "JPY", "USD", "ZWG", "HRK"})
    EXPECT_TRUE(Currency::parse(code)->known()) << code;
  for (const auto* code : {"XXQ", "ABC", "XAU"}) EXPECT_FALSE(Currency::parse(code)->known()) << code;
}

}  // namespace
}  // namespace omnify
