#include "app/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include "base/error.h"

namespace omnify::app {
namespace {

Error file_error(const std::filesystem::path& path, int failure) {
  if (failure == ENOSPC || failure == EDQUOT) {
    return {Code::unavailable, fmt::format("The disk is full: {} could not be written.", path.string())};
  }
  return {Code::unavailable, fmt::format("{} could not be written: {}.", path.string(), std::strerror(failure))};
}

int write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0 ? 0 : errno;
}

}  // namespace

void make_private_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  if (const auto parent = folder.parent_path(); !parent.empty()) {
    std::filesystem::create_directories(parent, failure);
    if (failure) throw file_error(parent, failure.value());
  }
  if (::mkdir(folder.c_str(), 0700) == 0) return;
  if (errno != EEXIST) throw file_error(folder, errno);
  if (!std::filesystem::is_directory(folder, failure)) {
    throw Error(Code::unavailable, fmt::format("{} is not a folder.", folder.string()));
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0) throw file_error(folder, errno);
}

void write_private_file(const std::filesystem::path& path, std::string_view content) {
  const auto part = path.string() + ".part";
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) throw file_error(path, errno);
  const int failure = write_all(file, content);
  ::close(file);
  if (failure == 0 && ::rename(part.c_str(), path.c_str()) == 0) return;
  const int reason = failure != 0 ? failure : errno;
  ::unlink(part.c_str());
  throw file_error(path, reason);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  if (file) content << file.rdbuf();
  return content.str();
}

void require_space(const std::filesystem::path& folder, std::uintmax_t bytes) {
  std::error_code failure;
  const auto space = std::filesystem::space(folder, failure);
  if (failure || space.available >= bytes) return;
  throw Error(Code::unavailable, fmt::format("The disk is full: {} has {} MB free, and {} MB are needed.",
                                             folder.string(), space.available / 1'000'000, bytes / 1'000'000));
}

std::filesystem::path program_folder() {
  std::error_code failure;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failure);
  return failure ? std::filesystem::current_path() : program.parent_path();
}

}  // namespace omnify::app
