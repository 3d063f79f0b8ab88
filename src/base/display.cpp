#include "base/display.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/money.h"

namespace omnify::display {
namespace {

constexpr std::string_view kMinus = "\u2212";
constexpr std::string_view kUnbrokenSpace = "\u00a0";
constexpr std::string_view kPercent = "\u202f%";  // never the end of a line

// Unicode CLDR 45, en.xml, currency symbols of the standard form.
constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kSigns = {{{"USD", "$"},
                                                                                   {"EUR", "\u20ac"},
                                                                                   {"GBP", "\u00a3"},
                                                                                   {"JPY", "\u00a5"},
                                                                                   {"CAD", "CA$"},
                                                                                   {"AUD", "A$"},
                                                                                   {"NZD", "NZ$"},
                                                                                   {"HKD", "HK$"},
                                                                                   {"MXN", "MX$"},
                                                                                   {"TWD", "NT$"},
                                                                                   {"BRL", "R$"},
                                                                                   {"INR", "\u20b9"},
                                                                                   {"CNY", "CN\u00a5"},
                                                                                   {"KRW", "\u20a9"},
                                                                                   {"ILS", "\u20aa"},
                                                                                   {"VND", "\u20ab"},
                                                                                   {"PHP", "\u20b1"}}};

std::string grouped(double magnitude) {
  std::string digits = fmt::format("{:.0f}", magnitude);
  for (std::size_t place = digits.size(); place > 3; place -= 3) digits.insert(place - 3, ",");
  return digits;
}

std::string sign_of(std::string_view currency) {
  const auto* const found = std::ranges::find(kSigns, currency, [](const auto& one) { return one.first; });
  if (found != kSigns.end()) return std::string(found->second);
  return fmt::format("{}{}", currency, kUnbrokenSpace);
}

}  // namespace

std::string whole(double number) {
  const double rounded = std::round(number);
  return fmt::format("{}{}", rounded < 0 ? kMinus : "", grouped(std::abs(rounded)));
}

std::string money(double amount, std::string_view currency) {
  const double magnitude = std::abs(amount);
  const int decimals = Currency::parse(currency).value_or(Currency()).decimals();
  // What would round to 100.00 is whole already.
  const std::string digits =
      magnitude < 99.995 ? fmt::format("{:.{}f}", magnitude, decimals) : grouped(std::round(magnitude));
  const bool negative = amount < 0 && digits.find_first_not_of("0.") != std::string::npos;
  return fmt::format("{}{}{}", negative ? kMinus : "", sign_of(currency), digits);
}

std::string signed_percent(double share) {
  const double rounded = std::round(100 * share);
  return fmt::format("{}{}", rounded > 0 ? "+" : "", percent(share));
}

std::string percent(double share) { return fmt::format("{}{}", whole(100 * share), kPercent); }

std::string quoted(std::string_view name) { return fmt::format("\u201c{}\u201d", name); }

}  // namespace omnify::display
