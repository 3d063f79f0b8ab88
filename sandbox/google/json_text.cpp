#include "google/json_text.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace omnify::sandbox::google {
namespace {

void write(std::string& out, const boost::json::value& value) {
  if (const auto* object = value.if_object()) {
    char separator = '{';
    for (const auto& [name, member] : *object) {
      out += separator;
      out += boost::json::serialize(boost::json::string(name));
      out += ':';
      write(out, member);
      separator = ',';
    }
    out += object->empty() ? "{}" : "}";
  } else if (const auto* array = value.if_array()) {
    char separator = '[';
    for (const auto& item : *array) {
      out += separator;
      write(out, item);
      separator = ',';
    }
    out += array->empty() ? "[]" : "]";
  } else if (const auto* number = value.if_double()) {
    fmt::format_to(std::back_inserter(out), "{}", *number);
  } else {
    out += boost::json::serialize(value);
  }
}

}  // namespace

std::string json_text(const boost::json::value& value) {
  std::string out;
  write(out, value);
  return out;
}

}  // namespace omnify::sandbox::google
