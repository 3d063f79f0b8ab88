#include "graphql/lexer.h"

#include <fmt/format.h>

#include <charconv>

namespace omnify::sandbox::graphql {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  } else {
    out += static_cast<char>(0xE0U | (code >> 12U));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  }
}

}  // namespace

char Lexer::look(std::size_t ahead) const noexcept {
  return place_ + ahead < text_.size() ? text_[place_ + ahead] : '\0';
}

char Lexer::advance() {
  const char c = text_[place_++];
  if (c == '\n') {
    ++here_.line;
    here_.column = 1;
  } else {
    ++here_.column;
  }
  return c;
}

bool Lexer::sees(std::string_view punctuator) const noexcept {
  return next_.kind == Token::Kind::punctuator && next_.text == punctuator;
}

bool Lexer::sees_name(std::string_view name) const noexcept {
  return next_.kind == Token::Kind::name && next_.text == name;
}

Token Lexer::take() {
  auto token = std::move(next_);
  next_ = read();
  return token;
}

bool Lexer::skip(std::string_view punctuator) {
  if (!sees(punctuator)) return false;
  take();
  return true;
}

bool Lexer::skip_name(std::string_view name) {
  if (!sees_name(name)) return false;
  take();
  return true;
}

void Lexer::expect(std::string_view punctuator) {
  if (!skip(punctuator)) refuse();
}

std::string Lexer::expect_name() {
  if (next_.kind != Token::Kind::name) refuse();
  return take().text;
}

void Lexer::refuse() const {
  if (at_end()) throw SyntaxError("syntax error, unexpected end of file", next_.at);
  throw SyntaxError(
      fmt::format("syntax error, unexpected \"{}\" at [{}, {}]", next_.text, next_.at.line, next_.at.column), next_.at);
}

void Lexer::skip_ignored() {
  for (;;) {
    const char c = look();
    if (place_ >= text_.size()) return;
    if (c == '#') {
      while (place_ < text_.size() && look() != '\n') advance();
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',') {
      advance();
    } else {
      return;
    }
  }
}

Token Lexer::read() {
  skip_ignored();
  Token token;
  token.at = here_;
  if (place_ >= text_.size()) return token;
  const char c = look();
  if (is_letter(c)) {
    token.kind = Token::Kind::name;
    while (is_letter(look()) || is_digit(look())) token.text += advance();
    return token;
  }
  if (is_digit(c) || c == '-') return read_number();
  if (c == '"') return read_text();
  token.kind = Token::Kind::punctuator;
  if (c == '.' && look(1) == '.' && look(2) == '.') {
    for (int i = 0; i < 3; ++i) token.text += advance();
    return token;
  }
  static constexpr std::string_view kPunctuators = "!$&()/:=@[]{|}";
  if (kPunctuators.find(c) == std::string_view::npos) {
    throw SyntaxError(fmt::format("syntax error, unexpected character at [{}, {}]", here_.line, here_.column), here_);
  }
  token.text += advance();
  return token;
}

Token Lexer::read_number() {
  Token token;
  token.at = here_;
  token.kind = Token::Kind::integer;
  if (look() == '-') token.text += advance();
  while (is_digit(look())) token.text += advance();
  if (look() == '.' && is_digit(look(1))) {
    token.kind = Token::Kind::number;
    token.text += advance();
    while (is_digit(look())) token.text += advance();
  }
  if (look() == 'e' || look() == 'E') {
    token.kind = Token::Kind::number;
    token.text += advance();
    if (look() == '+' || look() == '-') token.text += advance();
    while (is_digit(look())) token.text += advance();
  }
  if (!is_digit(token.text.back()) || is_letter(look())) {
    throw SyntaxError(fmt::format("syntax error, invalid number at [{}, {}]", token.at.line, token.at.column),
                      token.at);
  }
  return token;
}

void Lexer::read_escape(std::string& out) {
  const char c = place_ < text_.size() ? advance() : '\0';
  static constexpr std::string_view kNames = "\"\\/bfnrt";
  static constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
  if (const auto place = kNames.find(c); c != '\0' && place != std::string_view::npos) {
    out += kValues[place];
    return;
  }
  unsigned code = 0;
  const auto digits = text_.substr(std::min(place_, text_.size()), 4);
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  if (c != 'u' || digits.size() < 4 || failure != std::errc{} || end != digits.data() + 4) {
    throw SyntaxError(fmt::format("syntax error, bad escape at [{}, {}]", here_.line, here_.column), here_);
  }
  for (int i = 0; i < 4; ++i) advance();
  append_utf8(out, code);
}

Token Lexer::read_text() {
  Token token;
  token.at = here_;
  token.kind = Token::Kind::text;
  const bool block = look(1) == '"' && look(2) == '"';
  for (int i = 0; i < (block ? 3 : 1); ++i) advance();
  while (place_ < text_.size()) {
    const char c = advance();
    if (block && c == '\\' && text_.substr(place_).starts_with(R"(""")")) {
      for (int i = 0; i < 3; ++i) token.text += advance();
    } else if (!block && c == '\\') {
      read_escape(token.text);
    } else if (block && c == '"' && look() == '"' && look(1) == '"') {
      advance();
      advance();
      return token;
    } else if (!block && c == '"') {
      return token;
    } else if (!block && c == '\n') {
      break;
    } else {
      token.text += c;
    }
  }
  throw SyntaxError(fmt::format("syntax error, unterminated string at [{}, {}]", token.at.line, token.at.column),
                    token.at);
}

}  // namespace omnify::sandbox::graphql
