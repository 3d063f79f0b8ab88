// Reads all rows of a file in steps: checks each, counts, adds up. Blocking: run each step on the CPU pool.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>

#include "platforms/csv/file.h"
#include "platforms/csv/normalizer.h"
#include "sync/import_aggregate.h"
#include "sync/import_model.h"

namespace omnify::sync {

class ImportScan {
 public:
  /// `options` must work for this layout. `aggregate` takes the good rows and outlives the scan; null for a mere check.
  /// Unless bad lines are to be skipped it gets nothing more after the first one: nothing will be loaded. `bad_line` is
  /// optional.
  ImportScan(const std::filesystem::path& path, const platforms::csv::Layout& layout, const ImportOptions& options,
             ImportAggregate* aggregate, BadLineSink bad_line);

  /// One piece of the file; false at its end.
  bool step() { return rows_.step(); }
  [[nodiscard]] std::int64_t bytes_read() const noexcept { return rows_.bytes_read(); }
  [[nodiscard]] std::int64_t good() const noexcept { return check_.rows; }
  [[nodiscard]] std::int64_t bad() const noexcept { return check_.bad_lines; }
  /// The first days of the months of its good rows.
  [[nodiscard]] const std::set<Day>& months() const noexcept { return months_; }
  [[nodiscard]] const std::vector<BadLine>& first_bad() const noexcept { return check_.first_bad; }
  /// With totals and sample.
  [[nodiscard]] ImportCheck result() const;

 private:
  void take(const platforms::csv::Record& record);
  void take_bad(std::int64_t line);

  platforms::csv::Normalizer normalizer_;
  ImportAggregate* aggregate_;
  BadLineSink bad_line_;
  bool skip_bad_lines_;
  platforms::csv::FileRows rows_;
  platforms::csv::Row row_;
  std::string why_;
  ImportCheck check_;
  platforms::csv::Metrics totals_;
  std::set<Day> months_;
  std::optional<Currency> currency_;
  bool several_currencies_ = false;
};

/// The options with everything settled that the file proves. Throws Error{invalid_field} naming each that cannot work,
/// or the questions that only the user can answer.
[[nodiscard]] ImportOptions settled_options(const platforms::csv::Layout& layout, ImportOptions options);

}  // namespace omnify::sync
