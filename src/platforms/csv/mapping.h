// Which column means what: suggested from the names of the columns, checked before a row is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/money.h"
#include "platforms/csv/model.h"

namespace omnify::platforms::csv {

/// A column and its first values.
struct Column {
  std::string name;
  std::vector<std::string> samples;
};

/// campaign, ad_group, ad: several columns may be joined.
[[nodiscard]] bool is_name(Field field) noexcept;
/// impressions, clicks, spend, conversions, revenue.
[[nodiscard]] bool is_metric(Field field) noexcept;

/// The best guess from the columns' names (synonyms in several languages) and values; the user sees it and may change
/// it. The first column of the best synonym wins where a field takes only one.
[[nodiscard]] ImportOptions suggest(const std::vector<Column>& columns);

/// Why these options cannot work for a file with these columns; empty: they can. Each names the member (JSON pointer)
/// and the remedy.
[[nodiscard]] std::vector<FieldError> objections(const ImportOptions& options, const std::vector<std::string>& columns);

/// Takes the date order and the decimal mark from what the sample's rows prove, where the user has not said them.
/// Returns what only the user can answer (pointer and question).
[[nodiscard]] std::vector<FieldError> settle(ImportOptions& options, const std::vector<std::string>& columns,
                                             const std::vector<std::vector<std::string>>& sample);

/// "Amount spent (EUR)" → EUR.
[[nodiscard]] std::optional<Currency> currency_in_name(std::string_view name);
/// The column's name lower-cased, without accents, its words parted by single spaces.
[[nodiscard]] std::string fold_name(std::string_view name);
/// The synonym's rank for this field, 0 the best; -1: the name says nothing about it. `folded` from fold_name.
[[nodiscard]] int synonym_rank(Field field, std::string_view folded);

}  // namespace omnify::platforms::csv
