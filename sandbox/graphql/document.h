// A GraphQL document as it was written. Source: GraphQL specification, September 2025, sections 2 and 3.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omnify::sandbox::graphql {

/// Both count from 1.
struct Location {
  int line = 1;
  int column = 1;
};

struct Value {
  enum class Kind { variable, integer, number, text, boolean, null, enumeration, list, object };
  Kind kind = Kind::null;
  std::string text;                ///< of a scalar, as written; a variable's name
  std::vector<Value> items;        ///< of a list, or of an object's members
  std::vector<std::string> names;  ///< of an object's members
  Location at;
};

struct Argument {
  std::string name;
  Value value;
  Location at;
};

struct Directive {
  std::string name;
  std::vector<Argument> arguments;
  Location at;
};

/// A field, `...Name`, or `... on Type {}`.
struct Selection {
  enum class Kind { field, spread, inline_fragment };
  Kind kind = Kind::field;
  std::string alias;  ///< of a field: empty without one
  std::string name;   ///< of the field or of the fragment
  std::string type_condition;
  std::vector<Argument> arguments;
  std::vector<Directive> directives;
  std::vector<Selection> selections;
  Location at;

  /// The name of a field in the answer.
  [[nodiscard]] const std::string& key() const noexcept { return alias.empty() ? name : alias; }
};

/// T, T!, [T], [T!], [T]!, [T!]!: lists of lists do not occur here.
struct TypeRef {
  std::string name;
  bool required = false;
  bool list = false;
  bool item_required = false;
  friend bool operator==(const TypeRef&, const TypeRef&) = default;
};
[[nodiscard]] std::string to_text(const TypeRef& type);

struct Variable {
  std::string name;
  TypeRef type;
  std::optional<Value> otherwise;
  Location at;
};

struct Operation {
  enum class Kind { query, mutation, subscription };
  Kind kind = Kind::query;
  std::string name;  ///< may be empty
  std::vector<Variable> variables;
  std::vector<Selection> selections;
  Location at;
};

struct Fragment {
  std::string name;
  std::string type_condition;
  std::vector<Selection> selections;
  Location at;
};

struct Document {
  std::vector<Operation> operations;
  std::vector<Fragment> fragments;

  [[nodiscard]] const Fragment* find_fragment(std::string_view name) const noexcept;
};

class SyntaxError : public std::exception {
 public:
  SyntaxError(std::string message, Location at) : message_(std::move(message)), at_(at) {}
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  [[nodiscard]] Location at() const noexcept { return at_; }

 private:
  std::string message_;
  Location at_;
};

/// Throws SyntaxError.
[[nodiscard]] Document parse_document(std::string_view text);

}  // namespace omnify::sandbox::graphql
