// The insights edge: what is asked (level, days, filters, fields) and its rows, computed page by page.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "market/world.h"
#include "meta/objects.h"
#include "wire/message.h"

namespace omnify::sandbox::meta {

/// Both days inclusive.
struct Period {
  Day since;
  Day until;
};

/// Entities whose id or effective status (or that of the object above them) is one of `values`.
struct EntityFilter {
  NodeType type = NodeType::ad;
  bool by_status = false;  ///< else by id
  bool negated = false;
  std::vector<std::string> values;
};

/// Rows whose spend (major units) or impressions exceed `above`.
struct MetricFilter {
  bool spend = false;
  double above = 0;
};

struct InsightsRequest {
  Subject node;
  NodeType level = NodeType::account;
  std::vector<std::string> fields;
  std::vector<std::string> windows;  ///< "1d_click", …: extra members of the action lists
  std::vector<Period> periods;
  std::vector<EntityFilter> entity_filters;
  std::vector<MetricFilter> metric_filters;
  bool only_active = false;  ///< the platform's implicit filter, as soon as there is another one
};

/// How much there is to compute: rows at most, and ad-days to add up.
struct Estimate {
  std::int64_t rows = 0;
  std::int64_t ad_days = 0;
};

struct InsightsPage {
  boost::json::array rows;
  std::uint64_t behind = 0;  ///< position behind the last row
  bool has_next = false;
};

/// Throws 100 for what the platform would not accept, 3018 for days that it no longer has.
[[nodiscard]] InsightsRequest parse_insights(const wire::Fields& parameters, const Subject& node);
[[nodiscard]] Estimate estimate(const InsightsRequest& request);
/// The rows from `position` on. A page may be shorter than `limit` although there is a next one.
[[nodiscard]] InsightsPage insights_page(const InsightsRequest& request, std::uint64_t position, std::int64_t limit);

}  // namespace omnify::sandbox::meta
