#include "platforms/csv/dates.h"

#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "platforms/csv/values.h"

namespace omnify::platforms::csv {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> kWeekdays = {"monday", "tuesday",  "wednesday", "thursday",
                                                       "friday", "saturday", "sunday"};
constexpr std::size_t kLongestDate = 40;  // "Wednesday, September 30, 2020" with some air

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool same_start(std::string_view text, std::string_view lower, std::size_t length) noexcept {
  for (std::size_t i = 0; i < length; ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

/// The full word, or at least its first three letters ("Sept", "Thurs").
template <std::size_t N>
std::optional<unsigned> position(std::string_view text, const std::array<std::string_view, N>& words) noexcept {
  for (std::size_t i = 0; i < N; ++i) {
    if (text.size() >= 3 && text.size() <= words[i].size() && same_start(text, words[i], text.size()))
      return static_cast<unsigned>(i + 1);
  }
  return std::nullopt;
}

std::optional<unsigned> small_number(std::string_view text) noexcept {
  unsigned value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.size() > 4 || failure != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

/// The words and numbers of a date; at most `kMaxParts`.
struct Parts {
  static constexpr std::size_t kMaxParts = 5;
  std::array<std::string_view, kMaxParts> text{};
  std::size_t count = 0;
};

/// A time of day behind the date: "T00:00:00.000+0000", " 12:00 AM". Starts with digits and a colon.
std::string_view without_time(std::string_view text) noexcept {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return text;
  std::size_t begin = colon;
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  if (begin == 0 || begin == colon || colon - begin > 2) return text;
  if (text[begin - 1] != ' ' && text[begin - 1] != 'T') return text;
  for (const char c : text.substr(colon)) {
    if (!is_digit(c) && std::string_view(":.+-ZTUCGAMPamp ").find(c) == std::string_view::npos) return text;
  }
  text = text.substr(0, begin - 1);
  while (text.ends_with(' ') || text.ends_with(',')) text.remove_suffix(1);
  return text;
}

/// False when there is anything but words, numbers and / - . , or spaces between them.
bool split(std::string_view text, Parts& parts) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    const bool digits = is_digit(text[at]);
    if (!digits && !is_letter(text[at])) {
      if (std::string_view("/-., ").find(text[at]) == std::string_view::npos || parts.count == 0) return false;
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && (digits ? is_digit(text[end]) : is_letter(text[end]))) ++end;
    if (parts.count == Parts::kMaxParts) return false;
    parts.text[parts.count++] = text.substr(at, end - at);
    at = end;
  }
  return true;
}

bool make_day(unsigned year, unsigned month, unsigned day, Day& out) noexcept {
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (year < 1900 || year > 2199 || !date.ok()) return false;
  out = Day{date};
  return true;
}

std::optional<unsigned> read_year(std::string_view text) noexcept {
  const auto number = small_number(text);
  if (!number || (text.size() != 2 && text.size() != 4)) return std::nullopt;
  return text.size() == 2 ? 2000 + *number : *number;
}

bool from_texts(std::string_view year, std::string_view month, std::string_view day, Day& out) noexcept {
  const auto y = read_year(year);
  const auto m = small_number(month);
  const auto d = small_number(day);
  if (!y || !m || !d || month.size() > 2 || day.size() > 2) return false;
  return make_day(*y, *m, *d, out);
}

/// 19 Apr 2020, Apr 19 2020, 2020 Apr 19: the name is the month, the four digits are the year.
bool from_named(const Parts& parts, std::size_t name, unsigned month, Day& out) noexcept {
  std::array<std::string_view, 2> numbers;
  std::size_t count = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    if (i != name) numbers[count++] = parts.text[i];
  }
  if (numbers[0].size() == 4) std::swap(numbers[0], numbers[1]);
  // "20 Apr 19": two digits on both sides could be year and day either way round.
  if (numbers[1].size() != 4 && !(name == 1 || name == 0)) return false;
  const auto year = read_year(numbers[1]);
  const auto day = small_number(numbers[0]);
  return year && day && numbers[0].size() <= 2 && make_day(*year, month, *day, out);
}

bool from_numbers(const Parts& parts, std::optional<DateOrder> order, Day& out) noexcept {
  const auto& [a, b, c] = std::array{parts.text[0], parts.text[1], parts.text[2]};
  if (a.size() == 4) return from_texts(a, b, c, out);
  if (!order) return false;
  switch (*order) {
    case DateOrder::ymd:
      return from_texts(a, b, c, out);
    case DateOrder::dmy:
      return from_texts(c, b, a, out);
    case DateOrder::mdy:
      break;
  }
  return from_texts(c, a, b, out);
}

bool from_compact(std::string_view text, Day& out) noexcept {
  return from_texts(text.substr(0, 4), text.substr(4, 2), text.substr(6, 2), out);
}

/// "19th" splits into a number and a word: drops the word, and a weekday in front.
void drop_decoration(Parts& parts) noexcept {
  Parts kept;
  for (std::size_t i = 0; i < parts.count; ++i) {
    const auto part = parts.text[i];
    const bool ending = part == "st" || part == "nd" || part == "rd" || part == "th";
    if ((i == 0 && position(part, kWeekdays)) || (ending && i > 0 && is_digit(parts.text[i - 1][0]))) continue;
    kept.text[kept.count++] = part;
  }
  parts = kept;
}

bool read_date(std::string_view text, std::optional<DateOrder> order, Day& out) noexcept {
  Parts parts;
  if (text.size() > kLongestDate || !split(text, parts)) return false;
  if (parts.count == 1 && text.size() == 8) return is_digit(text[0]) && from_compact(text, out);
  drop_decoration(parts);
  if (parts.count != 3) return false;
  for (std::size_t i = 0; i < 3; ++i) {
    if (const auto month = position(parts.text[i], kMonths)) return from_named(parts, i, *month, out);
  }
  return from_numbers(parts, order, out);
}

constexpr std::array<DateOrder, 3> kOrders = {DateOrder::ymd, DateOrder::dmy, DateOrder::mdy};

std::string_view words(DateOrder order) noexcept {
  switch (order) {
    case DateOrder::ymd:
      return "year, month, day";
    case DateOrder::dmy:
      return "day, month, year";
    case DateOrder::mdy:
      break;
  }
  return "month, day, year";
}

}  // namespace

bool parse_date(std::string_view text, std::optional<DateOrder> order, Day& out, std::string& why) {
  const auto date = without_time(trim(text));
  if (read_date(date, order, out)) return true;
  Day ignored{};
  if (date.empty()) {
    why = "is empty, a date is expected";
  } else if (!order && (read_date(date, DateOrder::dmy, ignored) || read_date(date, DateOrder::mdy, ignored))) {
    why = "can be read as day first or month first: say which (date_order)";
  } else if (order) {
    why = fmt::format("is not a date in the order {}", words(*order));
  } else {
    why = "is not a date";
  }
  return false;
}

std::optional<unsigned> parse_month(std::string_view text) noexcept {
  text = trim(text);
  if (const auto named = position(text, kMonths)) return named;
  const auto number = small_number(text);
  if (!number || text.size() > 2 || *number < 1 || *number > 12) return std::nullopt;
  return number;
}

bool parse_split_date(std::string_view year, std::string_view month, std::string_view day, Day& out, std::string& why) {
  const auto y = read_year(trim(year));
  const auto m = parse_month(month);
  const auto d = trim(day).size() <= 2 ? small_number(trim(day)) : std::nullopt;
  if (y && m && d && make_day(*y, *m, *d, out)) return true;
  if (!y || *y < 1900 || *y > 2199) {
    why = fmt::format("“{}” is not a year", year);
  } else if (!m) {
    why = fmt::format("“{}” is not a month", month);
  } else {
    why = fmt::format("“{}” is not a day of month {} in {}", day, *m, *y);
  }
  return false;
}

void DateOrderEvidence::see(std::string_view text) {
  const auto date = without_time(trim(text));
  Day day{};
  if (read_date(date, std::nullopt, day)) return;
  std::array<bool, 3> fits{};
  for (std::size_t i = 0; i < 3; ++i) fits[i] = read_date(date, kOrders[i], day);
  if (!fits[0] && !fits[1] && !fits[2]) return;  // not a date at all: a bad line, no evidence
  std::size_t before = 0;
  std::size_t after = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    before += possible_[i] ? 1 : 0;
    possible_[i] = possible_[i] && fits[i];
    after += possible_[i] ? 1 : 0;
  }
  if (example_.empty() || (after == 0 && before > 0)) example_ = date;
}

std::optional<DateOrder> DateOrderEvidence::proven() const noexcept {
  std::optional<DateOrder> found;
  if (example_.empty()) return found;
  for (std::size_t i = 0; i < 3; ++i) {
    if (!possible_[i]) continue;
    if (found) return std::nullopt;
    found = kOrders[i];
  }
  return found;
}

std::optional<std::string> DateOrderEvidence::question() const {
  if (example_.empty() || proven()) return std::nullopt;
  if (!possible_[0] && !possible_[1] && !possible_[2]) {
    return fmt::format(
        "The dates are not all written in one order: “{}” does not fit those before it. Which is it: day, "
        "month, year or month, day, year?",
        example_);
  }
  std::string readings;
  for (std::size_t i = 0; i < 3; ++i) {
    Day day{};
    if (!possible_[i] || !read_date(example_, kOrders[i], day)) continue;
    const std::chrono::year_month_day date{day};
    if (!readings.empty()) readings += " or ";
    const auto& month = kMonths[static_cast<unsigned>(date.month()) - 1];
    readings += fmt::format("{} {}{} {} ({})", static_cast<unsigned>(date.day()), static_cast<char>(month[0] - 0x20),
                            month.substr(1), static_cast<int>(date.year()), words(kOrders[i]));
  }
  return fmt::format("Is {} {}?", example_, readings);
}

}  // namespace omnify::platforms::csv
