// Days, instants and time zones. A Day is a calendar day without a zone (the ad account's local day); an Instant is
// UTC.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace omnify {

using Day = std::chrono::sys_days;
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// Exactly YYYY-MM-DD and an existing day of the years 1900–2199.
[[nodiscard]] std::optional<Day> parse_day(std::string_view text) noexcept;
[[nodiscard]] std::string format_day(Day day);

/// RFC 3339 in UTC: 2026-03-01T10:00:00Z (milliseconds only when not zero).
[[nodiscard]] std::string format_instant(Instant instant);
/// RFC 3339, or Meta's form without the colon in the offset (…+0000).
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text) noexcept;

[[nodiscard]] Instant now() noexcept;

/// The IANA name exists in the system's zone database.
[[nodiscard]] bool is_time_zone(std::string_view name);
/// The calendar day in `zone` at `instant`; throws Error{invalid_field} for an unknown zone.
[[nodiscard]] Day local_day(std::string_view zone, Instant instant);

}  // namespace omnify
