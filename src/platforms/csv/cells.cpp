#include <algorithm>
#include <array>

#include "platforms/csv/values.h"

namespace omnify::platforms::csv {
namespace {

constexpr std::array<std::string_view, 12> kSpaces = {" ",      "\t",     "\n",     "\r",     "\u00A0", "\u202F",
                                                      "\u2009", "\u2007", "\u200B", "\uFEFF", "\v",     "\f"};

/// Neither white space nor a byte of the longer ones: what nearly all characters are.
bool surely_no_space(char c) noexcept { return c > ' ' && c < '\x7F'; }

/// Nothing to clean: printable ASCII without double spaces, and beyond ASCII only what no white space is made of.
bool is_clean(std::string_view text) noexcept {
  bool space = true;  // none at the start
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') {
      if (space) return false;
      space = true;
      continue;
    }
    if (byte < ' ' || byte == 0x7F || byte == 0xC2 || byte == 0xE2 || byte == 0xEF) return false;
    space = false;
  }
  return !space;
}

}  // namespace

std::size_t leading_space(std::string_view text) noexcept {
  if (text.empty() || surely_no_space(text.front())) return 0;
  for (const auto space : kSpaces) {
    if (text.starts_with(space)) return space.size();
  }
  return 0;
}

std::string_view trim(std::string_view text) noexcept {
  for (std::size_t length = leading_space(text); length > 0; length = leading_space(text)) text.remove_prefix(length);
  for (bool found = true; found && !text.empty() && !surely_no_space(text.back());) {
    found = false;
    for (const auto space : kSpaces) {
      if (!text.ends_with(space)) continue;
      text.remove_suffix(space.size());
      found = true;
    }
  }
  return text;
}

std::string clean_name(std::string_view text) {
  if (is_clean(text)) return std::string(text);
  text = trim(text);
  std::string out;
  out.reserve(text.size());
  bool space = false;
  while (!text.empty()) {
    std::size_t length = leading_space(text);
    if (length == 0 && (static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7F)) length = 1;
    if (length > 0) {
      space = true;
      text.remove_prefix(length);
      continue;
    }
    if (space && !out.empty()) out += ' ';
    space = false;
    out += text[0];
    text.remove_prefix(1);
  }
  return out;
}

CellKind classify(std::string_view text) {
  if (!text.empty() && text[0] >= '0' && text[0] <= '9') return CellKind::value;
  text = trim(text);
  if (text.empty() || text == "-" || text == "--" || text == "\u2013" || text == "\u2014") return CellKind::empty;
  if (text.size() > 8 || (text[0] >= '0' && text[0] <= '9')) return CellKind::value;
  std::string lower;
  for (const char c : text) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 0x20 : c);
  static constexpr std::array<std::string_view, 15> kMissing = {"#n/a",   "n/a",   "na",     "#na",     "null",
                                                                "nan",    "none",  "#ref!",  "#div/0!", "#value!",
                                                                "#name?", "#num!", "#null!", "nil",     "\\n"};
  return std::ranges::find(kMissing, lower) == kMissing.end() ? CellKind::value : CellKind::not_available;
}

}  // namespace omnify::platforms::csv
