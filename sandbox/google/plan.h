// A query that was checked against the fields: what to compute, which rows to keep.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "google/fields.h"
#include "google/gaql.h"

namespace omnify::sandbox::google {

struct DateRange {
  Day first;
  Day last;
};

/// A condition on anything but the date.
struct Test {
  const Field* field = nullptr;
  Operator op = Operator::equal;
  std::vector<std::string> values;
  /// Whether the value of a row passes. A missing value passes only !=, NOT IN, NOT LIKE and IS NULL.
  [[nodiscard]] bool admits(const boost::json::value& value) const;
};

struct Plan {
  Resource from = Resource::customer;
  std::vector<const Field*> select;
  std::vector<Test> attribute_tests;                 ///< decided once per entity
  std::vector<Test> row_tests;                       ///< of segments and metrics
  std::vector<std::pair<const Field*, bool>> order;  ///< with "descending"
  std::optional<std::int64_t> limit;
  std::optional<DateRange> dates;  ///< empty: all time
  bool by_date = false;
  bool by_category = false;
  bool has_metrics = false;

  [[nodiscard]] bool segmented() const noexcept { return by_date || by_category; }
  [[nodiscard]] bool counts() const noexcept { return has_metrics || segmented(); }
};

/// Throws Failure with the queryError that the platform gives. `today` is the account's.
[[nodiscard]] Plan make_plan(const Query& query, bool of_manager, Day today);

/// -1, 0, 1; a missing value comes first.
[[nodiscard]] int compare(const boost::json::value& left, const boost::json::value& right);

}  // namespace omnify::sandbox::google
