#include "platforms/csv/values.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace omnify::platforms::csv {
namespace {

constexpr auto kPoint = DecimalMark::point;
constexpr auto kComma = DecimalMark::comma;

struct AmountCase {
  std::string text;
  std::optional<DecimalMark> mark;
  std::string value;  // as format_decimal writes it
  std::string currency;
};

class Amounts : public testing::TestWithParam<AmountCase> {};

TEST_P(Amounts, AreExact) {
  const auto& [text, mark, value, currency] = GetParam();
  Amount amount;
  std::string why;
  ASSERT_TRUE(parse_amount(text, mark, amount, why)) << text << ' ' << why;
  EXPECT_EQ(format_decimal(amount.micros, 0), value) << text;
  EXPECT_EQ(amount.currency ? amount.currency->text() : "", currency) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Written, Amounts,
    testing::Values(AmountCase{"1234.5", kPoint, "1234.5", ""}, AmountCase{"1234,5", kComma, "1234.5", ""},
                    AmountCase{"1,234.5", kPoint, "1234.5", ""}, AmountCase{"1.234,5", kComma, "1234.5", ""},
                    AmountCase{"1 234,5", kComma, "1234.5", ""}, AmountCase{"1\u00A0234,5", kComma, "1234.5", ""},
                    AmountCase{"1\u202F234\u202F567,89", kComma, "1234567.89", ""},
                    AmountCase{"1'234.50", kPoint, "1234.5", ""}, AmountCase{"1\u2019234.50", kPoint, "1234.5", ""},
                    AmountCase{"12,34,567.8", kPoint, "1234567.8", ""}, AmountCase{"1,234", kPoint, "1234", ""},
                    AmountCase{"1,234", kComma, "1.234", ""}, AmountCase{"0.0008", kPoint, "0.0008", ""},
                    AmountCase{".5", kPoint, "0.5", ""}, AmountCase{"5.", kPoint, "5", ""},
                    AmountCase{"-3.25", kPoint, "-3.25", ""}, AmountCase{"\u22123.25", kPoint, "-3.25", ""},
                    AmountCase{"3.25-", kPoint, "-3.25", ""}, AmountCase{"(3.25)", kPoint, "-3.25", ""},
                    AmountCase{"+7", kPoint, "7", ""}, AmountCase{"$1,234.56", kPoint, "1234.56", ""},
                    AmountCase{"-$5", kPoint, "-5", ""}, AmountCase{"$-5", kPoint, "-5", ""},
                    AmountCase{"($5.10)", kPoint, "-5.1", ""}, AmountCase{"12,30 €", kComma, "12.3", "EUR"},
                    AmountCase{"€12.30", kPoint, "12.3", "EUR"}, AmountCase{"US$ 12.30", kPoint, "12.3", "USD"},
                    AmountCase{"R$ 1.234,00", kComma, "1234", "BRL"}, AmountCase{"USD 12.30", kPoint, "12.3", "USD"},
                    AmountCase{"12.30 usd", kPoint, "12.3", "USD"}, AmountCase{"100 kr", kPoint, "100", ""},
                    AmountCase{"  42  ", kPoint, "42", ""},
                    // Without a known mark: what can be read in one way only, or in two that agree.
                    AmountCase{"12.5", std::nullopt, "12.5", ""}, AmountCase{"12,5", std::nullopt, "12.5", ""},
                    AmountCase{"0.123", std::nullopt, "0.123", ""},
                    AmountCase{"12345,678", std::nullopt, "12345.678", ""},
                    AmountCase{"1.234.567", std::nullopt, "1234567", ""},
                    AmountCase{"1,234.5", std::nullopt, "1234.5", ""}, AmountCase{"1234", std::nullopt, "1234", ""},
                    AmountCase{"9223372036854.775807", kPoint, "9223372036854.775807", ""}));

struct RefusalCase {
  std::string text;
  std::optional<DecimalMark> mark;
  std::string why;
};

class Refusals : public testing::TestWithParam<RefusalCase> {};

TEST_P(Refusals, SayWhy) {
  const auto& [text, mark, expected] = GetParam();
  Amount amount;
  std::string why;
  EXPECT_FALSE(parse_amount(text, mark, amount, why)) << text;
  EXPECT_NE(why.find(expected), std::string::npos) << text << ": " << why;
}

INSTANTIATE_TEST_SUITE_P(
    Written, Refusals,
    testing::Values(RefusalCase{"12%", kPoint, "percentage"}, RefusalCase{"1.2E+05", kPoint, "scientific"},
                    RefusalCase{"1e3", kPoint, "scientific"}, RefusalCase{"abc", kPoint, "not a number"},
                    RefusalCase{"", kPoint, "not a number"}, RefusalCase{"-", kPoint, "not a number"},
                    RefusalCase{"1,23", kPoint, "decimal point"}, RefusalCase{"1.23", kComma, "decimal comma"},
                    RefusalCase{"1,2345", kPoint, "decimal point"}, RefusalCase{"12,34.5", kPoint, "not a number"},
                    RefusalCase{"1 234 56", kPoint, "not a number"}, RefusalCase{"1.2.3", kPoint, "not a number"},
                    RefusalCase{"--5", kPoint, "not a number"}, RefusalCase{"-(5)", kPoint, "not a number"},
                    RefusalCase{"$5€", kPoint, "not a number"}, RefusalCase{"1,234", std::nullopt, "say which"},
                    RefusalCase{"1.234", std::nullopt, "say which"},
                    RefusalCase{"0,123.4,5", std::nullopt, "not a number"},
                    RefusalCase{"9223372036854.775808", kPoint, "not a number"},
                    RefusalCase{std::string(200, '1'), kPoint, "not a number"}));

TEST(Counts, AreWholeAndNotNegative) {
  std::int64_t count = 0;
  std::string why;
  const auto reads = [&](std::string_view text, std::optional<DecimalMark> mark, std::int64_t expected) {
    EXPECT_TRUE(parse_count(text, mark, count, why)) << text << ' ' << why;
    EXPECT_EQ(count, expected) << text;
  };
  reads("239014261", kPoint, 239'014'261);
  reads("1,234", kPoint, 1234);
  reads("1.234", kComma, 1234);
  reads("1,234.00", kPoint, 1234);
  reads("12.0", std::nullopt, 12);
  reads("1.234", std::nullopt, 1234);  // 1.234 impressions are not possible
  EXPECT_FALSE(parse_count("1.5", kPoint, count, why));
  EXPECT_EQ(why, "is not a whole number");
  EXPECT_FALSE(parse_count("-1", kPoint, count, why));
  EXPECT_NE(why.find("negative"), std::string::npos);
  EXPECT_FALSE(parse_count("$5", kPoint, count, why));
  EXPECT_FALSE(parse_count("1.000", std::nullopt, count, why)) << "1 or 1,000";
  EXPECT_NE(why.find("say which"), std::string::npos);
}

// Property: any amount, written in any of the supported ways, comes back unchanged.
TEST(Amounts, SurviveAnyNotation) {
  std::mt19937_64 random(20260301);
  const std::vector<std::string> separators = {"", ",", ".", " ", "\u00A0", "\u202F", "'", "\u2019"};
  const std::vector<std::string> before = {"", "$", "€ ", "USD ", "-", "+"};
  std::uniform_int_distribution<Micros> any(0, 9'000'000'000'000'000'000);
  for (int round = 0; round < 20'000; ++round) {
    const Micros amount = any(random) >> random() % 60;
    const bool comma = random() % 2 == 0;
    const std::string mark = comma ? "," : ".";
    const auto& separator = separators[random() % separators.size()];
    if (separator == mark) continue;
    const auto plain = format_decimal(amount, static_cast<int>(random() % 7));
    const auto point = std::min(plain.find('.'), plain.size());
    std::string text;
    for (std::size_t i = 0; i < point; ++i) {
      if (i > 0 && (point - i) % 3 == 0) text += separator;
      text += plain[i];
    }
    if (point < plain.size()) text += mark + plain.substr(point + 1);
    const auto& prefix = before[random() % before.size()];
    text.insert(0, prefix);
    Amount out;
    std::string why;
    ASSERT_TRUE(parse_amount(text, comma ? kComma : kPoint, out, why)) << text << ' ' << why;
    EXPECT_EQ(out.micros, prefix == "-" ? -amount : amount) << text;
    // Whoever does not know the mark gets the same amount or a refusal, never another amount.
    if (parse_amount(text, std::nullopt, out, why)) EXPECT_EQ(out.micros, prefix == "-" ? -amount : amount) << text;
  }
}

TEST(Cells, TellEmptyFromNotAvailable) {
  for (const auto* text : {"", "  ", "-", "--", "\u2013", "\u00A0"}) EXPECT_EQ(classify(text), CellKind::empty) << text;
  for (const auto* text : {"#N/A", "n/a", "NULL", "#DIV/0!", " NaN ", "\\N"})
    EXPECT_EQ(classify(text), CellKind::not_available) << text;
  for (const auto* text : {"0", "12", "abc", "-5", "none of it"}) EXPECT_EQ(classify(text), CellKind::value) << text;
}

TEST(Cells, CleanNames) {
  EXPECT_EQ(clean_name("  camp 1 "), "camp 1");
  EXPECT_EQ(clean_name("two\r\nlines\tand\x1fmore"), "two lines and more");
  EXPECT_EQ(clean_name("#N/A"), "#N/A");
  EXPECT_EQ(clean_name(std::string("nul\0byte", 8)), "nul byte");
  EXPECT_EQ(clean_name("größe\u00A0XL"), "größe XL");
  EXPECT_EQ(clean_name(" \n "), "");
}

TEST(DecimalEvidence, ProvesOrAsks) {
  DecimalEvidence plain;
  for (const auto* text : {"1", "20", "300"}) plain.see_amount(text);
  EXPECT_EQ(plain.proven(), std::nullopt);
  EXPECT_EQ(plain.question(), std::nullopt) << "whole numbers need no mark";

  DecimalEvidence point;
  for (const auto* text : {"1,234", "0.5"}) point.see_amount(text);
  EXPECT_EQ(point.proven(), kPoint);
  EXPECT_EQ(point.question(), std::nullopt);

  DecimalEvidence count;
  count.see_amount("1.234");
  count.see_count("12.345");
  EXPECT_EQ(count.proven(), kComma) << "a count is whole";

  DecimalEvidence open;
  open.see_amount("1,234");
  EXPECT_EQ(open.proven(), std::nullopt);
  ASSERT_TRUE(open.question());
  EXPECT_NE(open.question()->find("1,234"), std::string::npos);

  DecimalEvidence both;
  both.see_amount("1.5");
  both.see_amount("1,5");
  EXPECT_EQ(both.proven(), std::nullopt);
  EXPECT_TRUE(both.question());
}

}  // namespace
}  // namespace omnify::platforms::csv
