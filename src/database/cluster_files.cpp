#include "database/cluster_files.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "base/log.h"
#include "base/uuid.h"

namespace omnify::database {
namespace {

namespace fs = std::filesystem;

constexpr int kOldestVersion = 15;
// sockaddr_un::sun_path has 108 bytes, one of them for the final NUL.
constexpr std::size_t kLongestSocketPath = 107;
constexpr std::string_view kSocketName = "/.s.PGSQL.5432";

Error failure(std::string sentence) { return {Code::unavailable, std::move(sentence)}; }

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string first_line(const fs::path& path) {
  const auto text = read_file(path);
  return text.substr(0, text.find('\n'));
}

/// Written beside and renamed, so that a server reading it meanwhile sees the old or the new one.
void write_file(const fs::path& path, const std::string& text, const OsUser& owner) {
  const auto fresh = fs::path(path.string() + ".new");
  {
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    file << text;
    file.flush();
    if (!file) {
      throw failure(fmt::format("{} could not be written. Is the disk full, or the folder read-only?", path.string()));
    }
  }
  if (::chmod(fresh.c_str(), 0600) != 0 || ::chown(fresh.c_str(), owner.uid, owner.gid) != 0) {
    throw failure(fmt::format("The owner of {} could not be set.", path.string()));
  }
  fs::rename(fresh, path);
}

/// A folder that only `owner` can enter. One that exists must be that already: in /tmp another user may have made it.
void make_private_folder(const fs::path& path, const OsUser& owner, bool adopt) {
  if (::mkdir(path.c_str(), 0700) == 0 || (adopt && fs::is_directory(fs::symlink_status(path)))) {
    if (::chown(path.c_str(), owner.uid, owner.gid) == 0 && ::chmod(path.c_str(), 0700) == 0) return;
    throw failure(fmt::format("The owner of the folder {} could not be set.", path.string()));
  }
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) {
    throw failure(
        fmt::format("The folder {} could not be made: is the disk full, or its parent read-only?", path.string()));
  }
  if (found.st_uid != owner.uid || (found.st_mode & 0077) != 0) {
    throw failure(
        fmt::format("The folder {} belongs to somebody else or is open to others; remove it.", path.string()));
  }
}

bool reachable(const fs::path& folder, const OsUser& user) {
  return run_program({"/bin/sh", "-c", "cd \"$1\"", "sh", folder.string()}, user).status == 0;
}

/// Where the data goes when the server's user cannot get to `folder`. The file `location` remembers it.
fs::path place_elsewhere(const fs::path& folder, const OsUser& server) {
  const auto marker = folder / "location";
  auto place = fs::path(first_line(marker));
  if (place.empty()) {
    place = fs::path("/var/lib/omnify") / Uuid::random().text();
    write_file(marker, place.string() + "\n", current_user());
  }
  // Everybody may pass through to the folders in it, whatever our umask is; those are private.
  if (::mkdir(place.parent_path().c_str(), 0755) == 0) ::chmod(place.parent_path().c_str(), 0755);
  make_private_folder(place, server, true);
  if (!reachable(place, server)) {
    throw failure(
        fmt::format("The user \"{}\", as which PostgreSQL runs, can enter neither {} nor {}. Choose a data "
                    "folder that it can enter.",
                    server.name, folder.string(), place.string()));
  }
  log_info("database.placed_elsewhere", {{"folder", folder.string()}, {"place", place.string()}});
  return place;
}

/// The parent is usually the data folder that we made ourselves: letting others pass through it (not list it) is
/// enough.
void open_parent(const fs::path& folder, const OsUser& server) {
  struct stat parent{};
  const auto path = folder.parent_path();
  if (reachable(folder, server) || ::stat(path.c_str(), &parent) != 0 || parent.st_uid != ::geteuid()) return;
  if (!reachable(path.parent_path(), server)) return;
  if (::chmod(path.c_str(), (parent.st_mode & 07777) | S_IXOTH) != 0) {
    log_warning("database.parent_closed", {{"folder", path.string()}});
  }
}

std::string short_name(const fs::path& path) {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (const char c : path.string()) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return fmt::format("omnify-{:016x}", hash);
}

/// Characters that mean something in a list of folders or in a connection string would need escaping in three places.
bool plain(const fs::path& path) {
  return path.string().find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+") ==
         std::string::npos;
}

fs::path socket_folder(const fs::path& home) {
  auto usual = home / "run";
  if (usual.string().size() + kSocketName.size() <= kLongestSocketPath && plain(usual)) return usual;
  return fs::path("/tmp") / short_name(home);
}

int version_of(const std::string& text) {
  int version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

/// Version → folder of programs.
std::map<int, fs::path> installed_versions() {
  std::map<int, fs::path> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const auto programs = entry.path() / "bin";
    if (fs::exists(programs / "initdb")) found[version_of(entry.path().filename().string())] = programs;
  }
  if (!found.empty()) return found;
  const auto told = run_program({"/usr/bin/env", "pg_config", "--version", "--bindir"}, current_user());
  std::istringstream lines(told.output);
  std::string folder;
  std::string version;
  std::getline(lines, folder);
  std::getline(lines, version);
  if (version.starts_with('/')) std::swap(folder, version);
  const auto digits = version.find_first_of("0123456789");
  if (told.status == 0 && digits != std::string::npos && fs::exists(fs::path(folder) / "initdb")) {
    found[version_of(version.substr(digits))] = folder;
  }
  return found;
}

}  // namespace

ClusterPaths prepare_paths(const fs::path& folder, const OsUser& server) {
  std::error_code refused;
  fs::create_directories(folder, refused);
  if (!fs::is_directory(folder)) {
    throw failure(fmt::format("The folder {} could not be made: {}.", folder.string(), refused.message()));
  }
  auto home = folder;
  make_private_folder(home, server, true);
  if (::geteuid() == 0) {
    open_parent(folder, server);
    if (!reachable(folder, server)) home = place_elsewhere(folder, server);
  }
  ClusterPaths paths{home, home / "data", socket_folder(home), home / "postgres.log"};
  make_private_folder(paths.socket, server, paths.socket.parent_path() == home);
  return paths;
}

fs::path find_programs(const fs::path& data) {
  const auto versions = installed_versions();
  const auto made_by = version_of(first_line(data / "PG_VERSION"));
  if (made_by != 0) {
    const auto match = versions.find(made_by);
    if (match != versions.end()) return match->second;
    throw failure(
        fmt::format("The database in {} was made by PostgreSQL {}, which is not installed. Install the "
                    "package postgresql-{}.",
                    data.string(), made_by, made_by));
  }
  if (versions.empty() || versions.rbegin()->first < kOldestVersion) {
    throw failure(
        fmt::format("PostgreSQL {} or newer is not installed. Install the package postgresql, or set "
                    "DATABASE_URL to a server that runs elsewhere.",
                    kOldestVersion));
  }
  return versions.rbegin()->second;
}

void initialise(const ClusterPaths& paths, const fs::path& programs, const OsUser& server, bool durable) {
  if (fs::exists(paths.data / "PG_VERSION")) return;
  if (fs::exists(paths.data)) throw failure(fmt::format("{} is not a database of ours.", paths.data.string()));
  const auto fresh = paths.home / "data.new";
  fs::remove_all(fresh);
  std::vector<std::string> command{(programs / "initdb").string(),
                                   "--pgdata=" + fresh.string(),
                                   fmt::format("--username={}", kClusterAdmin),
                                   "--auth-local=peer",
                                   "--auth-host=reject",
                                   "--encoding=UTF8",
                                   "--locale=C.UTF-8",
                                   "--data-checksums",
                                   "--no-instructions"};
  if (!durable) command.emplace_back("--no-sync");
  log_info("database.initialising", {{"folder", paths.data.string()}});
  const auto result = run_program(command, server);
  if (result.status != 0) {
    const auto sentence = explain_failure("The private database could not be made", paths, result.output);
    std::error_code ignored;
    fs::remove_all(fresh, ignored);
    throw failure(sentence);
  }
  std::ofstream(fresh / "postgresql.conf", std::ios::app) << "\ninclude = 'omnify.conf'\n";
  fs::rename(fresh, paths.data);
}

void write_configuration(const ClusterPaths& paths, const ClusterOptions& options, const OsUser& server) {
  write_file(paths.data / "omnify.conf",
             fmt::format("# Written at each start.\n"
                         "listen_addresses = ''\n"
                         "port = 5432\n"
                         "unix_socket_directories = '{}'\n"
                         "unix_socket_permissions = 0700\n"
                         "max_connections = {}\n"
                         "timezone = 'UTC'\n"
                         "log_timezone = 'UTC'\n"
                         "jit = off\n"
                         "fsync = {}\n"
                         "full_page_writes = {}\n",
                         paths.socket.string(), options.max_connections, options.durable ? "on" : "off",
                         options.durable ? "on" : "off"),
             server);
  write_file(paths.data / "pg_hba.conf", "# Written at each start.\nlocal all all peer map=omnify\n", server);
  std::string map = "# Written at each start: who of the operating system may be whom here.\n";
  const auto self = current_user().name;
  map += fmt::format("omnify \"{}\" {}\nomnify \"{}\" {}\n", self, kClusterAdmin, self, options.runtime_role);
  if (server.name != self) map += fmt::format("omnify \"{}\" {}\n", server.name, kClusterAdmin);
  write_file(paths.data / "pg_ident.conf", map, server);
}

std::string explain_failure(std::string_view what, const ClusterPaths& paths, const std::string& output) {
  const auto log = read_file(paths.log);
  const auto text = output + "\n" + log.substr(log.size() - std::min<std::size_t>(log.size(), 4000));
  if (text.find("No space left on device") != std::string::npos || text.find("Disk quota") != std::string::npos) {
    return fmt::format("{}: there is no space left on the disk of {}.", what, paths.home.string());
  }
  std::string last;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    for (const std::string_view mark : {"FATAL:  ", "initdb: error: ", "pg_ctl: "}) {
      const auto place = line.find(mark);
      if (place != std::string::npos) last = line.substr(place + mark.size());
    }
  }
  if (last.empty()) last = output.substr(0, output.find('\n'));
  return fmt::format("{}: {} (see {}).", what, last, paths.log.string());
}

}  // namespace omnify::database
