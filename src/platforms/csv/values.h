// Numbers as people and spreadsheets write them, exact: text to text to base/money.h, never through a double.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/money.h"
#include "platforms/csv/model.h"

namespace omnify::platforms::csv {

/// `currency` is the ISO 4217 code that stood beside the digits, or that its symbol can only mean (€ £ ₹ …; a lone $
/// or ¥ is several currencies' and says nothing).
struct Amount {
  Micros micros = 0;
  std::optional<Currency> currency;
  bool money = false;  ///< a symbol or code stood beside it
};

/// Accepts thousands separators (comma or point, whichever is not the decimal mark; space, no-break spaces, apostrophe)
/// in groups of three (or India's 2-2-3), a currency symbol or code on either side, a sign on either side, and
/// parentheses for negative. Refuses percent signs and scientific notation. With `mark` empty, a number that means
/// different amounts under the two marks ("1,234") is refused too.
/// False with the reason, as the rest of a sentence that starts with the text ("“12%” …").
bool parse_amount(std::string_view text, std::optional<DecimalMark> mark, Amount& out, std::string& why);

/// A whole, non-negative number in the same notation; a fraction of zeros is accepted ("1,234.00").
bool parse_count(std::string_view text, std::optional<DecimalMark> mark, std::int64_t& out, std::string& why);

/// What a cell says when it is not a number.
enum class CellKind {
  value,
  empty,         ///< nothing, or a dash: nothing happened
  not_available  ///< #N/A, n/a, null, #DIV/0! …: not known, which is not zero
};
[[nodiscard]] CellKind classify(std::string_view text);

/// The length of the white space character at the start; 0 when there is none.
[[nodiscard]] std::size_t leading_space(std::string_view text) noexcept;
/// Without white space (ASCII, no-break, zero width) at both ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
/// Control characters and runs of white space become one space; for names.
[[nodiscard]] std::string clean_name(std::string_view text);

/// Learns from values which decimal mark they are written with. A value is evidence when only one mark makes sense of
/// it ("12.5", "0,75", "1.234.567"), or when it is a count and only one makes it whole ("1.234" impressions).
class DecimalEvidence {
 public:
  void see_amount(std::string_view text);
  void see_count(std::string_view text);
  [[nodiscard]] std::optional<DecimalMark> proven() const noexcept;
  /// Some value means different amounts under the two marks, and nothing decides; or the values contradict each other.
  [[nodiscard]] std::optional<std::string> question() const;

 private:
  void see(std::string_view text, bool point, bool comma, bool differ);
  std::string ambiguous_;
  std::string point_only_;
  std::string comma_only_;
};

}  // namespace omnify::platforms::csv
