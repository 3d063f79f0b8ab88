// One row of insights on the wire: texts for numbers, lists for actions.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "meta/insights.h"

namespace omnify::sandbox::meta {

/// Also true for fields that exist on the platform but have no value here: they are left out of the rows.
[[nodiscard]] bool is_insights_field(std::string_view name);
[[nodiscard]] boost::json::object render_row(const InsightsRequest& request, const Subject& entity,
                                             const Period& period, const market::Numbers& numbers);

}  // namespace omnify::sandbox::meta
