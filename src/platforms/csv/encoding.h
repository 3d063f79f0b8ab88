// From the bytes of a file to UTF-8, in pieces of any size.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace omnify::platforms::csv {

enum class Encoding { utf8, utf16_le, utf16_be, windows_1252 };

/// "UTF-8", "Windows-1252" …
[[nodiscard]] std::string_view label(Encoding encoding) noexcept;

/// Looks at all bytes of a file. A byte order mark decides; without one, zero bytes in every second place mean UTF-16;
/// anything else is UTF-8 when all of it is valid, and Windows-1252 when not.
class EncodingDetector {
 public:
  void feed(std::string_view bytes);
  [[nodiscard]] Encoding finish();

 private:
  void judge_start();

  std::string start_;  // the first bytes, until there are enough of them to judge
  std::string carry_;  // a sequence that the last piece cut in two
  Encoding encoding_ = Encoding::utf8;
  bool judged_ = false;
  void check_utf8(std::string_view bytes);
};

/// Strips a byte order mark. UTF-8 passes through unchanged (an EncodingDetector has found it valid); unpaired UTF-16
/// surrogates become U+FFFD; the five bytes that Windows-1252 does not define become U+FFFD too.
class Decoder {
 public:
  explicit Decoder(Encoding encoding) : encoding_(encoding) {}

  /// The UTF-8 text of `bytes`; valid until the next call or as long as `bytes`.
  [[nodiscard]] std::string_view decode(std::string_view bytes);
  /// What is left when the file ends in the middle of a character.
  [[nodiscard]] std::string_view finish();

 private:
  std::string_view decode_utf8(std::string_view bytes);
  std::string_view decode_windows_1252(std::string_view bytes);
  std::string_view decode_utf16(std::string_view bytes);
  void take_unit(std::uint16_t unit);

  Encoding encoding_;
  std::string out_;
  std::string carry_;
  std::uint16_t high_surrogate_ = 0;
  bool started_ = false;
};

/// Appends one Unicode scalar value as UTF-8.
void append_utf8(std::string& out, std::uint32_t character);

}  // namespace omnify::platforms::csv
