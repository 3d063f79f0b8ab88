// Values that a caller gives: whether they fit a type, and what they are as JSON.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "graphql/failure.h"
#include "graphql/schema.h"

namespace omnify::sandbox::graphql {

/// A literal fits. Variables in it fit, too: who checks them knows their declarations.
[[nodiscard]] bool fits(const Schema& schema, const TypeRef& type, const Value& value);

/// The variables of an operation, defaults included. Throws Failure for one that is missing, unknown to its type or
/// malformed.
[[nodiscard]] boost::json::object read_variables(const Schema& schema, const Operation& operation,
                                                 const boost::json::object& given);

/// The arguments of a field, defaults included; what was not given is absent.
[[nodiscard]] boost::json::object read_arguments(const FieldType& field, const std::vector<Argument>& arguments,
                                                 const boost::json::object& variables);
[[nodiscard]] boost::json::value to_json(const Value& value, const boost::json::object& variables);

}  // namespace omnify::sandbox::graphql
