#include "database/cluster.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <fstream>
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

/// The id may have been given to another process since the server was killed.
bool is_server_of(pid_t pid, const fs::path& data) {
  if (pid <= 0 || (::kill(pid, 0) != 0 && errno == ESRCH)) return false;
  std::error_code unreadable;
  const auto folder = fs::read_symlink(fmt::format("/proc/{}/cwd", pid), unreadable);
  if (unreadable) return true;  // another user's, or no /proc: PostgreSQL itself decides then
  return fs::equivalent(folder, data, unreadable);
}

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

  void start() {
    if (is_server_of(recorded_server(paths.data), paths.data)) {
      static_cast<void>(control({"reload"}));
      log_info("database.adopted", {{"folder", paths.data.string()}});
    } else {
      fs::remove(paths.data / "postmaster.pid");
      launch();
    }
    wait_ready();
  }

  void launch() const {
    const auto orphans_until = Clock::now() + kOrphanLimit;
    for (;;) {
      // A log of one start: what explain_failure() quotes is of this one, and it does not grow for ever.
      std::error_code ignored;
      fs::rename(paths.log, paths.log.string() + ".old", ignored);
      const auto result =
          control({"start", "--wait", fmt::format("--timeout={}", kStartLimit.count()), "--log=" + paths.log.string()});
      if (result.status == 0) return;
      const auto sentence = explain_failure("The private database did not start", paths, result.output);
      const bool orphans = sentence.find("shared memory block") != std::string::npos;
      if (!orphans || Clock::now() > orphans_until) throw Error(Code::unavailable, sentence);
      std::this_thread::sleep_for(kPause * 4);
    }
  }

  void wait_ready() const {
    const auto until = Clock::now() + kStartLimit;
    const auto target = url(kClusterAdmin, "postgres");
    while (PQping(target.c_str()) != PQPING_OK) {
      if (Clock::now() > until) {
        throw Error(Code::unavailable, explain_failure("The private database does not answer", paths, {}));
      }
      std::this_thread::sleep_for(kPause);
    }
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
  state->options.folder = fs::absolute(state->options.folder).lexically_normal();
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
  if (result.status != 0 && is_server_of(recorded_server(state->paths.data), state->paths.data)) {
    throw Error(Code::unavailable, explain_failure("The private database did not stop", state->paths, result.output));
  }
}

}  // namespace omnify::database
