#include "vault/keys.h"

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

namespace omnify::vault {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Error no_key() {
  return {Code::invalid_request,
          "There is no encryption key, and without one no credentials can be kept. Make one with "
          "\"omnify keys generate\", keep a copy in a safe place, and set it as OMNIFY_ENCRYPTION_KEYS."};
}

[[noreturn]] void throw_system(const std::filesystem::path& path, int failure) {
  throw Error(Code::unavailable, fmt::format("{} could not be written: {}.", path.string(), std::strerror(failure)));
}

}  // namespace

crypto::FernetKeys load_keys(const std::string& setting, const std::filesystem::path& data) {
  if (const auto text = trimmed(setting); !text.empty()) return crypto::FernetKeys::parse(text);
  const auto path = data / kKeyFile;
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) throw no_key();
  if ((status.st_mode & 077) != 0) {
    throw Error(Code::invalid_request, fmt::format("{} may be read by others than its owner. Run: chmod 600 {}",
                                                   path.string(), path.string()));
  }
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  const auto text = trimmed(content.str());
  if (text.empty()) throw no_key();
  return crypto::FernetKeys::parse(text);
}

void ensure_key_file(const std::filesystem::path& data) {
  const auto path = data / kKeyFile;
  if (std::filesystem::exists(path)) return;
  const auto text = crypto::FernetKeys::generate_key() + "\n";
  const auto part = path.string() + ".part";
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) throw_system(path, errno);
  const auto written = ::write(file, text.data(), text.size());
  const int failure = written == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (failure != 0) throw_system(path, failure);
  if (written != static_cast<ssize_t>(text.size())) throw_system(path, ENOSPC);
  if (::rename(part.c_str(), path.c_str()) != 0) throw_system(path, errno);
}

}  // namespace omnify::vault
