// Percent-encoding (RFC 3986) and URLs made of parts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace omnify::http {

/// Everything but the unreserved characters A–Z a–z 0–9 - . _ ~ is escaped: safe as a path segment or a value.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// Nothing for a broken escape. '+' stays '+': that is for forms only (Parameters::parse).
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
/// "a=1&b=x%20y": a query, or an application/x-www-form-urlencoded body.
[[nodiscard]] std::string encode_form(const Parameters& parameters);
/// `base` with the parameters added to its query.
[[nodiscard]] std::string with_query(std::string base, const Parameters& parameters);

}  // namespace omnify::http
