// A file on disk: what it looks like, and its rows in steps. Blocking: run each step on the CPU pool.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platforms/csv/encoding.h"
#include "platforms/csv/mapping.h"
#include "platforms/csv/reader.h"

namespace omnify::platforms::csv {

inline constexpr std::size_t kStepBytes = 4 * 1024 * 1024;
inline constexpr std::size_t kSampleRows = 1000;

struct Layout {
  std::int64_t bytes = 0;
  Encoding encoding = Encoding::utf8;
  char delimiter = ',';
  std::string digest;  ///< the same for the same content: SHA-256, chained over pieces of kStepBytes, in hexadecimal
  std::vector<std::string> columns;  ///< unique: a second "clicks" becomes "clicks (2)", an empty name "column 3"
  std::vector<std::vector<std::string>> sample;  ///< the first kSampleRows rows, at most those of the first step
};

/// For the interface: "comma", "semicolon", "tab", "pipe".
[[nodiscard]] std::string_view delimiter_label(char delimiter) noexcept;
/// Up to `count` different non-empty values of each column.
[[nodiscard]] std::vector<Column> columns_of(const Layout& layout, std::size_t count);

/// Throws Error{not_found} when the file cannot be opened, Error{unavailable} when it cannot be read.
class InputFile {
 public:
  explicit InputFile(const std::filesystem::path& path);
  /// Up to kStepBytes; empty at the end. Valid until the next call.
  [[nodiscard]] std::string_view read();
  [[nodiscard]] std::int64_t bytes() const noexcept { return bytes_; }

 private:
  std::unique_ptr<std::FILE, decltype([](std::FILE* file) { std::fclose(file); })> file_;
  std::string buffer_;
  std::int64_t bytes_ = 0;
};

/// Reads the whole file once: its encoding can only be told at its end.
class FileProbe {
 public:
  explicit FileProbe(const std::filesystem::path& path) : file_(path) {}
  /// One piece; false when the file has ended.
  bool step();
  /// Throws Error{invalid_request} for a file without a header.
  [[nodiscard]] Layout finish();

 private:
  InputFile file_;
  EncodingDetector detector_;
  std::string start_;
  std::string digest_;
  std::int64_t bytes_ = 0;
};

/// The records below the header. `sink` is called within step().
class FileRows {
 public:
  FileRows(const std::filesystem::path& path, const Layout& layout, RecordSink sink);
  FileRows(const FileRows&) = delete;
  FileRows& operator=(const FileRows&) = delete;
  /// One piece; false when the file has ended and its last record is out.
  bool step();
  [[nodiscard]] std::int64_t bytes_read() const noexcept { return bytes_read_; }

 private:
  void take(const Record& record);

  InputFile file_;
  Decoder decoder_;
  RecordSink sink_;
  Reader reader_;
  std::int64_t bytes_read_ = 0;
  bool first_ = true;   // the next record is the first of the file
  bool header_ = true;  // the header is still to come
};

}  // namespace omnify::platforms::csv
