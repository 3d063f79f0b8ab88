// Shopify's search syntax, as a tree of terms. Source: Shopify, "API search syntax".
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"

namespace omnify::sandbox::shopify {

struct Term {
  enum class Compare { equal, less, at_most, more, at_least };
  std::string field;  ///< empty: a bare word
  Compare compare = Compare::equal;
  std::string value;
};

struct Search {
  enum class Kind { all, any, negation, term };
  Kind kind = Kind::all;
  std::vector<Search> parts;  ///< none in `all`: everything matches
  Term term;
};

/// Whatever cannot be read as syntax is taken as a word, as the platform does.
[[nodiscard]] Search parse_search(std::string_view text);
/// Names of fields that are not in `known`; terms with them match everything.
[[nodiscard]] std::vector<std::string> unknown_fields(const Search& search, const std::set<std::string_view>& known);
/// `test` decides a term.
[[nodiscard]] bool matches(const Search& search, const std::function<bool(const Term&)>& test);

/// [from, until): what every match lies in, as far as the terms on `field` tell. A date alone is a day in UTC, "now" is
/// `now`.
struct Span {
  Instant from = Instant::min();
  Instant until = Instant::max();
};
[[nodiscard]] Span span_of(const Search& search, std::string_view field, Instant now);
[[nodiscard]] bool compare_time(const Term& term, Instant at, Instant now);
/// Numbers, and ranges of them ("5..20").
[[nodiscard]] bool compare_number(const Term& term, std::int64_t number);

}  // namespace omnify::sandbox::shopify
