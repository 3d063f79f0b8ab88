// One row per field and node type: how its value is made. Nothing: the platform would leave the field out.
#pragma once

#include <boost/json/value.hpp>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "meta/objects.h"

namespace omnify::sandbox::meta {

/// What a field holds. Takes whatever a JSON value can be made of, text of every kind included.
class FieldValue : public std::optional<boost::json::value> {
 public:
  FieldValue() = default;
  FieldValue(std::nullopt_t) {}
  template <class T>
    requires(std::constructible_from<boost::json::value, T> && !std::same_as<std::remove_cvref_t<T>, FieldValue>)
  FieldValue(T&& value) : std::optional<boost::json::value>(std::in_place, std::forward<T>(value)) {}
};

using FieldReader = FieldValue (*)(const Subject&);

/// Null when the node type has no such field.
[[nodiscard]] const FieldReader* find_field(NodeType type, std::string_view name);

/// 2026-03-01T10:00:00-0500, in the account's zone.
[[nodiscard]] std::string graph_time(std::string_view time_zone, Instant instant);

}  // namespace omnify::sandbox::meta
