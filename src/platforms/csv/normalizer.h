// One record of a file to one normalised row, or the reason why not.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/money.h"
#include "platforms/csv/model.h"
#include "platforms/csv/reader.h"
#include "platforms/facts.h"

namespace omnify::platforms::csv {

/// The platform of rows that name none.
inline constexpr std::string_view kDefaultPlatform = "csv";
/// The name of a campaign, ad group or ad that the file leaves open.
inline constexpr std::string_view kNotSet = "(not set)";
/// Parts the names within an external id. Cannot occur in a name: control characters become spaces.
inline constexpr char kUnitSeparator = '\x1f';
inline constexpr std::size_t kMaxNameBytes = 1000;

/// Counts and amounts of one key; see platforms::FactRow for units and for what an empty value means.
struct Metrics {
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  Micros spend = 0;
  std::optional<Micros> conversions;
  std::optional<Micros> revenue;
  /// Adds up; not reported + x = x. Throws Error{invalid_request} when a sum leaves the 64-bit range.
  void add(const Metrics& other);
  friend bool operator==(const Metrics&, const Metrics&) = default;
};

struct Row {
  Day day;
  std::string platform;  ///< lower case
  Currency currency;
  std::string campaign;
  std::string ad_group;
  std::string ad;
  Metrics metrics;
  friend bool operator==(const Row&, const Row&) = default;
};

[[nodiscard]] std::string ad_set_external_id(const Row& row);
[[nodiscard]] std::string ad_external_id(const Row& row);
/// The external ids are the names, joined with kUnitSeparator.
[[nodiscard]] FactRow to_fact(const Row& row);
/// For a preview: field → text.
[[nodiscard]] std::map<std::string, std::string> describe(const Row& row);

/// Rules for cells without a number: empty or a dash is 0 for impressions, clicks and spend, and «not reported» for
/// conversions and revenue; #N/A and its like are «not reported» for those two and make a bad line for the others. In
/// names every text counts as it stands, "#N/A" too; an empty one is kNotSet.
class Normalizer {
 public:
  /// `options` has passed objections() and settle(). Days after `today` are bad.
  Normalizer(const ImportOptions& options, const std::vector<std::string>& columns,
             Day today = std::chrono::floor<std::chrono::days>(now()));

  /// Fills `out`, or says why the line is bad as a full sentence.
  bool read(const Record& record, Row& out, std::string& why);

 private:
  struct Input {
    std::vector<std::size_t> columns;
    std::string constant;
    [[nodiscard]] bool given() const noexcept { return !columns.empty() || !constant.empty(); }
  };
  [[nodiscard]] const Input& input(Field field) const noexcept { return inputs_[static_cast<std::size_t>(field)]; }
  [[nodiscard]] std::string_view text(const Record& record, Field field) const;
  bool check_shape(const Record& record, std::string& why) const;
  bool read_day(const Record& record, Day& out, std::string& why);
  bool check_day(Day day, std::string& why) const;
  bool read_split_day(const Record& record, Day& out, std::string& why);
  bool read_name(const Record& record, Field field, std::string& out, std::string& why) const;
  bool read_platform(const Record& record, std::string& out, std::string& why) const;
  bool read_currency(const Record& record, Currency& out, std::string& why) const;
  bool read_count(const Record& record, Field field, std::int64_t& out, std::string& why) const;
  bool read_amount(const Record& record, Field field, const Currency* currency, std::optional<Micros>& out,
                   std::string& why) const;
  bool read_metrics(const Record& record, const Currency& currency, Metrics& out, std::string& why) const;

  std::array<Input, 14> inputs_;  // by Field
  Day today_;
  std::vector<std::string> columns_;
  std::optional<DateOrder> date_order_;
  std::optional<DecimalMark> decimal_;
  std::string last_date_text_;  // neighbouring rows mostly share their day
  std::array<std::string, 3> last_split_;
  Day last_date_{};
};

}  // namespace omnify::platforms::csv
