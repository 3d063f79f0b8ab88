#include "platforms/csv/mapping.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json.h"
#include "base/money.h"
#include "platforms/csv/dates.h"
#include "platforms/csv/values.h"

namespace omnify::platforms::csv {
namespace {

constexpr std::array<Field, 3> kSplitDate = {Field::year, Field::month, Field::day};

/// Which fields the options give, by column or constant.
class Given {
 public:
  explicit Given(const ImportOptions& options) {
    for (const auto& mapping : options.mapping) ++columns_[index(mapping.field)];
    for (const auto& [name, value] : options.constants) {
      if (const auto field = json::enum_value<Field>(name); field && !trim(value).empty())
        constants_[index(*field)] = true;
    }
  }
  [[nodiscard]] int columns(Field field) const noexcept { return columns_[index(field)]; }
  [[nodiscard]] bool constant(Field field) const noexcept { return constants_[index(field)]; }
  [[nodiscard]] bool any(Field field) const noexcept { return columns(field) > 0 || constant(field); }

 private:
  static std::size_t index(Field field) noexcept { return static_cast<std::size_t>(field); }
  std::array<int, 14> columns_{};
  std::array<bool, 14> constants_{};
};

std::string list(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

void check_columns(const ImportOptions& options, const Given& given, const std::vector<std::string>& columns,
                   std::vector<FieldError>& out) {
  std::array<int, 14> seen{};
  for (std::size_t i = 0; i < options.mapping.size(); ++i) {
    const auto& [column, field] = options.mapping[i];
    const auto pointer = fmt::format("/mapping/{}", i);
    if (std::ranges::find(columns, column) == columns.end()) {
      out.push_back({pointer + "/column",
                     fmt::format("The file has no column “{}”. Its columns are: {}.", column, list(columns))});
    }
    const auto name = json::enum_name(field);
    if (++seen[static_cast<std::size_t>(field)] == 2 && !is_name(field))
      out.push_back({pointer + "/field", fmt::format("Only one column can be the {}.", name)});
    if (given.constant(field))
      out.push_back({pointer + "/field", fmt::format("The {} is given twice: by a column and as a constant.", name)});
  }
}

std::optional<std::string> constant_objection(Field field, const std::string& value) {
  const auto name = json::enum_name(field);
  if (is_metric(field)) return fmt::format("The {} must come from a column: it differs from row to row.", name);
  if (trim(value).empty()) return fmt::format("The constant {} has no value.", name);
  std::string why;
  Day day{};
  if (field == Field::currency) {
    const auto currency = Currency::parse(trim(value));
    if (!currency || !currency->known())
      return fmt::format("“{}” is not a currency code of ISO 4217, like USD.", value);
  }
  if (field == Field::date && !parse_date(value, std::nullopt, day, why))
    return fmt::format("“{}” {}. Write it as 2020-04-19.", value, why);
  if (field == Field::year && !parse_split_date(value, "1", "1", day, why)) return fmt::format("{}.", why);
  if (field == Field::month && !parse_month(value)) return fmt::format("“{}” is not a month.", value);
  return std::nullopt;
}

void check_constants(const ImportOptions& options, std::vector<FieldError>& out) {
  for (const auto& [name, value] : options.constants) {
    const auto pointer = json::child("/constants", name);
    const auto field = json::enum_value<Field>(name);
    if (!field) {
      out.push_back(
          {pointer, fmt::format("There is no field “{}”. The fields are: {}.", name, json::enum_choices<Field>())});
    } else if (auto objection = constant_objection(*field, value)) {
      out.push_back({pointer, std::move(*objection)});
    }
  }
}

void check_date(const Given& given, std::vector<FieldError>& out) {
  std::vector<std::string> missing;
  std::vector<std::string> present;
  for (const auto field : kSplitDate) (given.any(field) ? present : missing).emplace_back(json::enum_name(field));
  if (given.any(Field::date)) {
    if (!present.empty())
      out.push_back({"/mapping", fmt::format("The date is given twice: as a date and by {}.", list(present))});
    return;
  }
  if (missing.empty()) return;
  if (missing == std::vector<std::string>{"year"}) {
    out.push_back({"/constants/year",
                   "The dates have no year. Map the column that holds it, or give it for all rows (year=2020)."});
  } else if (present.empty()) {
    out.push_back({"/mapping", "No column is the date. Map one to date, or three to year, month and day."});
  } else {
    out.push_back({"/mapping", fmt::format("The date is incomplete: {} is missing. Map a column to it, or give it as a "
                                           "constant.",
                                           list(missing))});
  }
}

}  // namespace

bool is_name(Field field) noexcept {
  return field == Field::campaign || field == Field::ad_group || field == Field::ad;
}

bool is_metric(Field field) noexcept {
  return field == Field::impressions || field == Field::clicks || field == Field::spend ||
         field == Field::conversions || field == Field::revenue;
}

std::vector<FieldError> objections(const ImportOptions& options, const std::vector<std::string>& columns) {
  std::vector<FieldError> out;
  const Given given(options);
  check_columns(options, given, columns, out);
  check_constants(options, out);
  check_date(given, out);
  const bool metric =
      std::ranges::any_of(options.mapping, [](const auto& mapping) { return is_metric(mapping.field); });
  if (!metric) {
    out.push_back({"/mapping",
                   "No column holds a figure. Map at least one to impressions, clicks, spend, conversions "
                   "or revenue."});
  }
  // Without amounts of money a currency is still the account's: it decides which account the rows belong to.
  if (!given.any(Field::currency)) {
    out.push_back({"/constants/currency",
                   "Which currency are the amounts in? Map the column that holds it, or give it "
                   "for all rows."});
  }
  return out;
}

std::vector<FieldError> settle(ImportOptions& options, const std::vector<std::string>& columns,
                               const std::vector<std::vector<std::string>>& sample) {
  DateOrderEvidence dates;
  DecimalEvidence numbers;
  for (const auto& mapping : options.mapping) {
    const auto column = static_cast<std::size_t>(std::ranges::find(columns, mapping.column) - columns.begin());
    for (const auto& row : sample) {
      if (column >= row.size()) continue;
      if (mapping.field == Field::date) {
        dates.see(row[column]);
      } else if (mapping.field == Field::impressions || mapping.field == Field::clicks) {
        numbers.see_count(row[column]);
      } else if (is_metric(mapping.field)) {
        numbers.see_amount(row[column]);
      }
    }
  }
  std::vector<FieldError> open;
  if (!options.date_order) options.date_order = dates.proven();
  if (!options.date_order) {
    if (auto question = dates.question()) open.push_back({"/date_order", std::move(*question)});
  }
  if (!options.decimal) options.decimal = numbers.proven();
  if (!options.decimal) {
    if (auto question = numbers.question()) open.push_back({"/decimal", std::move(*question)});
  }
  return open;
}

}  // namespace omnify::platforms::csv
