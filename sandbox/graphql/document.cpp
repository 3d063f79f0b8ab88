#include "graphql/document.h"

#include <algorithm>

#include "graphql/lexer.h"
#include "graphql/reader.h"

namespace omnify::sandbox::graphql {
namespace {

/// Deeper ones come from nobody who means well.
constexpr int kMostNesting = 64;

std::vector<Argument> read_arguments(Lexer& lexer) {
  std::vector<Argument> arguments;
  if (!lexer.skip("(")) return arguments;
  while (!lexer.skip(")")) {
    Argument argument;
    argument.at = lexer.peek().at;
    argument.name = lexer.expect_name();
    lexer.expect(":");
    argument.value = read_value(lexer);
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

std::vector<Selection> read_selections(Lexer& lexer, int depth);

Selection read_selection(Lexer& lexer, int depth) {
  Selection selection;
  selection.at = lexer.peek().at;
  if (lexer.skip("...")) {
    if (lexer.peek().kind == Token::Kind::name && !lexer.sees_name("on")) {
      selection.kind = Selection::Kind::spread;
      selection.name = lexer.expect_name();
      selection.directives = read_directives(lexer);
      return selection;
    }
    selection.kind = Selection::Kind::inline_fragment;
    if (lexer.skip_name("on")) selection.type_condition = lexer.expect_name();
    selection.directives = read_directives(lexer);
    selection.selections = read_selections(lexer, depth + 1);
    return selection;
  }
  selection.name = lexer.expect_name();
  if (lexer.skip(":")) {
    selection.alias = std::move(selection.name);
    selection.name = lexer.expect_name();
  }
  selection.arguments = read_arguments(lexer);
  selection.directives = read_directives(lexer);
  if (lexer.sees("{")) selection.selections = read_selections(lexer, depth + 1);
  return selection;
}

std::vector<Selection> read_selections(Lexer& lexer, int depth) {
  if (depth > kMostNesting) throw SyntaxError("The query is nested too deeply.", lexer.peek().at);
  std::vector<Selection> selections;
  lexer.expect("{");
  do {
    selections.push_back(read_selection(lexer, depth));
  } while (!lexer.skip("}"));
  return selections;
}

std::vector<Variable> read_variables(Lexer& lexer) {
  std::vector<Variable> variables;
  if (!lexer.skip("(")) return variables;
  while (!lexer.skip(")")) {
    Variable variable;
    variable.at = lexer.peek().at;
    lexer.expect("$");
    variable.name = lexer.expect_name();
    lexer.expect(":");
    variable.type = read_type(lexer);
    if (lexer.skip("=")) variable.otherwise = read_value(lexer);
    (void)read_directives(lexer);
    variables.push_back(std::move(variable));
  }
  return variables;
}

Operation read_operation(Lexer& lexer) {
  Operation operation;
  operation.at = lexer.peek().at;
  if (!lexer.sees("{")) {
    if (lexer.skip_name("mutation")) {
      operation.kind = Operation::Kind::mutation;
    } else if (lexer.skip_name("subscription")) {
      operation.kind = Operation::Kind::subscription;
    } else if (!lexer.skip_name("query")) {
      lexer.refuse();
    }
    if (lexer.peek().kind == Token::Kind::name) operation.name = lexer.expect_name();
    operation.variables = read_variables(lexer);
    (void)read_directives(lexer);
  }
  operation.selections = read_selections(lexer, 1);
  return operation;
}

Fragment read_fragment(Lexer& lexer) {
  Fragment fragment;
  fragment.at = lexer.peek().at;
  lexer.take();
  fragment.name = lexer.expect_name();
  if (!lexer.skip_name("on")) lexer.refuse();
  fragment.type_condition = lexer.expect_name();
  (void)read_directives(lexer);
  fragment.selections = read_selections(lexer, 1);
  return fragment;
}

}  // namespace

std::string to_text(const TypeRef& type) {
  if (!type.list) return type.name + (type.required ? "!" : "");
  return "[" + type.name + (type.item_required ? "!]" : "]") + (type.required ? "!" : "");
}

TypeRef read_type(Lexer& lexer) {
  TypeRef type;
  type.list = lexer.skip("[");
  type.name = lexer.expect_name();
  if (type.list) {
    type.item_required = lexer.skip("!");
    lexer.expect("]");
  }
  type.required = lexer.skip("!");
  return type;
}

Value read_value(Lexer& lexer) {
  Value value;
  value.at = lexer.peek().at;
  if (lexer.skip("$")) {
    value.kind = Value::Kind::variable;
    value.text = lexer.expect_name();
    return value;
  }
  if (lexer.skip("[")) {
    value.kind = Value::Kind::list;
    while (!lexer.skip("]")) value.items.push_back(read_value(lexer));
    return value;
  }
  if (lexer.skip("{")) {
    value.kind = Value::Kind::object;
    while (!lexer.skip("}")) {
      value.names.push_back(lexer.expect_name());
      lexer.expect(":");
      value.items.push_back(read_value(lexer));
    }
    return value;
  }
  if (lexer.peek().kind == Token::Kind::punctuator || lexer.at_end()) lexer.refuse();
  const auto token = lexer.take();
  value.text = token.text;
  switch (token.kind) {
    case Token::Kind::integer:
      value.kind = Value::Kind::integer;
      break;
    case Token::Kind::number:
      value.kind = Value::Kind::number;
      break;
    case Token::Kind::text:
      value.kind = Value::Kind::text;
      break;
    default:
      value.kind = value.text == "null"                            ? Value::Kind::null
                   : value.text == "true" || value.text == "false" ? Value::Kind::boolean
                                                                   : Value::Kind::enumeration;
  }
  return value;
}

std::vector<Directive> read_directives(Lexer& lexer) {
  std::vector<Directive> directives;
  while (lexer.sees("@")) {
    Directive directive;
    directive.at = lexer.take().at;
    directive.name = lexer.expect_name();
    directive.arguments = read_arguments(lexer);
    directives.push_back(std::move(directive));
  }
  return directives;
}

const Fragment* Document::find_fragment(std::string_view name) const noexcept {
  const auto found = std::ranges::find(fragments, name, &Fragment::name);
  return found == fragments.end() ? nullptr : &*found;
}

Document parse_document(std::string_view text) {
  Lexer lexer(text);
  Document document;
  while (!lexer.at_end()) {
    if (lexer.sees_name("fragment")) {
      document.fragments.push_back(read_fragment(lexer));
    } else {
      document.operations.push_back(read_operation(lexer));
    }
  }
  if (document.operations.empty()) throw SyntaxError("Unexpected end of document", lexer.peek().at);
  return document;
}

}  // namespace omnify::sandbox::graphql
