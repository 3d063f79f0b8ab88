#include "meta/fields.h"

#include <fmt/format.h>

#include <charconv>

#include "meta/failure.h"

namespace omnify::sandbox::meta {
namespace {

constexpr int kMaxDepth = 6;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::vector<Field> parse_all() {
    auto fields = parse_list(0);
    if (position_ != text_.size()) fail();
    return fields;
  }

 private:
  std::vector<Field> parse_list(int depth) {
    if (depth > kMaxDepth) fail();
    std::vector<Field> fields;
    while (true) {
      skip_space();
      if (position_ == text_.size() || text_[position_] == '}') return fields;
      fields.push_back(parse_field(depth));
      skip_space();
      if (position_ < text_.size() && text_[position_] == ',') {
        ++position_;
      } else {
        return fields;
      }
    }
  }

  Field parse_field(int depth) {
    Field field;
    field.name = parse_name();
    while (take('.')) parse_modifier(field);
    skip_space();
    if (take('{')) {
      field.children = parse_list(depth + 1);
      if (!take('}')) fail();
    }
    return field;
  }

  void parse_modifier(Field& field) {
    const auto name = parse_name();
    if (!take('(')) fail();
    const auto end = text_.find(')', position_);
    if (end == std::string_view::npos) fail();
    const auto argument = text_.substr(position_, end - position_);
    position_ = end + 1;
    if (name != "limit") return;
    std::int64_t limit = 0;
    const auto [stop, failure] = std::from_chars(argument.data(), argument.data() + argument.size(), limit);
    if (failure != std::errc{} || stop != argument.data() + argument.size() || limit < 1) fail();
    field.limit = limit;
  }

  std::string parse_name() {
    const auto start = position_;
    const auto fits = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    while (position_ < text_.size() && fits(text_[position_])) ++position_;
    if (position_ == start) fail();
    return std::string(text_.substr(start, position_ - start));
  }

  bool take(char c) {
    if (position_ >= text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }
  void skip_space() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\n')) ++position_;
  }
  [[noreturn]] void fail() const {
    const auto rest = text_.substr(position_);
    throw Failure(400, 2500, fmt::format("Syntax error \"Expected name.\" at character {}: {}", position_, rest));
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace

std::vector<Field> parse_fields(std::string_view text) { return Parser(text).parse_all(); }

std::int64_t count_fields(const std::vector<Field>& fields) {
  std::int64_t count = 0;
  for (const auto& field : fields) count += 1 + count_fields(field.children);
  return count;
}

}  // namespace omnify::sandbox::meta
