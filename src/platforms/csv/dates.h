// Days as people and spreadsheets write them. The order of day and month is proven or asked, never guessed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "platforms/csv/model.h"

namespace omnify::platforms::csv {

/// Accepts 2020-04-19, 2020/4/19, 20200419, 19/04/2020 or 04/19/2020 (by `order`), two-digit years as 20yy (by
/// `order`), English month names in any order ("Apr 19, 2020", "19-Apr-2020"), a weekday in front, and a time of day
/// behind, which is dropped: the day is the one that is written. Years 1900–2199.
/// False with the reason, as the rest of a sentence that starts with the text.
bool parse_date(std::string_view text, std::optional<DateOrder> order, Day& out, std::string& why);

/// 1–12 or an English month name, full or short.
[[nodiscard]] std::optional<unsigned> parse_month(std::string_view text) noexcept;
/// Split columns. `year` four digits (or two, as 20yy).
bool parse_split_date(std::string_view year, std::string_view month, std::string_view day, Day& out, std::string& why);

/// Learns from dates in which order they are written: an order is proven when it alone makes a day of every one.
class DateOrderEvidence {
 public:
  void see(std::string_view text);
  [[nodiscard]] std::optional<DateOrder> proven() const noexcept;
  [[nodiscard]] std::optional<std::string> question() const;

 private:
  bool possible_[3] = {true, true, true};  // by DateOrder
  std::string example_;                    // a date that needs an order; empty: none seen
};

}  // namespace omnify::platforms::csv
