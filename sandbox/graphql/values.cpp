#include "graphql/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace omnify::sandbox::graphql {
namespace {

using Kind = Value::Kind;

TypeRef item_of(const TypeRef& list) { return {list.name, list.item_required, false, false}; }

bool is_int(std::string_view text) {
  std::int32_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc{} && end == text.data() + text.size();
}

bool fits_scalar(std::string_view name, const Value& value) {
  if (name == "Int") return value.kind == Kind::integer && is_int(value.text);
  if (name == "Float") return value.kind == Kind::integer || value.kind == Kind::number;
  if (name == "Boolean") return value.kind == Kind::boolean;
  if (name == "ID" || name == "UnsignedInt64") return value.kind == Kind::text || value.kind == Kind::integer;
  return value.kind == Kind::text;
}

bool fits_input(const Schema& schema, const Type& type, const Value& value) {
  if (value.kind != Kind::object) return false;
  for (std::size_t i = 0; i < value.names.size(); ++i) {
    const auto* field = type.find_field(value.names[i]);
    if (field == nullptr || !fits(schema, field->type, value.items[i])) return false;
  }
  return std::ranges::all_of(type.fields, [&](const FieldType& field) {
    return !field.type.required || std::ranges::find(value.names, field.name) != value.names.end();
  });
}

bool fits_json_scalar(std::string_view name, const boost::json::value& value) {
  if (name == "Int") {
    return value.is_int64() && value.as_int64() >= std::numeric_limits<std::int32_t>::min() &&
           value.as_int64() <= std::numeric_limits<std::int32_t>::max();
  }
  if (name == "Float") return value.is_number();
  if (name == "Boolean") return value.is_bool();
  if (name == "ID" || name == "UnsignedInt64") return value.is_string() || value.is_int64();
  return value.is_string();
}

bool fits_json(const Schema& schema, const TypeRef& type, const boost::json::value& value) {
  if (value.is_null()) return !type.required;
  if (type.list) {
    const auto* items = value.if_array();
    if (items == nullptr) return fits_json(schema, item_of(type), value);
    return std::ranges::all_of(*items, [&](const auto& item) { return fits_json(schema, item_of(type), item); });
  }
  const auto& known = schema.at(type.name);
  if (known.kind == Type::Kind::enumeration) {
    return value.is_string() &&
           std::ranges::find(known.names, std::string_view(value.as_string())) != known.names.end();
  }
  if (known.kind != Type::Kind::input) return fits_json_scalar(type.name, value);
  const auto* object = value.if_object();
  if (object == nullptr) return false;
  for (const auto& [name, member] : *object) {
    const auto* field = known.find_field(name);
    if (field == nullptr || !fits_json(schema, field->type, member)) return false;
  }
  return std::ranges::all_of(
      known.fields, [&](const FieldType& field) { return !field.type.required || object->contains(field.name); });
}

Failure bad_variable(const Variable& variable, std::string_view explanation) {
  Failure failure(
      fmt::format("Variable ${} of type {} was provided invalid value", variable.name, to_text(variable.type)),
      "INVALID_VARIABLE");
  failure.locations = {variable.at};
  failure.extensions["problems"] = boost::json::array{
      boost::json::object{{"path", boost::json::array{}}, {"explanation", std::string(explanation)}}};
  return failure;
}

}  // namespace

bool fits(const Schema& schema, const TypeRef& type, const Value& value) {
  if (value.kind == Kind::variable) return true;
  if (value.kind == Kind::null) return !type.required;
  if (type.list) {
    if (value.kind != Kind::list) return fits(schema, item_of(type), value);
    return std::ranges::all_of(value.items, [&](const Value& item) { return fits(schema, item_of(type), item); });
  }
  const auto& known = schema.at(type.name);
  if (known.kind == Type::Kind::enumeration) {
    return value.kind == Kind::enumeration && std::ranges::find(known.names, value.text) != known.names.end();
  }
  return known.kind == Type::Kind::input ? fits_input(schema, known, value) : fits_scalar(type.name, value);
}

boost::json::object read_variables(const Schema& schema, const Operation& operation, const boost::json::object& given) {
  boost::json::object variables;
  for (const auto& variable : operation.variables) {
    const auto* value = given.if_contains(variable.name);
    if (value == nullptr) {
      if (variable.otherwise) {
        variables[variable.name] = to_json(*variable.otherwise, {});
      } else if (variable.type.required) {
        throw bad_variable(variable, "Expected value to not be null");
      }
      continue;
    }
    if (value->is_null() && variable.type.required) throw bad_variable(variable, "Expected value to not be null");
    if (!fits_json(schema, variable.type, *value)) {
      throw bad_variable(variable, "The value does not fit the type");
    }
    variables[variable.name] = *value;
  }
  return variables;
}

boost::json::value to_json(const Value& value, const boost::json::object& variables) {
  switch (value.kind) {
    case Kind::variable: {
      const auto* found = variables.if_contains(value.text);
      return found == nullptr ? boost::json::value() : *found;
    }
    case Kind::integer: {
      std::int64_t number = 0;
      std::from_chars(value.text.data(), value.text.data() + value.text.size(), number);
      return number;
    }
    case Kind::number:
      return std::strtod(value.text.c_str(), nullptr);
    case Kind::boolean:
      return value.text == "true";
    case Kind::null:
      return nullptr;
    case Kind::list: {
      boost::json::array items;
      for (const auto& item : value.items) items.push_back(to_json(item, variables));
      return items;
    }
    case Kind::object: {
      boost::json::object members;
      for (std::size_t i = 0; i < value.names.size(); ++i) members[value.names[i]] = to_json(value.items[i], variables);
      return members;
    }
    case Kind::text:
    case Kind::enumeration:
      break;
  }
  return boost::json::value(value.text);
}

boost::json::object read_arguments(const FieldType& field, const std::vector<Argument>& arguments,
                                   const boost::json::object& variables) {
  boost::json::object read;
  for (const auto& known : field.arguments) {
    const auto given = std::ranges::find(arguments, known.name, &Argument::name);
    const bool absent =
        given == arguments.end() || (given->value.kind == Kind::variable && !variables.contains(given->value.text));
    if (!absent) {
      read[known.name] = to_json(given->value, variables);
    } else if (known.otherwise) {
      read[known.name] = to_json(*known.otherwise, {});
    }
  }
  return read;
}

}  // namespace omnify::sandbox::graphql
