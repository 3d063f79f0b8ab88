#include "graphql/schema.h"

#include <algorithm>
#include <stdexcept>

#include "graphql/lexer.h"
#include "graphql/reader.h"

namespace omnify::sandbox::graphql {
namespace {

std::vector<ArgumentType> read_argument_types(Lexer& lexer) {
  std::vector<ArgumentType> arguments;
  if (!lexer.skip("(")) return arguments;
  while (!lexer.skip(")")) {
    ArgumentType argument;
    argument.name = lexer.expect_name();
    lexer.expect(":");
    argument.type = read_type(lexer);
    if (lexer.skip("=")) argument.otherwise = read_value(lexer);
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

std::vector<FieldType> read_fields(Lexer& lexer) {
  std::vector<FieldType> fields;
  lexer.expect("{");
  while (!lexer.skip("}")) {
    FieldType field;
    field.name = lexer.expect_name();
    field.arguments = read_argument_types(lexer);
    lexer.expect(":");
    field.type = read_type(lexer);
    for (const auto& directive : read_directives(lexer)) field.deprecated = directive.name == "deprecated";
    fields.push_back(std::move(field));
  }
  return fields;
}

std::vector<std::string> read_names(Lexer& lexer, std::string_view separator) {
  std::vector<std::string> names;
  do {
    names.push_back(lexer.expect_name());
  } while (lexer.skip(separator));
  return names;
}

void read_body(Lexer& lexer, Type& type, std::string_view keyword) {
  if (keyword == "type" || keyword == "interface") {
    type.kind = keyword == "type" ? Type::Kind::object : Type::Kind::interface;
    if (lexer.skip_name("implements")) type.names = read_names(lexer, "&");
    type.fields = read_fields(lexer);
  } else if (keyword == "input") {
    type.kind = Type::Kind::input;
    type.fields = read_fields(lexer);
  } else if (keyword == "union") {
    type.kind = Type::Kind::unified;
    lexer.expect("=");
    type.names = read_names(lexer, "|");
  } else if (keyword == "enum") {
    type.kind = Type::Kind::enumeration;
    lexer.expect("{");
    while (!lexer.skip("}")) type.names.push_back(lexer.expect_name());
  } else if (keyword != "scalar") {
    throw SyntaxError("unknown kind of type " + std::string(keyword), lexer.peek().at);
  }
}

}  // namespace

const ArgumentType* FieldType::find_argument(std::string_view wanted) const noexcept {
  const auto found = std::ranges::find(arguments, wanted, &ArgumentType::name);
  return found == arguments.end() ? nullptr : &*found;
}

const FieldType* Type::find_field(std::string_view wanted) const noexcept {
  const auto found = std::ranges::find(fields, wanted, &FieldType::name);
  return found == fields.end() ? nullptr : &*found;
}

Schema::Schema(std::string_view text) {
  for (const auto* name : {"String", "Int", "Float", "Boolean", "ID"}) types_[name].name = name;
  Lexer lexer(text);
  while (!lexer.at_end()) {
    const auto keyword = lexer.expect_name();
    if (keyword == "schema") {
      for (const auto& root : read_fields(lexer)) (root.name == "query" ? query_ : mutation_) = root.type.name;
      continue;
    }
    Type type;
    type.name = lexer.expect_name();
    read_body(lexer, type, keyword);
    types_[type.name] = type;
  }
  for (const auto& [name, type] : types_) {
    for (const auto& field : type.fields) {
      if (find(field.type.name) == nullptr) {
        throw SyntaxError("the type " + field.type.name + " of " + name + "." + field.name + " is not defined", {});
      }
    }
  }
}

const Type* Schema::find(std::string_view name) const noexcept {
  const auto found = types_.find(name);
  return found == types_.end() ? nullptr : &found->second;
}

const Type& Schema::at(std::string_view name) const {
  const auto* type = find(name);
  if (type == nullptr) throw std::logic_error("the schema has no type " + std::string(name));
  return *type;
}

const Type* Schema::root(Operation::Kind kind) const noexcept {
  if (kind == Operation::Kind::query) return find(query_);
  return kind == Operation::Kind::mutation ? find(mutation_) : nullptr;
}

bool Schema::is_a(const Type& object, std::string_view general) const noexcept {
  if (object.name == general) return true;
  if (object.kind != Type::Kind::unified && std::ranges::find(object.names, general) != object.names.end()) return true;
  const auto* type = find(general);
  return type != nullptr && type->kind == Type::Kind::unified &&
         std::ranges::find(type->names, object.name) != type->names.end();
}

bool Schema::overlap(const Type& left, const Type& right) const noexcept {
  return std::ranges::any_of(types_, [&](const auto& entry) {
    const auto& type = entry.second;
    return type.kind == Type::Kind::object && is_a(type, left.name) && is_a(type, right.name);
  });
}

}  // namespace omnify::sandbox::graphql
