#include "sync/import_bad_lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include <fmt/format.h>

#include "base/error.h"

namespace omnify::sync {
namespace {

constexpr std::string_view kHeader = "line,reason\r\n";
constexpr std::string_view kStartsFormula = "=+-@\t\r\n";

[[noreturn]] void refuse_disk() {
  throw Error(Code::unavailable, "The list of the bad lines cannot be written. Make room on the disk and start again.");
}

}  // namespace

std::filesystem::path bad_lines_path(const std::filesystem::path& folder, ImportId import) {
  return folder / (import.text() + ".bad-lines.csv");
}

std::string safe_cell(std::string_view text) {
  std::string cell = "\"";
  if (!text.empty() && kStartsFormula.find(text.front()) != std::string_view::npos) cell += '\'';
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

void BadLinesFile::add(const BadLine& line) {
  if (!file_) open();
  write(fmt::format("{},{}\r\n", line.line, safe_cell(line.reason)));
}

void BadLinesFile::close() {
  if (file_ && std::fclose(file_.release()) != 0) refuse_disk();
}

void BadLinesFile::open() {
  const int descriptor = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) refuse_disk();
  file_.reset(::fdopen(descriptor, "wb"));
  if (!file_) {
    ::close(descriptor);
    refuse_disk();
  }
  write(std::string(kHeader));
}

void BadLinesFile::write(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) refuse_disk();
}

std::string read_bad_lines(const std::filesystem::path& path, std::int64_t offset, std::size_t limit) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(Code::not_found, "There is no list of bad lines. It is kept for a day after the import.");
  file.seekg(offset);
  std::string piece(limit, '\0');
  file.read(piece.data(), static_cast<std::streamsize>(limit));
  piece.resize(static_cast<std::size_t>(file.gcount()));
  std::string rest;
  if (piece.size() == limit && std::getline(file, rest)) piece += rest + '\n';
  return piece;
}

}  // namespace omnify::sync
