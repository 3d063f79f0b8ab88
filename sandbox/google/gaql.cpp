#include "google/gaql.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "google/failure.h"

namespace omnify::sandbox::google {
namespace {

enum class Token { word, text, symbol, end };

struct Lexeme {
  Token kind = Token::end;
  std::string text;
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Lexeme next() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    if (at_ >= text_.size()) return {};
    const char c = text_[at_];
    if (c == '\'' || c == '"') return quoted(c);
    if (is_word(c)) {
      const auto first = at_;
      while (at_ < text_.size() && is_word(text_[at_])) ++at_;
      return {Token::word, std::string(text_.substr(first, at_ - first))};
    }
    return symbol();
  }

 private:
  Lexeme quoted(char quote) {
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == quote) {
        ++at_;
        return {Token::text, std::move(out)};
      }
      if (c == '\n') throw query_error("PROHIBITED_NEWLINE_IN_STRING", "A string must not contain a newline.");
      if (c == '\\') {
        if (++at_ >= text_.size()) break;
        c = text_[at_];
        if (c != '\\' && c != '\'' && c != '"') {
          throw query_error("BAD_ESCAPE_SEQUENCE", fmt::format("Invalid escape sequence: '\\{}'.", c));
        }
      }
      out += c;
    }
    throw query_error("STRING_NOT_TERMINATED", "A string in the query is not terminated.");
  }

  Lexeme symbol() {
    for (const std::string_view two : {"!=", "<>", "<=", ">="}) {
      if (text_.substr(at_, 2) != two) continue;
      at_ += 2;
      return {Token::symbol, two == "<>" ? "!=" : std::string(two)};
    }
    const char c = text_[at_];
    if (std::string_view("=<>(),").find(c) == std::string_view::npos) {
      throw query_error("BAD_SYMBOL", fmt::format("Error in query: unexpected symbol '{}'.", c));
    }
    ++at_;
    return {Token::symbol, std::string(1, c)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) { advance(); }

  Query parse() {
    Query query;
    if (!accept("SELECT")) throw query_error("EXPECTED_SELECT", "Error in query: expected SELECT.");
    do query.select.push_back(field());
    while (accept_symbol(","));
    if (!accept("FROM")) throw query_error("EXPECTED_FROM", "Error in query: expected FROM.");
    query.from = word("UNEXPECTED_END_OF_QUERY");
    if (accept("WHERE")) {
      do query.where.push_back(condition());
      while (accept("AND"));
      if (next_.kind == Token::word && !is_clause()) throw query_error("EXPECTED_AND", "Conditions are joined by AND.");
    }
    if (accept("ORDER")) {
      if (!accept("BY")) throw query_error("EXPECTED_BY", "Error in query: expected BY after ORDER.");
      do query.order.push_back(ordering());
      while (accept_symbol(","));
    }
    if (accept("LIMIT")) query.limit = limit();
    if (next_.kind != Token::end) {
      throw query_error("UNEXPECTED_INPUT", fmt::format("Error in query: unexpected input {}.", next_.text));
    }
    return query;
  }

 private:
  void advance() { next_ = lexer_.next(); }

  [[nodiscard]] bool is_keyword(std::string_view keyword) const {
    return next_.kind == Token::word && upper(next_.text) == keyword;
  }
  [[nodiscard]] bool is_clause() const {
    return is_keyword("ORDER") || is_keyword("LIMIT") || is_keyword("PARAMETERS");
  }

  bool accept(std::string_view keyword) {
    if (!is_keyword(keyword)) return false;
    advance();
    return true;
  }
  bool accept_symbol(std::string_view symbol) {
    if (next_.kind != Token::symbol || next_.text != symbol) return false;
    advance();
    return true;
  }

  std::string word(std::string_view code) {
    if (next_.kind == Token::end) throw query_error("UNEXPECTED_END_OF_QUERY", "Unexpected end of query.");
    if (next_.kind != Token::word) throw query_error(code, fmt::format("Error in query: bad input {}.", next_.text));
    auto text = std::move(next_.text);
    advance();
    return text;
  }

  std::string field() {
    auto name = word("BAD_FIELD_NAME");
    const bool well_formed = std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    });
    if (!well_formed) throw query_error("BAD_FIELD_NAME", fmt::format("Invalid field name in the query: '{}'.", name));
    return name;
  }

  std::string value() {
    if (next_.kind == Token::end) throw query_error("UNEXPECTED_END_OF_QUERY", "Unexpected end of query.");
    if (next_.kind == Token::symbol) throw query_error("BAD_VALUE", fmt::format("Bad value: {}.", next_.text));
    auto text = std::move(next_.text);
    advance();
    return text;
  }

  std::vector<std::string> list() {
    if (!accept_symbol("(")) throw query_error("EXPECTED_LIST", "A list in parentheses is expected.");
    if (accept_symbol(")")) throw query_error("PROHIBITED_EMPTY_LIST_IN_CONDITION", "The list must not be empty.");
    std::vector<std::string> values;
    do values.push_back(value());
    while (accept_symbol(","));
    if (!accept_symbol(")")) throw query_error("EXPECTED_LIST", "The list is not closed.");
    return values;
  }

  std::optional<Operator> comparison() {
    static constexpr std::pair<std::string_view, Operator> kSymbols[] = {
        {"=", Operator::equal},       {"!=", Operator::not_equal}, {"<", Operator::less},
        {"<=", Operator::less_equal}, {">", Operator::greater},    {">=", Operator::greater_equal}};
    for (const auto& [symbol, op] : kSymbols) {
      if (accept_symbol(symbol)) return op;
    }
    return std::nullopt;
  }

  Condition condition() {
    Condition out{field(), Operator::equal, {}};
    if (const auto op = comparison()) {
      out.op = *op;
      if (next_.kind == Token::symbol && next_.text == "(") {
        throw query_error("EXPECTED_SINGLE_VALUE", "A single value is expected.");
      }
      out.values = {value()};
      return out;
    }
    if (accept("IS")) {
      out.op = accept("NOT") ? Operator::is_not_null : Operator::is_null;
      if (!accept("NULL")) throw query_error("BAD_OPERATOR", "IS must be followed by NULL or NOT NULL.");
      return out;
    }
    if (accept("BETWEEN")) {
      out.op = Operator::between;
      out.values = {value()};
      if (!accept("AND")) throw query_error("EXPECTED_VALUE_WITH_BETWEEN_OPERATOR", "BETWEEN needs two values.");
      out.values.push_back(value());
      return out;
    }
    if (accept("DURING")) {
      out.op = Operator::during;
      out.values = {upper(value())};
      return out;
    }
    return word_condition(std::move(out));
  }

  Condition word_condition(Condition out) {
    const bool negated = accept("NOT");
    if (accept("IN")) {
      out.op = negated ? Operator::not_in : Operator::in;
      out.values = list();
    } else if (accept("LIKE")) {
      out.op = negated ? Operator::not_like : Operator::like;
      out.values = {value()};
    } else {
      throw query_error("BAD_OPERATOR", fmt::format("Error in query: bad operator {}.", next_.text));
    }
    return out;
  }

  Ordering ordering() {
    Ordering out{field(), false};
    if (accept("DESC")) {
      out.descending = true;
    } else {
      accept("ASC");
    }
    return out;
  }

  std::int64_t limit() {
    const auto text = value();
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size()) {
      throw query_error("BAD_LIMIT_VALUE", fmt::format("Bad limit: {}.", text));
    }
    if (number < 1) throw query_error("LIMIT_VALUE_TOO_LOW", "Limit must be at least 1.");
    return number;
  }

  Lexer lexer_;
  Lexeme next_;
};

}  // namespace

Query parse_query(std::string_view text) { return Parser(text).parse(); }

}  // namespace omnify::sandbox::google
