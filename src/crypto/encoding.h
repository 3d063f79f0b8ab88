// Text forms of bytes: hexadecimal and base64url (RFC 4648 §5 and §8). Bytes travel as std::string_view / std::string.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace omnify::crypto {

/// Lower-case hexadecimal.
[[nodiscard]] std::string hex(std::string_view bytes);

enum class Base64Padding { required, absent };

[[nodiscard]] std::string base64url_encode(std::string_view bytes, Base64Padding padding);

/// Strict: only the base64url alphabet, padding exactly as asked, no white space, and no non-zero trailing bits, so
/// that every byte string has one spelling. Nothing on any violation.
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text, Base64Padding padding);

}  // namespace omnify::crypto
