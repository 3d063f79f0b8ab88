// JSON as the platform writes it: doubles in plain decimals (protobuf's JSON mapping), where Boost.JSON writes 1.5E0.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace omnify::sandbox::google {

[[nodiscard]] std::string json_text(const boost::json::value& value);

}  // namespace omnify::sandbox::google
