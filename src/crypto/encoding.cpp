#include "crypto/encoding.h"

#include <array>
#include <cstdint>

namespace omnify::crypto {
namespace {

constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNotInAlphabet = 0xFF;

constexpr std::array<std::uint8_t, 256> make_decode_table() {
  std::array<std::uint8_t, 256> table{};
  table.fill(kNotInAlphabet);
  for (std::size_t i = 0; i < kBase64Url.size(); ++i) {
    table[static_cast<std::uint8_t>(kBase64Url[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}

constexpr auto kDecodeTable = make_decode_table();

/// The text without its padding; nothing when the padding is not exactly what the length asks for.
std::optional<std::string_view> strip_padding(std::string_view text, Base64Padding padding) {
  if (padding == Base64Padding::absent) return text;
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.ends_with("==")) return text.substr(0, text.size() - 2);
  if (text.ends_with('=')) return text.substr(0, text.size() - 1);
  return text;
}

}  // namespace

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    const auto value = static_cast<std::uint8_t>(byte);
    text += kDigits[value >> 4U];
    text += kDigits[value & 0x0FU];
  }
  return text;
}

std::string base64url_encode(std::string_view bytes, Base64Padding padding) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const char byte : bytes) {
    buffer = (buffer << 8U) | static_cast<std::uint8_t>(byte);
    for (bits += 8; bits >= 6; bits -= 6) text += kBase64Url[(buffer >> (bits - 6)) & 0x3FU];
  }
  if (bits > 0) text += kBase64Url[(buffer << (6 - bits)) & 0x3FU];
  while (padding == Base64Padding::required && text.size() % 4 != 0) text += '=';
  return text;
}

std::optional<std::string> base64url_decode(std::string_view text, Base64Padding padding) {
  const auto digits = strip_padding(text, padding);
  if (!digits || digits->size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(digits->size() / 4 * 3 + 2);
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const char digit : *digits) {
    const std::uint8_t value = kDecodeTable[static_cast<std::uint8_t>(digit)];
    if (value == kNotInAlphabet) return std::nullopt;
    buffer = (buffer << 6U) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>((buffer >> bits) & 0xFFU);
    }
  }
  if ((buffer & ((1U << bits) - 1U)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace omnify::crypto
