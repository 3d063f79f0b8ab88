// Taking a Graph request apart: version, path, parameters of query and body.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/message.h"

namespace omnify::sandbox::meta {

struct GraphPath {
  std::string version;                ///< "v26.0"; empty when the path has none
  std::vector<std::string> segments;  ///< behind the version
};

[[nodiscard]] GraphPath parse_path(std::string_view path);
/// Throws 2635 for a version that is over or missing, 2500 for one that never was.
void check_version(const GraphPath& path);
/// Query parameters, then those of a form or JSON body. Nested JSON values stay JSON texts.
[[nodiscard]] wire::Fields read_parameters(const wire::Request& request);
[[nodiscard]] std::string_view value_of(const wire::Fields& fields, std::string_view name);

}  // namespace omnify::sandbox::meta
