// The types that a façade offers, read from the schema language. Source: GraphQL specification, September 2025, section
// 3.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graphql/document.h"

namespace omnify::sandbox::graphql {

struct ArgumentType {
  std::string name;
  TypeRef type;
  std::optional<Value> otherwise;
};

struct FieldType {
  std::string name;
  TypeRef type;
  std::vector<ArgumentType> arguments;
  bool deprecated = false;

  [[nodiscard]] const ArgumentType* find_argument(std::string_view name) const noexcept;
};

struct Type {
  enum class Kind { scalar, object, interface, unified, enumeration, input };
  Kind kind = Kind::scalar;
  std::string name;
  std::vector<FieldType> fields;   ///< of an input type, too
  std::vector<std::string> names;  ///< values of an enumeration, members of a union, interfaces of an object

  [[nodiscard]] const FieldType* find_field(std::string_view name) const noexcept;
  [[nodiscard]] bool composite() const noexcept {
    return kind == Kind::object || kind == Kind::interface || kind == Kind::unified;
  }
  /// A page of a list: edges, nodes, pageInfo.
  [[nodiscard]] bool connection() const noexcept { return kind == Kind::object && name.ends_with("Connection"); }
};

class Schema {
 public:
  /// Throws SyntaxError for a text that is no schema, or names a type that it does not define.
  explicit Schema(std::string_view text);

  [[nodiscard]] const Type* find(std::string_view name) const noexcept;
  /// The type must exist.
  [[nodiscard]] const Type& at(std::string_view name) const;
  /// Null for an operation that the schema does not have.
  [[nodiscard]] const Type* root(Operation::Kind kind) const noexcept;
  /// An object of type `object` is one of `general`: the same, one of its interfaces, or a member of that union.
  [[nodiscard]] bool is_a(const Type& object, std::string_view general) const noexcept;
  /// Some object can be both.
  [[nodiscard]] bool overlap(const Type& left, const Type& right) const noexcept;

 private:
  std::map<std::string, Type, std::less<>> types_;
  std::string query_ = "Query";
  std::string mutation_ = "Mutation";
};

}  // namespace omnify::sandbox::graphql
