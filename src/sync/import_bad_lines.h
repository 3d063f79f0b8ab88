// All lines of a file that cannot be read, as a CSV file beside it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "sync/import_model.h"

namespace omnify::sync {

/// Where the bad lines of an import are: beside its upload, and so gone when that is cleared away.
[[nodiscard]] std::filesystem::path bad_lines_path(const std::filesystem::path& folder, ImportId import);

/// Written while the lines are met. Blocking; throws Error{unavailable} when the disk is full.
class BadLinesFile {
 public:
  explicit BadLinesFile(std::filesystem::path path) : path_(std::move(path)) {}

  /// The first one makes the file; it replaces one of an attempt before.
  void add(const BadLine& line);
  /// All is on disk after it. Before others read.
  void close();

 private:
  void open();
  void write(const std::string& text);

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, decltype([](std::FILE* file) { std::fclose(file); })> file_;
};

/// Whole lines from byte `offset` on, about as many as fit into `limit`; the first piece starts with the names of the
/// columns. Empty at the end. Throws Error{not_found} when there is no such file (any more). Blocking.
[[nodiscard]] std::string read_bad_lines(const std::filesystem::path& path, std::int64_t offset, std::size_t limit);

/// A text as one cell that no spreadsheet takes for a formula.
[[nodiscard]] std::string safe_cell(std::string_view text);

}  // namespace omnify::sync
