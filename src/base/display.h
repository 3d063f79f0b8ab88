// Numbers in the sentences that people read: the same look as the web app's (web/src/lib/format.ts). Never parsed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace omnify::display {

/// "1,234", "−5"; rounded half away from zero.
[[nodiscard]] std::string whole(double number);
[[nodiscard]] inline std::string whole(std::int64_t number) { return whole(static_cast<double>(number)); }
/// Major units: "$1,234" from 100 on, "$12.34" below (digits as the currency has), "−$5.00",
/// "CHF 12.34" where English has no sign for it (CLDR).
[[nodiscard]] std::string money(double amount, std::string_view currency);
/// A change: "+12 %", "−6 %", "0 %". 0.12 is 12 %.
[[nodiscard]] std::string signed_percent(double share);
/// "62 %".
[[nodiscard]] std::string percent(double share);
/// In curly quotation marks.
[[nodiscard]] std::string quoted(std::string_view name);

}  // namespace omnify::display
