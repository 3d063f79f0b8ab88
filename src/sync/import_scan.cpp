#include "sync/import_scan.h"

#include "base/error.h"
#include "platforms/csv/mapping.h"
#include "platforms/csv/values.h"
#include "sync/loader.h"

namespace omnify::sync {
namespace {

constexpr std::size_t kSampleRows = 20;

namespace csv = platforms::csv;

[[noreturn]] void refuse(std::vector<FieldError> fields) {
  std::string detail;
  for (const auto& field : fields) {
    if (!detail.empty()) detail += ' ';
    detail += field.detail;
  }
  throw Error(Code::invalid_field, std::move(detail)).with_fields(std::move(fields));
}

}  // namespace

ImportOptions settled_options(const csv::Layout& layout, ImportOptions options) {
  auto fields = csv::objections(options, layout.columns);
  if (!fields.empty()) refuse(std::move(fields));
  fields = csv::settle(options, layout.columns, layout.sample);
  if (!fields.empty()) refuse(std::move(fields));
  return options;
}

ImportScan::ImportScan(const std::filesystem::path& path, const csv::Layout& layout, const ImportOptions& options,
                       ImportAggregate* aggregate, BadLineSink bad_line)
    : normalizer_(options, layout.columns),
      aggregate_(aggregate),
      bad_line_(std::move(bad_line)),
      skip_bad_lines_(options.skip_bad_lines),
      rows_(path, layout, [this](const csv::Record& record) { take(record); }) {}

void ImportScan::take(const csv::Record& record) {
  if (!normalizer_.read(record, row_, why_)) return take_bad(record.line);
  ++check_.rows;
  totals_.add(row_.metrics);
  if (!check_.first_day || row_.day < *check_.first_day) check_.first_day = row_.day;
  if (!check_.last_day || row_.day > *check_.last_day) check_.last_day = row_.day;
  months_.insert(month_of(row_.day));
  several_currencies_ = several_currencies_ || (currency_ && *currency_ != row_.currency);
  currency_ = row_.currency;
  if (check_.sample.size() < kSampleRows) check_.sample.push_back(csv::describe(row_));
  if (aggregate_ != nullptr && (check_.bad_lines == 0 || skip_bad_lines_)) aggregate_->add(row_);
}

void ImportScan::take_bad(std::int64_t line) {
  ++check_.bad_lines;
  if (!bad_line_ && check_.first_bad.size() == kMaxBadLines) return;
  // It quotes the cell, which may hold any byte, and the database stores text without NUL.
  BadLine bad{.line = line, .reason = csv::clean_name(why_)};
  if (bad_line_) bad_line_(bad);
  if (check_.first_bad.size() < kMaxBadLines) check_.first_bad.push_back(std::move(bad));
}

ImportCheck ImportScan::result() const {
  auto result = check_;
  result.totals.impressions = totals_.impressions;
  result.totals.clicks = totals_.clicks;
  if (totals_.conversions) {
    result.totals.conversions = static_cast<double>(*totals_.conversions) / static_cast<double>(kMicrosPerUnit);
  }
  if (several_currencies_) return result;
  if (currency_) result.currency = std::string(currency_->text());
  result.totals.spend = Decimal{totals_.spend};
  if (totals_.revenue) result.totals.revenue = Decimal{*totals_.revenue};
  return result;
}

}  // namespace omnify::sync
