#include "api/uploads.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <sstream>
#include <system_error>

#include "base/error.h"
#include "sync/import_bad_lines.h"

namespace omnify::api {
namespace {

constexpr std::chrono::hours kKept{24};
constexpr std::size_t kMaxFileName = 255;
constexpr std::size_t kBadLinesPiece = std::size_t{8} << 20;

/// An open file that is deleted unless it is kept.
class PartFile {
 public:
  explicit PartFile(std::filesystem::path path) : path_(std::move(path)) {
    file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file_ < 0) throw Error(Code::unavailable, "The server could not store the file.");
  }
  ~PartFile() {
    ::close(file_);
    if (!kept_) ::unlink(path_.c_str());
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  void write(std::string_view piece) const {
    while (!piece.empty()) {
      const auto written = ::write(file_, piece.data(), piece.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0 && errno == ENOSPC) throw Error(Code::unavailable, "The server's disk is full.");
      if (written < 0) throw Error(Code::unavailable, "The server could not store the file.");
      piece.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void keep() noexcept { kept_ = true; }

 private:
  std::filesystem::path path_;
  int file_ = -1;
  bool kept_ = false;
};

std::filesystem::path name_path(const std::filesystem::path& path) { return path.string() + ".name"; }

void write_name(const std::filesystem::path& path, const std::string& name) {
  PartFile file(name_path(path));
  file.write(name);
  file.keep();
}

void remove_files(const std::filesystem::path& path) {
  std::error_code ignored;  // it may be gone already
  std::filesystem::remove(path, ignored);
  std::filesystem::remove(name_path(path), ignored);
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure || ::chmod(folder.c_str(), 0700) != 0) {
    throw Error(Code::unavailable, "The server could not make its folder for uploads.");
  }
}

void sweep_folder(const std::filesystem::path& folder) {
  const auto oldest = std::filesystem::file_time_type::clock::now() - kKept;
  std::error_code failure;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, failure)) {
    std::error_code ignored;  // another process may be sweeping too
    if (entry.is_regular_file(ignored) && entry.last_write_time(ignored) < oldest) {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

}  // namespace

std::filesystem::path Uploads::folder_of(const OrganizationId& organization) const {
  return folder_ / organization.text();
}

Task<Upload> Uploads::receive(OrganizationId organization, std::string file_name,
                              std::shared_ptr<http::BodyReader> body) {
  if (file_name.empty() || file_name.size() > kMaxFileName) {
    throw Error::field("file_name", "The file needs a name of at most 255 characters.");
  }
  make_folder(folder_of(organization));
  Upload upload{Uuid::random(), {}, std::move(file_name), 0};
  upload.path = folder_of(organization) / upload.id.text();
  PartFile file(upload.path);
  for (auto piece = co_await body->next(); !piece.empty(); piece = co_await body->next()) {
    upload.bytes += static_cast<std::int64_t>(piece.size());
    co_await cpu_.run([&file, piece = std::move(piece)] { file.write(piece); });
  }
  if (upload.bytes == 0) throw Error(Code::invalid_request, "The file is empty.");
  write_name(upload.path, upload.file_name);
  file.keep();
  co_return upload;
}

Task<Upload> Uploads::find(OrganizationId organization, Uuid id) {
  Upload upload{id, folder_of(organization) / id.text(), {}, 0};
  std::error_code failure;
  const auto bytes = std::filesystem::file_size(upload.path, failure);
  if (failure) throw Error(Code::not_found, "This upload does not exist any more. Send the file again.");
  upload.bytes = static_cast<std::int64_t>(bytes);
  std::ifstream name(name_path(upload.path));
  std::stringstream content;
  content << name.rdbuf();
  upload.file_name = content.str();
  co_return upload;
}

Task<> Uploads::remove(OrganizationId organization, Uuid id) {
  co_await cpu_.run([path = folder_of(organization) / id.text()] { remove_files(path); });
}

Task<std::string> Uploads::bad_lines(OrganizationId organization, ImportId import, std::int64_t offset) {
  const auto path = sync::bad_lines_path(folder_of(organization), import);
  co_return co_await cpu_.run([path, offset] { return sync::read_bad_lines(path, offset, kBadLinesPiece); });
}

Task<> Uploads::sweep() {
  co_await cpu_.run([folder = folder_] { sweep_folder(folder); });
}

}  // namespace omnify::api
