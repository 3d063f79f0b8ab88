#include "platforms/csv/file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "crypto/digest.h"
#include "platforms/csv/values.h"

namespace omnify::platforms::csv {
namespace {

constexpr std::size_t kMaxColumns = 1000;

/// What people drop by mistake, with the name of a CSV file or not.
void refuse_other_formats(std::string_view start) {
  using namespace std::string_view_literals;
  constexpr std::array kWorkbooks{"PK\x03\x04"sv, "\xD0\xCF\x11\xE0"sv};
  constexpr std::array kBinaries{"\x89PNG"sv, "\xFF\xD8\xFF"sv, "GIF8"sv, "%PDF-"sv, "\x1F\x8B"sv};
  const auto is = [start](std::string_view signature) { return start.starts_with(signature); };
  if (std::ranges::any_of(kWorkbooks, is))
    throw Error(Code::invalid_request, "This is a workbook or an archive, not a CSV file: open it and save it as CSV.");
  if (std::ranges::any_of(kBinaries, is)) throw Error(Code::invalid_request, "This is not a text file.");
}

/// Excel's hint in the first line: "sep=;".
std::optional<char> separator_hint(std::string_view text) noexcept {
  const auto end = text.find_first_of("\r\n");
  if (end != 5 || !text.starts_with("sep=")) return std::nullopt;
  return text[4];
}

std::vector<std::string> unique_names(const Record& header) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const auto field : header.fields) {
    auto name = clean_name(field);
    if (name.empty()) name = fmt::format("column {}", names.size() + 1);
    auto candidate = name;
    for (int number = 2; !taken.insert(candidate).second; ++number) candidate = fmt::format("{} ({})", name, number);
    names.push_back(std::move(candidate));
  }
  return names;
}

/// Reads the header and the sample from the first piece of the file; its last record may be cut and is left out.
void read_start(std::string_view text, bool whole, Layout& layout) {
  std::optional<std::vector<std::string>> last;
  Reader reader(layout.delimiter, [&](const Record& record) {
    if (layout.columns.empty()) {
      layout.columns = unique_names(record);
      return;
    }
    if (layout.sample.size() >= kSampleRows) return;
    if (last) layout.sample.push_back(std::move(*last));
    last.emplace(record.fields.begin(), record.fields.end());
  });
  reader.feed(text);
  reader.finish();
  if (whole && last && layout.sample.size() < kSampleRows) layout.sample.push_back(std::move(*last));
}

}  // namespace

std::string_view delimiter_label(char delimiter) noexcept {
  switch (delimiter) {
    case ';':
      return "semicolon";
    case '\t':
      return "tab";
    case '|':
      return "pipe";
    case ',':
      return "comma";
    default:
      return "other";
  }
}

std::vector<Column> columns_of(const Layout& layout, std::size_t count) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    Column column{.name = layout.columns[i], .samples = {}};
    for (const auto& row : layout.sample) {
      if (column.samples.size() >= count) break;
      if (i >= row.size() || trim(row[i]).empty() || std::ranges::count(column.samples, row[i]) > 0) continue;
      column.samples.push_back(row[i]);
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

InputFile::InputFile(const std::filesystem::path& path) : file_(std::fopen(path.c_str(), "rbe")) {
  if (!file_) {
    throw Error(Code::not_found,
                fmt::format("The file {} cannot be opened: {}.", path.filename().string(), std::strerror(errno)));
  }
  std::error_code failure;
  const auto size = std::filesystem::file_size(path, failure);
  if (failure) throw Error(Code::invalid_request, "Only a regular file can be imported.");
  bytes_ = static_cast<std::int64_t>(size);
}

std::string_view InputFile::read() {
  buffer_.resize(kStepBytes);
  const std::size_t count = std::fread(buffer_.data(), 1, buffer_.size(), file_.get());
  if (count < buffer_.size() && std::ferror(file_.get()) != 0)
    throw Error(Code::unavailable, fmt::format("The file cannot be read: {}.", std::strerror(errno)));
  return std::string_view(buffer_).substr(0, count);
}

bool FileProbe::step() {
  const auto bytes = file_.read();
  if (bytes.empty()) return false;
  if (start_.empty()) start_ = bytes;
  bytes_ += static_cast<std::int64_t>(bytes.size());
  detector_.feed(bytes);
  // The digest of a piece covers the digest of those before it: one value for a file of any size.
  const auto piece = crypto::sha256(bytes);
  digest_ += crypto::as_view(piece);
  const auto chained = crypto::sha256(digest_);
  digest_ = crypto::as_view(chained);
  return true;
}

Layout FileProbe::finish() {
  refuse_other_formats(start_);
  Layout layout;
  layout.bytes = bytes_;
  layout.encoding = detector_.finish();
  layout.digest = crypto::hex(digest_);
  Decoder decoder(layout.encoding);
  std::string text(decoder.decode(start_));
  const bool whole = bytes_ == static_cast<std::int64_t>(start_.size());
  if (whole) text += decoder.finish();
  std::string_view rest = text;
  if (const auto hint = separator_hint(rest)) {
    layout.delimiter = *hint;
    rest.remove_prefix(std::min(rest.find_first_not_of("\r\n", 5), rest.size()));
  } else {
    layout.delimiter = detect_delimiter(rest.substr(0, 256 * 1024));
  }
  read_start(rest, whole, layout);
  if (layout.columns.empty()) throw Error(Code::invalid_request, "The file is empty.");
  if (layout.columns.size() > kMaxColumns)
    throw Error(Code::invalid_request, fmt::format("The file has more than {} columns.", kMaxColumns));
  return layout;
}

FileRows::FileRows(const std::filesystem::path& path, const Layout& layout, RecordSink sink)
    : file_(path),
      decoder_(layout.encoding),
      sink_(std::move(sink)),
      reader_(layout.delimiter, [this](const Record& record) { take(record); }) {}

bool FileRows::step() {
  const auto bytes = file_.read();
  bytes_read_ += static_cast<std::int64_t>(bytes.size());
  if (!bytes.empty()) {
    reader_.feed(decoder_.decode(bytes));
    return true;
  }
  reader_.feed(decoder_.finish());
  reader_.finish();
  return false;
}

void FileRows::take(const Record& record) {
  if (!header_) return sink_(record);
  // "sep=;" is split by its own delimiter into "sep=" and an empty field.
  const bool hint = first_ && record.fields.front() == "sep=" && record.fields.size() == 2;
  first_ = false;
  header_ = hint;
}

}  // namespace omnify::platforms::csv
