// What the campaign list accepts: the search pattern, the order and the cursor, checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.h"
#include "metrics/model.h"

namespace omnify::metrics {

/// A pattern for ILIKE that finds `text` anywhere, % _ and \ standing for themselves. Throws Error{invalid_field}
/// "search" when it is longer than 200 bytes, not UTF-8, or has control characters.
[[nodiscard]] std::string search_pattern(std::string_view text);

/// Where a page ended. `key` holds the bits of the signed sort key (the bits, because printing and parsing a double
/// must not move it); `label` is the sort key of names.
struct Cursor {
  CampaignSort sort = CampaignSort::spend;
  SortDirection direction = SortDirection::desc;
  std::optional<std::int64_t> key;
  std::optional<std::string> label;
  CampaignId id;
};
BOOST_DESCRIBE_STRUCT(Cursor, (), (sort, direction, key, label, id))

[[nodiscard]] std::string encode(const Cursor& cursor);

/// A checked request.
struct ListOrder {
  CampaignSort sort = CampaignSort::spend;
  SortDirection direction = SortDirection::desc;
  std::int64_t limit = 50;
  std::optional<double> after_key;
  std::optional<std::string> after_label;
  std::optional<CampaignId> after_id;
};

/// Throws Error{invalid_field} naming "limit" or "cursor"; a cursor fits only the order that it was made for.
[[nodiscard]] ListOrder checked_order(const CampaignQuery& query);

}  // namespace omnify::metrics
