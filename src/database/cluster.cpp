#include "database/cluster.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <fstream>
#include <set>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "database/child_process.h"
#include "database/cluster_files.h"

namespace omnify::database {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kStartLimit{120};  // a server that was killed replays its log first
constexpr std::chrono::seconds kOrphanLimit{15};  // backends of a killed server end within seconds
constexpr std::chrono::milliseconds kPause{50};

/// An flock on a file, given back when the process dies in any way.
class FileLock {
 public:
  explicit FileLock(const fs::path& path) : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) throw Error(Code::unavailable, fmt::format("{} could not be opened.", path.string()));
  }
  ~FileLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  /// LOCK_SH or LOCK_EX, with LOCK_NB perhaps.
  [[nodiscard]] bool take(int operation) const {
    while (::flock(descriptor_, operation) != 0) {
      if (errno != EINTR) return false;
    }
    return true;
  }

 private:
  int descriptor_;
};

/// The process id in postmaster.pid; 0 without the file.
pid_t recorded_server(const fs::path& data) {
  std::ifstream file(data / "postmaster.pid");
  pid_t pid = 0;
  file >> pid;
  return pid;
}

/// All processes of the server of `data`: they have it as their current folder. A process id in a file proves nothing:
/// it may have been given to another process since. Zombies have no current folder and do not count.
std::set<pid_t> processes_of(const fs::path& data) {
  std::set<pid_t> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/proc", none)) {
    const auto name = entry.path().filename().string();
    pid_t pid = 0;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (failure != std::errc() || end != name.data() + name.size()) continue;
    std::error_code unreadable;
    if (fs::read_symlink(entry.path() / "cwd", unreadable) == data && !unreadable) found.insert(pid);
  }
  return found;
}

bool is_running(const fs::path& data) { return processes_of(data).contains(recorded_server(data)); }

struct Finish {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};

}  // namespace

struct Cluster::State {
  ClusterOptions options;
  OsUser server;
  ClusterPaths paths;
  fs::path programs;
  std::unique_ptr<FileLock> users;

  [[nodiscard]] std::string url(std::string_view role, std::string_view database) const {
    // requirepeer: the client checks who answers, too.
    return fmt::format("host={} port=5432 user={} dbname={} requirepeer={}", paths.socket.string(), role, database,
                       server.name);
  }

  [[nodiscard]] ProgramResult control(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {(programs / "pg_ctl").string(), "--pgdata=" + paths.data.string()});
    return run_program(arguments, server);
  }

  void start() const {
    const auto until = Clock::now() + kStartLimit;
    const auto target = url(kClusterAdmin, "postgres");
    bool launched = false;
    for (;;) {
      const bool running = is_running(paths.data);
      const bool answering = PQping(target.c_str()) == PQPING_OK;
      if (running && answering) break;
      if (Clock::now() > until) {
        throw Error(Code::unavailable, explain_failure("The private database does not answer", paths, {}));
      }
      if (running || answering) {  // it starts, or it was just killed and is still there for a moment
        std::this_thread::sleep_for(kPause);
        continue;
      }
      clear_leftovers();
      launch();
      launched = true;
    }
    if (launched) return;
    static_cast<void>(control({"reload"}));
    log_info("database.adopted", {{"folder", paths.data.string()}});
  }

  /// PostgreSQL refuses to start while a lock file names a process that exists, which may be anybody's by now. Its
  /// other guard, against sessions that outlive a killed server for a moment, goes with the file, so we wait for those
  /// here.
  void clear_leftovers() const {
    const auto until = Clock::now() + kOrphanLimit;
    while (!processes_of(paths.data).empty()) {
      if (Clock::now() > until) {
        throw Error(Code::unavailable,
                    fmt::format("Processes of a killed PostgreSQL server still use {}.", paths.data.string()));
      }
      std::this_thread::sleep_for(kPause);
    }
    fs::remove(paths.data / "postmaster.pid");
    fs::remove(paths.socket / ".s.PGSQL.5432.lock");
    fs::remove(paths.socket / ".s.PGSQL.5432");
  }

  void launch() const {
    // A log of one start: what explain_failure() quotes is of this one, and it does not grow for ever.
    std::error_code ignored;
    fs::rename(paths.log, paths.log.string() + ".old", ignored);
    const auto result =
        control({"start", "--wait", fmt::format("--timeout={}", kStartLimit.count()), "--log=" + paths.log.string()});
    if (result.status == 0) return;
    throw Error(Code::unavailable, explain_failure("The private database did not start", paths, result.output));
  }
};

Cluster::Cluster(std::unique_ptr<State> state) : state_(std::move(state)) {}
Cluster::Cluster(Cluster&&) noexcept = default;
Cluster& Cluster::operator=(Cluster&&) noexcept = default;

Cluster::~Cluster() {
  try {
    stop();
  } catch (const std::exception& failure) {
    log_warning("database.stop_failed", {{"error", failure.what()}});
  }
}

Cluster Cluster::start(ClusterOptions options) {
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  state->options.folder = fs::weakly_canonical(fs::absolute(state->options.folder));
  if (state->options.folder.filename().empty()) state->options.folder = state->options.folder.parent_path();
  state->server = server_user();
  try {
    state->paths = prepare_paths(state->options.folder, state->server);
    const FileLock starting(state->options.folder / "start.lock");
    static_cast<void>(starting.take(LOCK_EX));
    state->users = std::make_unique<FileLock>(state->options.folder / "users.lock");
    state->programs = find_programs(state->paths.data);
    initialise(state->paths, state->programs, state->server, state->options.durable);
    write_configuration(state->paths, state->options, state->server);
    state->start();
    static_cast<void>(state->users->take(LOCK_SH));
  } catch (const fs::filesystem_error& error) {
    throw Error(Code::unavailable, fmt::format("The private database could not be prepared: {} ({}).",
                                               error.code().message(), error.path1().string()));
  }
  return Cluster(std::move(state));
}

std::string Cluster::admin_url(std::string_view database) const { return state_->url(kClusterAdmin, database); }

std::string Cluster::runtime_url(std::string_view database) const {
  return state_->url(state_->options.runtime_role, database);
}

void Cluster::create_database(std::string_view name) {
  const bool plain =
      !name.empty() && std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  if (!plain) throw Error(Code::invalid_request, "The name of a database has letters, digits and underscores only.");
  const std::unique_ptr<PGconn, Finish> connection(PQconnectdb(admin_url("postgres").c_str()));
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(
      PQexec(connection.get(), fmt::format("CREATE DATABASE \"{}\"", name).c_str()), PQclear);
  if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) return;
  const char* sqlstate = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  const std::string_view code = sqlstate != nullptr ? sqlstate : "";
  if (code == "42P04") return;  // it exists
  throw Error(Code::unavailable,
              fmt::format("The database {} could not be made: {}", name,
                          code == "53100" ? "there is no space left on the disk." : PQerrorMessage(connection.get())));
}

bool Cluster::running() const { return is_running(state_->paths.data); }

void Cluster::stop() {
  if (!state_) return;
  const auto state = std::move(state_);
  if (state->options.keep_running) return;
  const FileLock starting(state->options.folder / "start.lock");
  static_cast<void>(starting.take(LOCK_EX));
  // Who holds the shared lock still uses the server. A new user cannot come in between: it waits for start.lock.
  if (!state->users->take(LOCK_EX | LOCK_NB)) return;
  const auto result =
      state->control({"stop", "--mode=fast", "--wait", fmt::format("--timeout={}", kStartLimit.count())});
  if (result.status != 0 && is_running(state->paths.data)) {
    throw Error(Code::unavailable, explain_failure("The private database did not stop", state->paths, result.output));
  }
}

}  // namespace omnify::database
