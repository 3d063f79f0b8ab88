#include "base/money.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <limits>

#include "base/error.h"

namespace omnify {
namespace {

__extension__ using Wide = __int128;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Half to even: `rest` of `unit` has been cut off below `value`.
Wide round_half_even(Wide value, Wide rest, Wide unit) noexcept {
  const Wide twice = rest * 2;
  if (twice > unit || (twice == unit && value % 2 != 0)) return value + 1;
  return value;
}

std::optional<Micros> narrow(Wide value) noexcept {
  if (value > std::numeric_limits<Micros>::max() || value < std::numeric_limits<Micros>::min()) return std::nullopt;
  return static_cast<Micros>(value);
}

// ISO 4217, list one of 2025, with those that ended since 2020 (ANG, BGN, HRK, SLL, ZWL); without metals and funds.
constexpr std::string_view kKnownCurrencies =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD "
    "HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL "
    "LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR "
    "PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND "
    "TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL ";

}  // namespace

bool Currency::known() const noexcept {
  for (auto rest = kKnownCurrencies; rest.size() > 3; rest.remove_prefix(4)) {
    if (rest.starts_with(text())) return true;
  }
  return false;
}

std::optional<Currency> Currency::parse(std::string_view text) noexcept {
  if (text.size() != 3) return std::nullopt;
  Currency currency;
  for (std::size_t i = 0; i < 3; ++i) {
    const char upper = static_cast<char>(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 'a' + 'A' : text[i]);
    if (upper < 'A' || upper > 'Z') return std::nullopt;
    currency.letters_[i] = upper;
  }
  return currency;
}

int Currency::decimals() const noexcept {
  static constexpr std::array<std::string_view, 16> kNone = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                             "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
  static constexpr std::array<std::string_view, 7> kThree = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
  if (std::ranges::find(kNone, text()) != kNone.end()) return 0;
  if (std::ranges::find(kThree, text()) != kThree.end()) return 3;
  return 2;
}

std::optional<Micros> parse_decimal(std::string_view text) noexcept {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  Wide value = 0;
  std::size_t i = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    value = value * 10 + (text[i] - '0');
    if (value > std::numeric_limits<Micros>::max()) return std::nullopt;
  }
  const bool has_integer = i > 0;
  value *= kMicrosPerUnit;
  if (i < text.size()) {
    if (text[i] != '.' || i + 1 == text.size()) return std::nullopt;
    Wide place = kMicrosPerUnit / 10;
    Wide rest = 0;
    Wide rest_unit = 1;
    for (++i; i < text.size(); ++i) {
      if (!is_digit(text[i])) return std::nullopt;
      const int digit = text[i] - '0';
      if (place > 0) {
        value += place * digit;
        place /= 10;
      } else if (rest_unit < 1'000'000'000'000'000) {
        rest = rest * 10 + digit;
        rest_unit *= 10;
      } else if (digit != 0) {
        rest |= 1;  // beyond 21 decimals a digit can only break a tie
      }
    }
    value = round_half_even(value, rest, rest_unit);
  } else if (!has_integer) {
    return std::nullopt;
  }
  return narrow(negative ? -value : value);
}

std::string format_decimal(Micros value, int min_decimals) {
  const bool negative = value < 0;
  // Negating in unsigned arithmetic keeps the smallest int64 defined.
  const auto magnitude = negative ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  char digits[32] = {'-'};
  char* end = std::to_chars(digits + (negative ? 1 : 0), std::end(digits), magnitude / kMicrosPerUnit).ptr;
  char* const point = end;
  // One more than the six digits keeps the zeros in front; the point takes its place.
  end = std::to_chars(point, std::end(digits), magnitude % kMicrosPerUnit + kMicrosPerUnit).ptr;
  *point = '.';
  while (end - point - 1 > min_decimals && end[-1] == '0') --end;
  return {digits, end - point == 1 ? point : end};
}

std::int64_t multiply_divide(std::int64_t a, std::int64_t numerator, std::int64_t denominator) {
  if (denominator <= 0) throw Error(Code::internal, "multiply_divide needs a positive denominator.");
  Wide product = static_cast<Wide>(a) * numerator;
  const bool negative = product < 0;
  if (negative) product = -product;
  const Wide rounded = round_half_even(product / denominator, product % denominator, denominator);
  const auto result = narrow(negative ? -rounded : rounded);
  if (!result) throw Error(Code::internal, "An amount exceeds the range of 64-bit micros.");
  return *result;
}

}  // namespace omnify
