// The command line's way to say what the columns mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sync/import_model.h"

namespace omnify::sync {

/// `map` is "column=field,…". A column whose name holds a comma, an equals sign or quotation marks stands in quotation
/// marks, with inner ones doubled: "\"cost, total\"=spend". Column names match exactly, or else without regard to case.
/// Where no column has the name on the left and the field is year, currency or platform, the left side is the value
/// itself: "2020=year,USD=currency". `set` is "field=value,…" for constants.
/// Throws Error{invalid_field} that names the bad part and lists the columns or fields there are.
[[nodiscard]] ImportOptions parse_import_map(std::string_view map, std::string_view set,
                                             const std::vector<std::string>& columns);

}  // namespace omnify::sync
