#include "base/schema.h"

#include <fmt/format.h>
#include <boost/json.hpp>

namespace omnify::json {

boost::json::object scalar_schema(std::string_view type, std::string_view format) {
  boost::json::object out{{"type", type}};
  if (!format.empty()) out["format"] = format;
  return out;
}

boost::json::object reference(std::string_view component) {
  return {{"$ref", fmt::format("#/components/schemas/{}", component)}};
}

boost::json::value nullable(boost::json::value schema) {
  auto& object = schema.as_object();
  if (auto* type = object.if_contains("type"); type != nullptr && !object.contains("enum")) {
    *type = boost::json::array{*type, "null"};
    return schema;
  }
  return boost::json::object{{"anyOf", boost::json::array{schema, scalar_schema("null")}}};
}

}  // namespace omnify::json
