// The Google Ads Query Language: text to clauses. Which fields exist is not its business. Source: "Query grammar".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omnify::sandbox::google {

enum class Operator {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  not_in,
  like,
  not_like,
  between,
  during,
  is_null,
  is_not_null
};

struct Condition {
  std::string field;
  Operator op = Operator::equal;
  std::vector<std::string> values;  ///< without quotes; two for BETWEEN, none for IS NULL
};

struct Ordering {
  std::string field;
  bool descending = false;
};

struct Query {
  std::vector<std::string> select;
  std::string from;
  std::vector<Condition> where;
  std::vector<Ordering> order;
  std::optional<std::int64_t> limit;
};

/// Throws Failure with the queryError that the platform gives. CONTAINS ANY|ALL|NONE and REGEXP_MATCH are refused with
/// BAD_OPERATOR, PARAMETERS with UNEXPECTED_INPUT: the market has no use for them.
[[nodiscard]] Query parse_query(std::string_view text);

}  // namespace omnify::sandbox::google
