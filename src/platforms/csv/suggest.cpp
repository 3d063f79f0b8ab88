#include <algorithm>

#include "base/json.h"
#include "base/money.h"
#include "platforms/csv/dates.h"
#include "platforms/csv/mapping.h"
#include "platforms/csv/values.h"

namespace omnify::platforms::csv {
namespace {

/// The first value that can only be in one currency.
std::optional<Currency> currency_of(const Column& column) {
  if (const auto code = currency_in_name(column.name)) return code;
  for (const auto& sample : column.samples) {
    Amount amount;
    std::string why;
    if (parse_amount(sample, DecimalMark::point, amount, why) && amount.currency) return amount.currency;
    if (parse_amount(sample, DecimalMark::comma, amount, why) && amount.currency) return amount.currency;
  }
  return std::nullopt;
}

/// "day" and its translations mean the date where the values are whole dates, and the day of the month where not. A
/// bad line among the first ones does not make the column another.
bool holds_dates(const Column& column) {
  const auto dates = std::ranges::count_if(column.samples, [](const std::string& sample) {
    Day day{};
    std::string why;
    return parse_date(sample, DateOrder::dmy, day, why) || parse_date(sample, DateOrder::mdy, day, why);
  });
  return 2 * static_cast<std::size_t>(dates) >= column.samples.size();
}

bool plausible(Field field, const Column& column) {
  const auto folded = fold_name(column.name);
  if (field == Field::date) return column.samples.empty() ? synonym_rank(Field::day, folded) < 0 : holds_dates(column);
  if (field == Field::day) return column.samples.empty() || !holds_dates(column);
  if (field == Field::month)
    return std::ranges::all_of(column.samples, [](const auto& sample) { return parse_month(sample).has_value(); });
  return true;
}

class Suggestion {
 public:
  explicit Suggestion(const std::vector<Column>& columns) : columns_(columns), taken_(columns.size(), false) {}

  ImportOptions make() {
    take_best(Field::date);
    if (!found_date_) {
      for (const auto field : {Field::year, Field::month, Field::day}) take_best(field);
    }
    for (const auto field : {Field::currency, Field::platform, Field::impressions, Field::clicks, Field::spend,
                             Field::revenue, Field::conversions})
      take_best(field);
    take_best(Field::campaign);
    for (const auto field : {Field::ad_group, Field::ad}) take_all(field);
    std::ranges::sort(picked_, {}, &Picked::column);
    for (const auto& [column, field] : picked_)
      out_.mapping.push_back({.column = columns_[column].name, .field = field});
    find_currency();
    return std::move(out_);
  }

 private:
  struct Picked {
    std::size_t column;
    Field field;
  };

  [[nodiscard]] int rank(Field field, std::size_t column) const {
    if (taken_[column]) return -1;
    const int found = synonym_rank(field, fold_name(columns_[column].name));
    return found >= 0 && plausible(field, columns_[column]) ? found : -1;
  }

  void pick(Field field, std::size_t column) {
    taken_[column] = true;
    picked_.push_back({column, field});
    found_date_ = found_date_ || field == Field::date;
  }

  void take_best(Field field) {
    int best = -1;
    std::size_t best_column = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const int found = rank(field, i);
      if (found < 0 || (best >= 0 && found >= best)) continue;
      best = found;
      best_column = i;
    }
    if (best >= 0) pick(field, best_column);
  }

  /// The name of an ad may be spread over columns (banner, placement). Ids beside a name add nothing to it.
  void take_all(Field field) {
    std::vector<std::size_t> names;
    std::vector<std::size_t> ids;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (rank(field, i) >= 0) (fold_name(columns_[i].name).ends_with(" id") ? ids : names).push_back(i);
    }
    for (const auto column : names.empty() ? ids : names) pick(field, column);
  }

  void find_currency() {
    const auto is_currency = [](const auto& mapping) { return mapping.field == Field::currency; };
    if (std::ranges::any_of(out_.mapping, is_currency)) return;
    for (const auto& [column, field] : picked_) {
      if (field != Field::spend && field != Field::revenue) continue;
      const auto currency = currency_of(columns_[column]);
      if (!currency) continue;
      out_.constants["currency"] = std::string(currency->text());
      return;
    }
  }

  const std::vector<Column>& columns_;
  std::vector<bool> taken_;
  std::vector<Picked> picked_;
  ImportOptions out_;
  bool found_date_ = false;
};

}  // namespace

ImportOptions suggest(const std::vector<Column>& columns) { return Suggestion(columns).make(); }

}  // namespace omnify::platforms::csv
