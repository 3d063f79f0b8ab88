// What the entities of every platform have in common.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "platforms/facts.h"

namespace omnify::platforms {

/// The member, when it is an object; else null.
[[nodiscard]] const boost::json::object* object_in(const boost::json::object& object, std::string_view name);
/// The member, when it is a list; else null.
[[nodiscard]] const boost::json::array* array_in(const boost::json::object& object, std::string_view name);
/// The member, when it is a text. Absent, null and "" are one: platforms leave out or empty what has no value.
[[nodiscard]] std::optional<std::string> text_in(const boost::json::object& object, std::string_view name);

/// What is below an ended object has ended, too, whatever the platform still calls it.
void end_with_parents(EntityRows& rows);

}  // namespace omnify::platforms
