#include "app/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sstream>
#include <thread>

#include "app/files.h"
#include "async/signal.h"
#include "base/error.h"

namespace omnify::app {
namespace {

constexpr std::chrono::milliseconds kLook{20};
constexpr int kStartTimeField = 22;

/// Runs in the forked child: only async-signal-safe calls. A failure to start is told through `report`.
[[noreturn]] void become(const char* program, char* const* arguments, int log, int report, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);  // the parent died before the line above
  ::setpgid(0, 0);  // Ctrl-C at the terminal goes to the parent, which ends its children in order
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execv(program, arguments);
  const int failure = errno;
  [[maybe_unused]] const auto written = ::write(report, &failure, sizeof failure);
  ::_exit(127);
}

}  // namespace

std::optional<ProcessMark> mark_of(pid_t pid) {
  const auto stat = read_file(fmt::format("/proc/{}/stat", pid));
  const auto name_end = stat.rfind(')');  // the name may hold spaces and brackets itself
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(stat.substr(name_end + 1));
  std::string field;
  for (int number = 3; number <= kStartTimeField; ++number) {
    if (!(fields >> field)) return std::nullopt;
    if (number == 3 && field == "Z") return std::nullopt;  // a zombie has ended
  }
  return ProcessMark{pid, std::stoull(field)};
}

bool ProcessMark::alive() const {
  const auto current = mark_of(pid);
  return current && current->started == started;
}

void write_mark(const std::filesystem::path& path, const ProcessMark& mark) {
  write_private_file(path, fmt::format("{} {}\n", mark.pid, mark.started));
}

std::optional<ProcessMark> read_mark(const std::filesystem::path& path) {
  std::istringstream content(read_file(path));
  ProcessMark mark;
  if (!(content >> mark.pid >> mark.started) || mark.pid <= 1) return std::nullopt;
  return mark;
}

void end_process(const ProcessMark& mark, std::chrono::milliseconds grace) {
  if (mark.pid == ::getpid() || !mark.alive()) return;
  ::kill(mark.pid, SIGTERM);
  const auto until = std::chrono::steady_clock::now() + grace;
  while (mark.alive() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(kLook);
  if (!mark.alive()) return;
  ::kill(mark.pid, SIGKILL);
  while (mark.alive()) std::this_thread::sleep_for(kLook);
}

Child::Child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
             const std::filesystem::path& log) {
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const int log_file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  int report[2] = {-1, -1};
  if (log_file < 0 || ::pipe2(report, O_CLOEXEC) != 0) {
    const int failure = errno;
    if (log_file >= 0) ::close(log_file);
    throw Error(Code::unavailable, fmt::format("{} could not be opened: {}.", log.string(), std::strerror(failure)));
  }
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) become(words[0].c_str(), pointers.data(), log_file, report[1], parent);
  ::close(log_file);
  ::close(report[1]);
  int failure = pid_ < 0 ? errno : 0;
  // The pipe closes by itself when the program starts.
  if (pid_ > 0 && ::read(report[0], &failure, sizeof failure) <= 0) failure = 0;
  ::close(report[0]);
  if (failure == 0) return;
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  throw Error(Code::unavailable, fmt::format("{} could not be started: {}.", words[0], std::strerror(failure)));
}

Child::~Child() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Child::running() {
  if (pid_ < 0) return false;
  if (::waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

Task<> Child::stop(std::chrono::milliseconds grace) {
  if (!running()) co_return;
  ::kill(pid_, SIGTERM);
  const auto until = std::chrono::steady_clock::now() + grace;
  while (running() && std::chrono::steady_clock::now() < until) co_await sleep_for(kLook);
  if (!running()) co_return;
  ::kill(pid_, SIGKILL);
  while (running()) co_await sleep_for(kLook);
}

}  // namespace omnify::app
