#include "database/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "base/error.h"

namespace omnify::database {
namespace {

OsUser to_user(const passwd& entry) { return {entry.pw_uid, entry.pw_gid, entry.pw_name}; }

/// In the child, between fork and exec: system calls only, because another thread may have held a lock.
[[noreturn]] void become(char* const* arguments, char* const* environment, const OsUser& user, int output) {
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || ::dup2(nothing, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0) ::_exit(127);
  if (::geteuid() == 0 && user.uid != 0) {
    if (::setgroups(1, &user.gid) != 0 || ::setgid(user.gid) != 0 || ::setuid(user.uid) != 0) ::_exit(127);
  }
  // The current folder may be one that this user cannot enter.
  if (::chdir("/") != 0) ::_exit(127);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(arguments[0], arguments, environment);
  ::_exit(127);
}

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    const auto count = ::read(descriptor, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(part.data(), static_cast<std::size_t>(count));
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return 127;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

OsUser current_user() {
  const auto* entry = ::getpwuid(::geteuid());
  if (entry != nullptr) return to_user(*entry);
  throw Error(Code::unavailable,
              fmt::format("The user id {} has no entry in /etc/passwd, which PostgreSQL needs. Add one, or set "
                          "DATABASE_URL to a server that runs elsewhere.",
                          ::geteuid()));
}

OsUser server_user() {
  if (::geteuid() != 0) return current_user();
  const auto* entry = ::getpwnam("postgres");
  if (entry != nullptr && entry->pw_uid != 0) return to_user(*entry);
  throw Error(Code::unavailable,
              "PostgreSQL does not run as root, and there is no user \"postgres\" to run it as. Install the package "
              "postgresql, start as another user, or set DATABASE_URL.");
}

ProgramResult run_program(const std::vector<std::string>& arguments, const OsUser& user) {
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::array<std::string, 3> variables{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                       "LC_ALL=C.UTF-8", "TZ=UTC"};
  std::array<char*, 4> environment{variables[0].data(), variables[1].data(), variables[2].data(), nullptr};

  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error(Code::unavailable, "No pipe could be made for a program.");
  const pid_t child = ::fork();
  if (child == 0) become(argv.data(), environment.data(), user, ends[1]);
  ::close(ends[1]);
  if (child < 0) {
    ::close(ends[0]);
    throw Error(Code::unavailable, fmt::format("The program {} could not be started.", arguments.front()));
  }
  ProgramResult result;
  result.output = read_all(ends[0]);
  ::close(ends[0]);
  result.status = wait_for(child);
  return result;
}

}  // namespace omnify::database
