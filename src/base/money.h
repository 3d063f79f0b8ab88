// Exact amounts. Money is int64 micros (millionths of the major unit) everywhere inside; text outside; never a double.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace omnify {

/// Millionths of one major unit (1.00 USD = 1'000'000). Also used for fractional conversions (1 conversion =
/// 1'000'000).
using Micros = std::int64_t;
inline constexpr Micros kMicrosPerUnit = 1'000'000;

/// ISO 4217 alphabetic code, three upper-case ASCII letters.
class Currency {
 public:
  Currency() = default;
  /// Accepts lower case; refuses anything but three letters.
  [[nodiscard]] static std::optional<Currency> parse(std::string_view text) noexcept;
  [[nodiscard]] std::string_view text() const noexcept { return {letters_, 3}; }
  /// It is or was an ISO 4217 currency since 2020: what parse() takes may be a slip of the pen ("XXQ").
  [[nodiscard]] bool known() const noexcept;
  /// Digits after the point in common use (ISO 4217: JPY 0, USD 2, KWD 3). For display only, storage is always micros.
  [[nodiscard]] int decimals() const noexcept;
  friend auto operator<=>(const Currency&, const Currency&) = default;

 private:
  char letters_[3] = {'U', 'S', 'D'};
};

/// Plain decimal text, as APIs send it ("12.34", "-0.5", "1e3" refused) to micros; exact, digits beyond the sixth are
/// rounded half to even. nullopt when malformed or out of range.
[[nodiscard]] std::optional<Micros> parse_decimal(std::string_view text) noexcept;

/// Micros to plain decimal text, at least `min_decimals` digits after the point and no more trailing zeros than that.
[[nodiscard]] std::string format_decimal(Micros value, int min_decimals = 2);

/// numerator / denominator of two amounts of one currency (or counts); nullopt for a zero denominator, which is shown
/// as –.
[[nodiscard]] inline std::optional<double> ratio(double numerator, double denominator) noexcept {
  if (denominator == 0) return std::nullopt;
  return numerator / denominator;
}

/// a × numerator / denominator in 128-bit arithmetic, rounded half to even; throws Error{internal} on overflow.
[[nodiscard]] std::int64_t multiply_divide(std::int64_t a, std::int64_t numerator, std::int64_t denominator);

}  // namespace omnify
