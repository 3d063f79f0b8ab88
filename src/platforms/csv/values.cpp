#include "platforms/csv/values.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

namespace omnify::platforms::csv {
namespace {

constexpr std::size_t kLongestNumber = 60;  // digits, separators, sign and currency

struct Symbol {
  std::string_view text;
  std::string_view code;  // empty: several currencies use it
};
// The longest first, so that "US$" is not read as "$".
constexpr std::array<Symbol, 32> kSymbols = {
    {{"US$", "USD"}, {"USD$", "USD"}, {"CA$", "CAD"}, {"AU$", "AUD"}, {"NZ$", "NZD"}, {"HK$", "HKD"}, {"MX$", "MXN"},
     {"NT$", "TWD"}, {"R$", "BRL"},   {"C$", "CAD"},  {"A$", "AUD"},  {"S$", "SGD"},  {"CN¥", "CNY"}, {"JP¥", "JPY"},
     {"zł", "PLN"},  {"Kč", "CZK"},   {"kr.", ""},    {"kr", ""},     {"Fr.", "CHF"}, {"Rs.", "INR"}, {"€", "EUR"},
     {"£", "GBP"},   {"₹", "INR"},    {"₽", "RUB"},   {"₩", "KRW"},   {"₺", "TRY"},   {"₪", "ILS"},   {"₴", "UAH"},
     {"₫", "VND"},   {"฿", "THB"},    {"$", ""},      {"¥", ""}}};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool take_front(std::string_view& text, std::string_view prefix) noexcept {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_back(std::string_view& text, std::string_view suffix) noexcept {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

struct Decorated {
  std::string_view digits;
  bool negative = false;
  bool signed_twice = false;
  std::optional<Currency> currency;
  bool currency_twice = false;
  bool saw_currency = false;

  void see_sign(bool minus) noexcept {
    signed_twice = signed_twice || signed_;
    signed_ = true;
    negative = minus;
  }
  void see_currency(std::string_view code) noexcept {
    currency_twice = currency_twice || saw_currency;
    saw_currency = true;
    currency = Currency::parse(code);
  }

 private:
  bool signed_ = false;
};

/// Exactly three upper-case letters at the start (or end) that touch no further letter.
std::string_view code_in_front(std::string_view text) noexcept {
  const bool three = text.size() > 3 && std::all_of(text.begin(), text.begin() + 3, is_letter) && !is_letter(text[3]);
  return three ? text.substr(0, 3) : std::string_view();
}

std::string_view code_behind(std::string_view text) noexcept {
  if (text.size() <= 3 || is_letter(text[text.size() - 4])) return {};
  const auto last = text.substr(text.size() - 3);
  return std::all_of(last.begin(), last.end(), is_letter) ? last : std::string_view();
}

bool peel_front(Decorated& number) noexcept {
  auto& text = number.digits;
  if (take_front(text, "-") || take_front(text, "\u2212")) return number.see_sign(true), true;
  if (take_front(text, "+")) return number.see_sign(false), true;
  for (const auto& symbol : kSymbols) {
    if (take_front(text, symbol.text)) return number.see_currency(symbol.code), true;
  }
  if (const auto code = code_in_front(text); !code.empty()) {
    number.see_currency(code);
    text.remove_prefix(3);
    return true;
  }
  return false;
}

bool peel_back(Decorated& number) noexcept {
  auto& text = number.digits;
  if (take_back(text, "-") || take_back(text, "\u2212")) return number.see_sign(true), true;
  for (const auto& symbol : kSymbols) {
    if (take_back(text, symbol.text)) return number.see_currency(symbol.code), true;
  }
  if (const auto code = code_behind(text); !code.empty()) {
    number.see_currency(code);
    text.remove_suffix(3);
    return true;
  }
  return false;
}

/// Peels sign, currency and parentheses off both ends.
bool undress(std::string_view text, Decorated& number) noexcept {
  number.digits = trim(text);
  bool parentheses = false;
  for (bool found = true; found && !number.digits.empty();) {
    found = false;
    if (number.digits.starts_with('(') && number.digits.ends_with(')') && number.digits.size() > 2 && !parentheses) {
      number.digits = number.digits.substr(1, number.digits.size() - 2);
      number.see_sign(true);
      parentheses = found = true;
    } else if (peel_front(number) || peel_back(number)) {
      found = true;
    }
    number.digits = trim(number.digits);
  }
  return !number.digits.empty() && !number.signed_twice && !number.currency_twice;
}

/// One separator at the start of `text`: its canonical character (' ' for all spaces, '\'' for all apostrophes), or 0.
char separator(std::string_view text, std::size_t& length) noexcept {
  length = 1;
  if (text[0] == ',' || text[0] == '.' || text[0] == '\'') return text[0];
  if (take_front(text, "\u2019")) {
    length = 3;
    return '\'';
  }
  length = leading_space(text);
  return length == 0 ? '\0' : ' ';
}

/// 1–3 digits and then groups of three; or India's groups of two before the last of three.
bool good_groups(std::span<const std::size_t> groups, char first_digit) noexcept {
  if (groups.size() < 2) return true;
  if (groups.front() < 1 || groups.front() > 3 || groups.back() != 3 || first_digit == '0') return false;
  const auto inner = groups.subspan(1, groups.size() - 2);
  const bool threes = std::ranges::all_of(inner, [](std::size_t size) { return size == 3; });
  const bool indian = groups.front() <= 2 && std::ranges::all_of(inner, [](std::size_t size) { return size == 2; });
  return threes || indian;
}

/// Digits with separators to "1234.5"; false when they are not a number under this mark.
bool plain(std::string_view text, char mark, std::string& out) {
  constexpr std::size_t kMaxGroups = 12;
  std::array<std::size_t, kMaxGroups> groups{};
  std::size_t count = 1;
  char thousands = '\0';
  bool fraction = false;
  out.clear();
  while (!text.empty()) {
    if (is_digit(text[0])) {
      out += text[0];
      if (!fraction) ++groups[count - 1];
      text.remove_prefix(1);
      continue;
    }
    std::size_t length = 0;
    const char found = separator(text, length);
    if (found == '\0' || fraction) return false;
    text.remove_prefix(length);
    if (found == mark) {
      fraction = true;
      if (!text.empty()) out += '.';
    } else {
      if ((thousands != '\0' && thousands != found) || count == kMaxGroups || text.empty()) return false;
      thousands = found;
      ++count;
    }
  }
  if (out.empty() || out == ".") return false;
  return good_groups(std::span(groups).first(count), out.front());
}

std::optional<Micros> read_plain(std::string_view digits, char mark, bool negative) {
  std::string text;
  if (!plain(digits, mark, text)) return std::nullopt;
  if (negative) text.insert(0, 1, '-');
  return parse_decimal(text);
}

/// Both readings of a number; what it means if one mark is known, or if they agree.
struct Readings {
  std::optional<Micros> point;
  std::optional<Micros> comma;
};

Readings readings(const Decorated& number) {
  return {.point = read_plain(number.digits, '.', number.negative),
          .comma = read_plain(number.digits, ',', number.negative)};
}

/// The common case without any decoration.
bool plain_point(std::string_view text, std::optional<DecimalMark> mark, Micros& out) noexcept {
  if (text.empty() || !is_digit(text[0]) || text.size() > 18) return false;
  bool point = false;
  for (const char c : text) {
    if (is_digit(c)) continue;
    if (c != '.' || point) return false;
    point = true;
  }
  if (point && mark != DecimalMark::point) return false;
  const auto value = parse_decimal(text);
  if (value) out = *value;
  return value.has_value();
}

std::string reason_not_a_number(std::string_view text) {
  if (text.find('%') != std::string_view::npos) return "is a percentage, a count or an amount is expected";
  const auto e = text.find_first_of("eE");
  if (e != std::string_view::npos && e > 0 && e + 1 < text.size() && is_digit(text[e - 1])) {
    return "is in scientific notation, which has lost digits: save the file with full numbers";
  }
  return "is not a number";
}

std::string_view wording(DecimalMark mark) noexcept { return mark == DecimalMark::point ? "point" : "comma"; }

}  // namespace

bool parse_amount(std::string_view text, std::optional<DecimalMark> mark, Amount& out, std::string& why) {
  out.currency.reset();
  out.money = false;
  if (plain_point(text, mark, out.micros)) return true;
  Decorated number;
  if (text.size() > kLongestNumber || !undress(text, number)) {
    why = reason_not_a_number(text);
    return false;
  }
  const auto [point, comma] = readings(number);
  const auto value = mark ? (*mark == DecimalMark::point ? point : comma) : (point ? point : comma);
  if (!value) {
    why = mark && (point || comma) ? fmt::format("is not a number with a decimal {}", wording(*mark))
                                   : reason_not_a_number(text);
    return false;
  }
  if (!mark && point && comma && *point != *comma) {
    why = "can be read with a decimal point or a decimal comma: say which (decimal)";
    return false;
  }
  out.micros = *value;
  out.currency = number.currency;
  out.money = number.saw_currency;
  return true;
}

bool parse_count(std::string_view text, std::optional<DecimalMark> mark, std::int64_t& out, std::string& why) {
  Amount amount;
  std::string reason;
  bool known = parse_amount(text, mark, amount, reason);
  if (!known && !mark) {
    // A count is whole, which may decide between the two readings.
    Decorated number;
    if (text.size() <= kLongestNumber && undress(text, number)) {
      const auto [point, comma] = readings(number);
      const bool point_whole = point && *point % kMicrosPerUnit == 0;
      const bool comma_whole = comma && *comma % kMicrosPerUnit == 0;
      if (point_whole != comma_whole) {
        amount.micros = point_whole ? *point : *comma;
        known = true;
      }
    }
  }
  if (!known) {
    why = std::move(reason);
    return false;
  }
  if (amount.money) {
    why = "is an amount of money, a count is expected";
    return false;
  }
  if (amount.micros < 0 || amount.micros % kMicrosPerUnit != 0) {
    why = amount.micros < 0 ? "is negative, a count is expected" : "is not a whole number";
    return false;
  }
  out = amount.micros / kMicrosPerUnit;
  return true;
}

void DecimalEvidence::see_amount(std::string_view text) {
  Decorated number;
  if (text.size() > kLongestNumber || !undress(text, number)) return;
  const auto [point, comma] = readings(number);
  see(text, point.has_value(), comma.has_value(), point != comma);
}

void DecimalEvidence::see_count(std::string_view text) {
  Decorated number;
  if (text.size() > kLongestNumber || !undress(text, number)) return;
  const auto [point, comma] = readings(number);
  see(text, point && *point % kMicrosPerUnit == 0, comma && *comma % kMicrosPerUnit == 0, point != comma);
}

void DecimalEvidence::see(std::string_view text, bool point, bool comma, bool differ) {
  if (!point && !comma) return;  // no number: a bad line, no evidence
  if (point && comma) {
    if (differ && ambiguous_.empty()) ambiguous_ = trim(text);
    return;
  }
  if (point && point_only_.empty()) point_only_ = trim(text);
  if (comma && comma_only_.empty()) comma_only_ = trim(text);
}

std::optional<DecimalMark> DecimalEvidence::proven() const noexcept {
  if (point_only_.empty() == comma_only_.empty()) return std::nullopt;
  return point_only_.empty() ? DecimalMark::comma : DecimalMark::point;
}

std::optional<std::string> DecimalEvidence::question() const {
  if (!point_only_.empty() && !comma_only_.empty()) {
    return fmt::format(
        "The numbers are written in two ways: “{}” has a decimal point, “{}” a decimal comma. Which one "
        "does the file use?",
        point_only_, comma_only_);
  }
  if (ambiguous_.empty() || proven()) return std::nullopt;
  return fmt::format(
      "Is the separator in “{}” for thousands or for decimals: does the file use a decimal point or a "
      "decimal comma?",
      ambiguous_);
}

}  // namespace omnify::platforms::csv
