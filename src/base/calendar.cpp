#include "base/calendar.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <charconv>

#include "base/error.h"

namespace omnify {
namespace {

std::optional<int> number(std::string_view text) noexcept {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || text.empty() || text.front() == '-')
    return std::nullopt;
  return value;
}

/// Seconds east of UTC for "Z", "+hh:mm", "+hhmm"; consumes nothing else.
std::optional<std::chrono::minutes> offset(std::string_view text) noexcept {
  if (text == "Z" || text == "z") return std::chrono::minutes{0};
  if ((text.size() != 5 && text.size() != 6) || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  if (text.size() == 6 && text[3] != ':') return std::nullopt;
  const auto hours = number(text.substr(1, 2));
  const auto minutes = number(text.substr(text.size() - 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::chrono::minutes east = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  return text[0] == '-' ? -east : east;
}

const date::time_zone* find_zone(std::string_view name) {
  try {
    return date::locate_zone(name);
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

}  // namespace

std::optional<Day> parse_day(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  if (!year || !month || !day || *year < 1900 || *year > 2199) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return Day{date};
}

std::string format_day(Day day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string format_instant(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::milliseconds>(instant - day)};
  auto text = fmt::format("{}T{:02}:{:02}:{:02}", format_day(day), time.hours().count(), time.minutes().count(),
                          time.seconds().count());
  if (time.subseconds().count() != 0) text += fmt::format(".{:03}", time.subseconds().count());
  return text + 'Z';
}

std::optional<Instant> parse_instant(std::string_view text) noexcept {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  const auto day = parse_day(text.substr(0, 10));
  const auto hour = number(text.substr(11, 2));
  const auto minute = number(text.substr(14, 2));
  const auto second = number(text.substr(17, 2));
  if (!day || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  auto rest = text.substr(19);
  std::chrono::microseconds fraction{0};
  if (rest.starts_with('.')) {
    const auto end = rest.find_first_not_of("0123456789", 1);
    if (end == std::string_view::npos || end == 1) return std::nullopt;
    auto digits = std::string(rest.substr(1, std::min<std::size_t>(end - 1, 6)));
    digits.resize(6, '0');
    fraction = std::chrono::microseconds{number(digits).value_or(0)};
    rest.remove_prefix(end);
  }
  const auto east = offset(rest);
  if (!east) return std::nullopt;
  return Instant{*day} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second} +
         fraction - *east;
}

Instant now() noexcept { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

bool is_time_zone(std::string_view name) { return find_zone(name) != nullptr; }

Day local_day(std::string_view zone, Instant instant) {
  const auto* found = find_zone(zone);
  if (found == nullptr) throw Error(Code::invalid_field, fmt::format("There is no time zone “{}”.", zone));
  return Day{std::chrono::floor<std::chrono::days>(instant + found->get_info(instant).offset).time_since_epoch()};
}

}  // namespace omnify
