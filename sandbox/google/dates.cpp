#include "google/dates.h"

#include <fmt/format.h>

#include "google/failure.h"

namespace omnify::sandbox::google {
namespace {

using std::chrono::days;

/// YYYY-MM-DD or YYYYMMDD.
Day literal(std::string_view text) {
  const auto day = text.size() == 8
                       ? parse_day(fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 2), text.substr(6)))
                       : parse_day(text);
  if (!day) throw query_error("INVALID_DATE_FORMAT", fmt::format("Invalid date in the query: '{}'.", text));
  return *day;
}

/// The day of `today`'s week that is `start` (0: Sunday), on or before it.
Day week_start(Day today, unsigned start) {
  const auto weekday = std::chrono::weekday(today).c_encoding();
  return today - days((weekday + 7 - start) % 7);
}

DateRange during(std::string_view name, Day today) {
  const std::chrono::year_month_day date{today};
  const Day month{date.year() / date.month() / 1};
  const Day yesterday = today - days(1);
  if (name == "TODAY") return {today, today};
  if (name == "YESTERDAY") return {yesterday, yesterday};
  if (name == "LAST_7_DAYS") return {today - days(7), yesterday};
  if (name == "LAST_14_DAYS") return {today - days(14), yesterday};
  if (name == "LAST_30_DAYS") return {today - days(30), yesterday};
  if (name == "THIS_MONTH") return {month, today};
  if (name == "LAST_MONTH") {
    const std::chrono::year_month_day end{month - days(1)};
    return {Day{end.year() / end.month() / 1}, month - days(1)};
  }
  if (name == "THIS_WEEK_SUN_TODAY") return {week_start(today, 0), today};
  if (name == "THIS_WEEK_MON_TODAY") return {week_start(today, 1), today};
  if (name == "LAST_WEEK_SUN_SAT") return {week_start(today, 0) - days(7), week_start(today, 0) - days(1)};
  if (name == "LAST_WEEK_MON_SUN") return {week_start(today, 1) - days(7), week_start(today, 1) - days(1)};
  if (name == "LAST_BUSINESS_WEEK") return {week_start(today, 1) - days(7), week_start(today, 1) - days(3)};
  throw query_error("INVALID_VALUE_WITH_DURING_OPERATOR", fmt::format("Invalid date range: {}.", name));
}

void from(std::optional<Day>& first, Day day) { first = first ? std::max(*first, day) : day; }
void until(std::optional<Day>& last, Day day) { last = last ? std::min(*last, day) : day; }

}  // namespace

void narrow(const Condition& condition, Day today, std::optional<Day>& first, std::optional<Day>& last) {
  if (condition.op == Operator::during) {
    const auto range = during(condition.values.front(), today);
    from(first, range.first);
    until(last, range.last);
    return;
  }
  const auto day = [&](std::size_t index) { return literal(condition.values.at(index)); };
  switch (condition.op) {
    case Operator::equal:
      from(first, day(0));
      until(last, day(0));
      return;
    case Operator::between:
      from(first, day(0));
      until(last, day(1));
      return;
    case Operator::greater_equal:
      return from(first, day(0));
    case Operator::greater:
      return from(first, day(0) + days(1));
    case Operator::less_equal:
      return until(last, day(0));
    case Operator::less:
      return until(last, day(0) - days(1));
    default:
      throw query_error("OPERATOR_FIELD_MISMATCH", "The operator cannot be used with segments.date.");
  }
}

DateRange finite_range(std::optional<Day> first, std::optional<Day> last, Day today) {
  if (!first || !last) {
    throw query_error("EXPECTED_FILTERS_ON_DATE_RANGE",
                      "A query that selects a core date segment must filter on a finite range of dates.");
  }
  if (*first > *last) {
    throw invalid("dateRangeError", "START_DATE_AFTER_END_DATE", "The start date is after the end date.");
  }
  const std::chrono::year_month_day date{today};
  auto oldest = date - std::chrono::months(kHistoryMonths);
  if (!oldest.ok()) oldest = oldest.year() / oldest.month() / std::chrono::last;
  if (*first < Day{oldest}) {
    throw invalid("dateRangeError", "REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED",
                  "Figures of this granularity are kept for 37 months.");
  }
  return {*first, *last};
}

}  // namespace omnify::sandbox::google
