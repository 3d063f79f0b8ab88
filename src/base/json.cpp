#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

namespace omnify::json {
namespace {

constexpr std::size_t kMaxDepth = 32;

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failure == std::errc{} && end == text.data() + text.size();
}

template <class T>
bool take(std::optional<T> parsed, T& out, std::string& why, std::string_view expected) {
  if (!parsed) {
    why = expected;
    return false;
  }
  out = *parsed;
  return true;
}

template <class Number>
void append_number(std::string& out, Number value) {
  char digits[32];
  out.append(digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr);
}

void append_escaped(std::string& out, char c) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  out += '\\';
  if (c == '"' || c == '\\') {
    out += c;
  } else if (c == '\n') {
    out += 'n';
  } else {
    out += "u00";
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[c & 0x0f];
  }
}

}  // namespace

void Problems::throw_if_any() && {
  if (fields_.empty()) return;
  const auto& first = fields_.front();
  const auto detail = first.pointer.empty() ? first.detail : fmt::format("{}: {}", first.pointer, first.detail);
  throw Error(Code::invalid_field, detail).with_fields(std::move(fields_));
}

std::string_view member_name(const char* name) noexcept {
  std::string_view text(name);
  if (text.ends_with('_')) text.remove_suffix(1);
  return text;
}

bool read_text(std::string_view text, std::string& out, std::string&) {
  out = text;
  return true;
}

bool read_text(std::string_view text, bool& out, std::string& why) {
  if (text != "true" && text != "false") {
    why = "expected true or false";
    return false;
  }
  out = text == "true";
  return true;
}

bool read_text(std::string_view text, std::int64_t& out, std::string& why) {
  why = "expected a whole number";
  return read_number(text, out);
}

bool read_text(std::string_view text, double& out, std::string& why) {
  why = "expected a number";
  return read_number(text, out) && std::isfinite(out);
}

bool read_text(std::string_view text, Decimal& out, std::string& why) {
  return take(parse_decimal(text), out.micros, why, "expected an amount such as 12.34");
}

bool read_text(std::string_view text, Day& out, std::string& why) {
  return take(parse_day(text), out, why, "expected a day as YYYY-MM-DD");
}

bool read_text(std::string_view text, Instant& out, std::string& why) {
  return take(parse_instant(text), out, why, "expected a time as 2026-03-01T10:00:00Z");
}

bool read_text(std::string_view text, Uuid& out, std::string& why) {
  return take(Uuid::parse(text), out, why, "expected an id");
}

bool read_text(std::string_view text, Currency& out, std::string& why) {
  return take(Currency::parse(text), out, why, "expected a currency code such as USD");
}

std::optional<std::string_view> as_text(const boost::json::value& value) noexcept {
  if (const auto* text = value.if_string()) return std::string_view(*text);
  return std::nullopt;
}

bool read_value(const boost::json::value& value, bool& out, std::string& why) {
  why = "expected true or false";
  if (!value.is_bool()) return false;
  out = value.get_bool();
  return true;
}

bool read_value(const boost::json::value& value, std::int64_t& out, std::string& why) {
  why = "expected a whole number";
  if (!value.is_int64()) return false;
  out = value.get_int64();
  return true;
}

bool read_value(const boost::json::value& value, double& out, std::string& why) {
  why = "expected a number";
  if (!value.is_number()) return false;
  out = value.to_number<double>();
  return true;
}

std::string child(const std::string& pointer, std::string_view name) {
  std::string out = pointer + '/';
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

boost::json::value parse_document(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code failure;
  auto document = boost::json::parse(text, failure, {}, options);
  if (failure) throw Error(Code::invalid_request, fmt::format("The body is not valid JSON: {}.", failure.message()));
  return document;
}

void write_value(std::string& out, bool value) { out += value ? "true" : "false"; }
void write_value(std::string& out, std::int64_t value) { append_number(out, value); }

void write_value(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  append_number(out, value);
}

void write_value(std::string& out, std::string_view value) {
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; };
  out += '"';
  for (auto rest = value.begin(); rest != value.end();) {
    const auto special = std::find_if_not(rest, value.end(), is_plain);
    out.append(rest, special);
    if (special != value.end()) append_escaped(out, *special);
    rest = special == value.end() ? special : special + 1;
  }
  out += '"';
}

void write_value(std::string& out, const Decimal& value) { write_value(out, format_decimal(value.micros)); }
void write_value(std::string& out, const Day& value) { write_value(out, format_day(value)); }
void write_value(std::string& out, const Instant& value) { write_value(out, format_instant(value)); }
void write_value(std::string& out, const Uuid& value) { write_value(out, value.text()); }
void write_value(std::string& out, const Currency& value) { write_value(out, value.text()); }
void write_value(std::string& out, const boost::json::value& value) { out += boost::json::serialize(value); }

}  // namespace omnify::json
