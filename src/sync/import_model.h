// The import of a file as the HTTP API shows it: the structs of the contract.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/json.h"
#include "base/uuid.h"
#include "platforms/csv/model.h"

namespace omnify::sync {

using platforms::csv::BadLine;
using platforms::csv::ColumnMapping;
using platforms::csv::ImportOptions;

/// Bad lines that are kept in the database and shown; all are counted and reported.
inline constexpr std::size_t kMaxBadLines = 100;
/// Told of each bad line when it is met, on a thread of the pool.
using BadLineSink = std::function<void(const BadLine&)>;

struct ImportColumn {
  std::string name;
  std::vector<std::string> samples;
};
BOOST_DESCRIBE_STRUCT(ImportColumn, (), (name, samples))

struct ImportPreview {
  Uuid upload_id;
  std::string file_name;
  std::int64_t bytes = 0;
  std::string encoding;
  std::string delimiter;
  std::vector<ImportColumn> columns;
  ImportOptions suggested;
  /// What must be answered before the import can run, as sentences.
  std::vector<std::string> questions;
};
BOOST_DESCRIBE_STRUCT(ImportPreview, (),
                      (upload_id, file_name, bytes, encoding, delimiter, columns, suggested, questions))

/// Null where no row reports it; money is null, too, when the file has several currencies: they are never added.
struct ImportTotals {
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  std::optional<Decimal> spend;
  std::optional<double> conversions;
  std::optional<Decimal> revenue;
};
BOOST_DESCRIBE_STRUCT(ImportTotals, (), (impressions, clicks, spend, conversions, revenue))

struct ImportCheck {
  std::int64_t rows = 0;  ///< good ones
  std::int64_t bad_lines = 0;
  std::vector<BadLine> first_bad;
  std::optional<Day> first_day;
  std::optional<Day> last_day;
  std::optional<std::string> currency;  ///< null when there are several, or no row
  ImportTotals totals;
  std::vector<std::map<std::string, std::string>> sample;
};
BOOST_DESCRIBE_STRUCT(ImportCheck, (), (rows, bad_lines, first_bad, first_day, last_day, currency, totals, sample))

enum class ImportState { running, succeeded, failed };
BOOST_DESCRIBE_ENUM(ImportState, running, succeeded, failed)

struct ImportRun {
  ImportId id;
  std::string file_name;
  ImportState state = ImportState::running;
  std::int64_t rows_read = 0;
  std::int64_t rows_skipped = 0;  ///< could not be read; unless they are to be skipped, nothing is imported then
  /// New or changed; 0 when the same file was imported before. While it runs: not visible to others yet.
  std::int64_t facts_written = 0;
  std::int64_t bytes_read = 0;
  std::int64_t bytes_total = 0;
  std::optional<std::string> error;
  Instant created_at{};
  std::optional<Instant> finished_at;
  std::vector<BadLine> bad_lines;  ///< the first ones, once it has ended
};
BOOST_DESCRIBE_STRUCT(ImportRun, (),
                      (id, file_name, state, rows_read, rows_skipped, facts_written, bytes_read, bytes_total, error,
                       created_at, finished_at, bad_lines))

/// The payload of a job of the kind "import.run".
struct ImportJob {
  ImportId import_id;
  std::string path;
  std::string file_name;
  ImportOptions options;
};
BOOST_DESCRIBE_STRUCT(ImportJob, (), (import_id, path, file_name, options))

}  // namespace omnify::sync
