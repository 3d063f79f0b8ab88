// Programs of this build as child processes.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace omnify::app {

struct Finished {
  int status = -1;  ///< exit status; 128 + signal when killed
  std::string out;  ///< standard output and standard error together
};

/// A running program of build/bin with its output in a file. The destructor kills it.
class Process {
 public:
  Process(const std::string& program, std::vector<std::string> arguments,
          const std::map<std::string, std::string>& environment, const std::filesystem::path& log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  void signal(int number) const;
  /// Waits for the end; kills the program and throws std::runtime_error after `limit`.
  Finished wait(std::chrono::seconds limit = std::chrono::seconds(60));
  [[nodiscard]] std::string output() const;

 private:
  pid_t pid_ = -1;
  std::filesystem::path log_;
};

/// Runs a program to its end.
[[nodiscard]] Finished run_program(const std::string& program, std::vector<std::string> arguments,
                                   const std::map<std::string, std::string>& environment = {});

/// A folder that is removed with everything in it.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

/// Polls `holds` every 20 ms; false when `limit` passes first.
template <class Condition>
bool wait_until(Condition holds, std::chrono::seconds limit);
void pause_between_looks();

template <class Condition>
bool wait_until(Condition holds, std::chrono::seconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    pause_between_looks();
  }
  return true;
}

}  // namespace omnify::app
