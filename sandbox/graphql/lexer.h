// The tokens of a GraphQL text, one ahead of the reader.
#pragma once

#include <string>
#include <string_view>

#include "graphql/document.h"

namespace omnify::sandbox::graphql {

struct Token {
  enum class Kind { name, integer, number, text, punctuator, end };
  Kind kind = Kind::end;
  std::string text;  ///< a string's value, without quotes and escapes
  Location at;
};

/// Every reader throws SyntaxError where the text is something else.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) { next_ = read(); }

  [[nodiscard]] const Token& peek() const noexcept { return next_; }
  [[nodiscard]] bool at_end() const noexcept { return next_.kind == Token::Kind::end; }
  [[nodiscard]] bool sees(std::string_view punctuator) const noexcept;
  [[nodiscard]] bool sees_name(std::string_view name) const noexcept;
  Token take();
  bool skip(std::string_view punctuator);
  bool skip_name(std::string_view name);
  void expect(std::string_view punctuator);
  std::string expect_name();
  [[noreturn]] void refuse() const;

 private:
  Token read();
  Token read_text();
  Token read_number();
  void skip_ignored();
  void read_escape(std::string& out);
  [[nodiscard]] char look(std::size_t ahead = 0) const noexcept;
  char advance();

  std::string_view text_;
  std::size_t place_ = 0;
  Location here_;
  Token next_;
};

}  // namespace omnify::sandbox::graphql
