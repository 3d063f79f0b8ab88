// Other processes: children that end with us, and what an earlier run that was killed left behind.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "async/task.h"

namespace omnify::app {

/// A process, told from a later one with the same number by when it started.
struct ProcessMark {
  pid_t pid = 0;
  unsigned long long started = 0;  ///< field 22 of /proc/PID/stat

  [[nodiscard]] bool alive() const;
};

[[nodiscard]] std::optional<ProcessMark> mark_of(pid_t pid);

/// "pid started" in a file of mode 0600.
void write_mark(const std::filesystem::path& path, const ProcessMark& mark);
[[nodiscard]] std::optional<ProcessMark> read_mark(const std::filesystem::path& path);

/// Ends a process that a mark names, if it is still that one: SIGTERM, then SIGKILL after `grace`. Blocks up to that
/// long; for the start of the program only.
void end_process(const ProcessMark& mark, std::chrono::milliseconds grace);

/// A child process. It gets SIGTERM by the kernel when this process dies in any way. Its output goes to `log`.
class Child {
 public:
  /// Throws Error{unavailable} when the program cannot be run.
  Child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
        const std::filesystem::path& log);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// False once it has ended; collects its exit status.
  [[nodiscard]] bool running();
  /// SIGTERM, then SIGKILL after `grace`.
  Task<> stop(std::chrono::milliseconds grace);

 private:
  pid_t pid_ = -1;
};

}  // namespace omnify::app
