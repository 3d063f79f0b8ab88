// What a person decides about a file before it is imported, and what is told about its lines. Part of the HTTP
// contract.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace omnify::platforms::csv {

/// What a column can mean. `year`, `month` and `day` together replace `date`.
enum class Field {
  date,
  year,
  month,
  day,
  campaign,
  ad_group,
  ad,
  platform,
  impressions,
  clicks,
  spend,
  conversions,
  revenue,
  currency
};
BOOST_DESCRIBE_ENUM(Field, date, year, month, day, campaign, ad_group, ad, platform, impressions, clicks, spend,
                    conversions, revenue, currency)

/// The order of the parts of an all-digit date. Dates that start with a four-digit year need none.
enum class DateOrder { ymd, dmy, mdy };
BOOST_DESCRIBE_ENUM(DateOrder, ymd, dmy, mdy)

/// What stands before the fraction: 1,234.5 or 1.234,5.
enum class DecimalMark { point, comma };
BOOST_DESCRIBE_ENUM(DecimalMark, point, comma)

struct ColumnMapping {
  std::string column;
  Field field = Field::date;
};
BOOST_DESCRIBE_STRUCT(ColumnMapping, (), (column, field))

struct ImportOptions {
  /// Several columns may mean the same name (campaign, ad_group, ad): their texts are joined with " · " in this order.
  std::vector<ColumnMapping> mapping;
  /// Field → the value that every row has: {"year": "2020", "currency": "USD"}. Amounts and counts cannot be constant.
  std::map<std::string, std::string> constants;
  /// Null: the file proves it, or needs none; otherwise the import is refused with a question.
  std::optional<DateOrder> date_order;
  std::optional<DecimalMark> decimal;
  bool skip_bad_lines = false;
};
BOOST_DESCRIBE_STRUCT(ImportOptions, (), (mapping, constants, date_order, decimal, skip_bad_lines))

/// `line` is the physical line of the file, from 1, where the record starts.
struct BadLine {
  std::int64_t line = 0;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(BadLine, (), (line, reason))

}  // namespace omnify::platforms::csv
