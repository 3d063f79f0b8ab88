// OpenAPI 3.1 schemas (JSON Schema 2020-12) of described structs: the same types that base/json.h reads and writes.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/json.h"

namespace omnify::json {

/// The unqualified name of a type, as it is spelled in the source.
template <class T>
[[nodiscard]] constexpr std::string_view type_name() noexcept {
  std::string_view text = __PRETTY_FUNCTION__;
  const auto start = text.find("T = ") + 4;
  text = text.substr(start, text.rfind(']') - start);
  const auto colon = text.rfind(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

[[nodiscard]] boost::json::object scalar_schema(std::string_view type, std::string_view format = {});
[[nodiscard]] boost::json::object reference(std::string_view component);
[[nodiscard]] boost::json::value nullable(boost::json::value schema);

template <class T>
[[nodiscard]] boost::json::value schema(boost::json::object& components);

template <DescribedEnum E>
[[nodiscard]] boost::json::object enum_schema() {
  boost::json::array names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&](auto entry) { names.emplace_back(member_name(entry.name)); });
  auto out = scalar_schema("string");
  out["enum"] = std::move(names);
  return out;
}

/// All members are required: what we write is always complete, an absent value is an explicit null. In requests an
/// optional member may be left out.
template <DescribedStruct T>
[[nodiscard]] boost::json::object struct_schema(boost::json::object& components) {
  boost::json::object properties;
  boost::json::array required;
  for_each_member<T>([&](auto member) {
    using Member = std::remove_reference_t<decltype(std::declval<T&>().*member.pointer)>;
    const auto name = member_name(member.name);
    properties[name] = schema<Member>(components);
    if constexpr (requires { T::kRequest; }) {
      if constexpr (IsOptional<Member>::value) return;
    }
    required.emplace_back(name);
  });
  auto out = scalar_schema("object");
  out["properties"] = std::move(properties);
  if (!required.empty()) out["required"] = std::move(required);
  out["additionalProperties"] = false;
  return out;
}

/// The schema of T; structs go into `components` under their type name and are referred to.
template <class T>
boost::json::value schema(boost::json::object& components) {
  if constexpr (IsOptional<T>::value) {
    return nullable(schema<typename T::value_type>(components));
  } else if constexpr (IsVector<T>::value) {
    auto out = scalar_schema("array");
    out["items"] = schema<typename T::value_type>(components);
    return out;
  } else if constexpr (IsMap<T>::value) {
    auto out = scalar_schema("object");
    out["additionalProperties"] = schema<typename T::mapped_type>(components);
    return out;
  } else if constexpr (DescribedStruct<T>) {
    if (!components.contains(type_name<T>())) {
      components[type_name<T>()] = nullptr;  // a type that contains itself ends here
      components[type_name<T>()] = struct_schema<T>(components);
    }
    return reference(type_name<T>());
  } else if constexpr (DescribedEnum<T>) {
    return enum_schema<T>();
  } else if constexpr (std::same_as<T, bool>) {
    return scalar_schema("boolean");
  } else if constexpr (std::same_as<T, std::int64_t>) {
    return scalar_schema("integer", "int64");
  } else if constexpr (std::same_as<T, double>) {
    return scalar_schema("number", "double");
  } else if constexpr (std::same_as<T, Decimal>) {
    return scalar_schema("string", "decimal");
  } else if constexpr (std::same_as<T, Day>) {
    return scalar_schema("string", "date");
  } else if constexpr (std::same_as<T, Instant>) {
    return scalar_schema("string", "date-time");
  } else if constexpr (std::same_as<T, Uuid> || IsId<T>::value) {
    return scalar_schema("string", "uuid");
  } else if constexpr (std::same_as<T, boost::json::value>) {
    return boost::json::object{};
  } else {
    return scalar_schema("string");
  }
}

}  // namespace omnify::json
