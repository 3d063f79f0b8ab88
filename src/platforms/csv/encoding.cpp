#include "platforms/csv/encoding.h"

#include <simdjson.h>

#include <array>

namespace omnify::platforms::csv {
namespace {

// Enough to recognise UTF-16 without a byte order mark by the share of its zero bytes.
constexpr std::size_t kStartBytes = 4096;
constexpr std::uint32_t kReplacement = 0xFFFD;

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kLittleEndianMark = "\xFF\xFE";
constexpr std::string_view kBigEndianMark = "\xFE\xFF";

// Windows-1252 differs from Latin-1 in 0x80–0x9F only (unicode.org, CP1252.TXT); 0 is undefined.
constexpr std::array<std::uint16_t, 32> kWindows1252 = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                        0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

std::uint8_t byte(char c) noexcept { return static_cast<std::uint8_t>(c); }

/// Bytes at the end of `text` that may be the start of a sequence which the next piece completes.
std::size_t unfinished_tail(std::string_view text) noexcept {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto value = byte(text[text.size() - back]);
    if (value < 0x80) return 0;
    if (value < 0xC0) continue;
    const std::size_t length = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}

/// UTF-16 of mostly Western text has a zero in every second byte; no other text has zeros at all.
std::optional<Encoding> utf16_without_mark(std::string_view start) noexcept {
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < start.size(); ++i) zeros[i % 2] += start[i] == '\0' ? 1 : 0;
  const std::size_t units = start.size() / 2;
  if (units < 2) return std::nullopt;
  if (zeros[1] * 2 >= units && zeros[0] * 10 <= units) return Encoding::utf16_le;
  if (zeros[0] * 2 >= units && zeros[1] * 10 <= units) return Encoding::utf16_be;
  return std::nullopt;
}

}  // namespace

std::string_view label(Encoding encoding) noexcept {
  switch (encoding) {
    case Encoding::utf16_le:
      return "UTF-16 (little endian)";
    case Encoding::utf16_be:
      return "UTF-16 (big endian)";
    case Encoding::windows_1252:
      return "Windows-1252";
    case Encoding::utf8:
      break;
  }
  return "UTF-8";
}

void append_utf8(std::string& out, std::uint32_t character) {
  const auto put = [&out](std::uint32_t value) { out += static_cast<char>(value); };
  if (character < 0x80) return put(character);
  if (character < 0x800) {
    put(0xC0 | (character >> 6));
  } else if (character < 0x10000) {
    put(0xE0 | (character >> 12));
    put(0x80 | ((character >> 6) & 0x3F));
  } else {
    put(0xF0 | (character >> 18));
    put(0x80 | ((character >> 12) & 0x3F));
    put(0x80 | ((character >> 6) & 0x3F));
  }
  put(0x80 | (character & 0x3F));
}

void EncodingDetector::feed(std::string_view bytes) {
  if (!judged_) {
    start_ += bytes;
    if (start_.size() < kStartBytes) return;
    judge_start();
    return;
  }
  check_utf8(bytes);
}

void EncodingDetector::judge_start() {
  judged_ = true;
  const std::string_view start = start_;
  if (start.starts_with(kLittleEndianMark)) {
    encoding_ = Encoding::utf16_le;
  } else if (start.starts_with(kBigEndianMark)) {
    encoding_ = Encoding::utf16_be;
  } else if (const auto found = utf16_without_mark(start.substr(0, kStartBytes)); found) {
    encoding_ = *found;
  }
  check_utf8(start);
  start_ = {};
}

void EncodingDetector::check_utf8(std::string_view bytes) {
  if (encoding_ != Encoding::utf8) return;
  std::string joined;
  if (!carry_.empty()) {
    joined = std::move(carry_);
    joined += bytes;
    bytes = joined;
  }
  const std::size_t tail = unfinished_tail(bytes);
  carry_ = bytes.substr(bytes.size() - tail);
  bytes.remove_suffix(tail);
  if (!simdjson::validate_utf8(bytes.data(), bytes.size())) encoding_ = Encoding::windows_1252;
}

Encoding EncodingDetector::finish() {
  if (!judged_) judge_start();
  if (encoding_ == Encoding::utf8 && !carry_.empty()) encoding_ = Encoding::windows_1252;
  return encoding_;
}

std::string_view Decoder::decode(std::string_view bytes) {
  switch (encoding_) {
    case Encoding::utf8:
      return decode_utf8(bytes);
    case Encoding::windows_1252:
      return decode_windows_1252(bytes);
    case Encoding::utf16_le:
    case Encoding::utf16_be:
      break;
  }
  return decode_utf16(bytes);
}

/// Only the mark at the very start needs care: it may come in pieces.
std::string_view Decoder::decode_utf8(std::string_view bytes) {
  if (started_) return bytes;
  carry_ += bytes;
  if (carry_.size() < kUtf8Mark.size() && kUtf8Mark.starts_with(carry_)) return {};
  started_ = true;
  out_ = std::move(carry_);
  carry_.clear();
  std::string_view text = out_;
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  return text;
}

std::string_view Decoder::decode_windows_1252(std::string_view bytes) {
  out_.clear();
  for (const char c : bytes) {
    const auto value = byte(c);
    if (value < 0x80 || value >= 0xA0) {
      append_utf8(out_, value);
    } else {
      const auto character = kWindows1252[value - 0x80U];
      append_utf8(out_, character == 0 ? kReplacement : character);
    }
  }
  return out_;
}

void Decoder::take_unit(std::uint16_t unit) {
  constexpr std::uint16_t kMark = 0xFEFF;
  if (!started_) {
    started_ = true;
    if (unit == kMark) return;
  }
  const bool high = unit >= 0xD800 && unit < 0xDC00;
  const bool low = unit >= 0xDC00 && unit < 0xE000;
  if (high_surrogate_ != 0) {
    const std::uint32_t first = high_surrogate_;
    high_surrogate_ = 0;
    if (low) return append_utf8(out_, 0x10000 + ((first - 0xD800) << 10) + (unit - 0xDC00U));
    append_utf8(out_, kReplacement);
  }
  if (high) {
    high_surrogate_ = unit;
  } else {
    append_utf8(out_, low ? kReplacement : unit);
  }
}

std::string_view Decoder::decode_utf16(std::string_view bytes) {
  out_.clear();
  const auto unit = [this](char first, char second) {
    const auto low = encoding_ == Encoding::utf16_le ? byte(first) : byte(second);
    const auto high = encoding_ == Encoding::utf16_le ? byte(second) : byte(first);
    take_unit(static_cast<std::uint16_t>(high << 8 | low));
  };
  if (!carry_.empty() && !bytes.empty()) {
    unit(carry_.front(), bytes.front());
    carry_.clear();
    bytes.remove_prefix(1);
  }
  for (; bytes.size() >= 2; bytes.remove_prefix(2)) unit(bytes[0], bytes[1]);
  carry_ += bytes;
  return out_;
}

std::string_view Decoder::finish() {
  out_.clear();
  if (encoding_ == Encoding::utf8) {
    out_ = std::move(carry_);
  } else if (!carry_.empty() || high_surrogate_ != 0) {
    append_utf8(out_, kReplacement);
  }
  carry_.clear();
  return out_;
}

}  // namespace omnify::platforms::csv
