#include "app/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "base/uuid.h"

extern char** environ;

namespace omnify::app {
namespace {

std::vector<std::string> environment_of(const std::map<std::string, std::string>& changes) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    const auto name = text.substr(0, text.find('='));
    // Nothing of whoever runs the tests may decide what the program does.
    if (name == "DATABASE_URL" || name.starts_with("OMNIFY_") || changes.contains(name)) continue;
    out.push_back(text);
  }
  for (const auto& [name, value] : changes) out.push_back(name + "=" + value);
  return out;
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (auto& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

Process::Process(const std::string& program, std::vector<std::string> arguments,
                 const std::map<std::string, std::string>& environment, const std::filesystem::path& log)
    : log_(log) {
  const auto path = std::filesystem::path(OMNIFY_BINARY_DIR) / "bin" / program;
  arguments.insert(arguments.begin(), path.string());
  auto variables = environment_of(environment);
  const auto words = pointers_to(arguments);
  const auto settings = pointers_to(variables);
  const int file = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execve(path.c_str(), words.data(), settings.data());
    ::_exit(126);
  }
  ::close(file);
  if (pid_ < 0) throw std::runtime_error("fork failed");
}

Process::~Process() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Process::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

Finished Process::wait(std::chrono::seconds limit) {
  int status = 0;
  const bool ended = wait_until([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; }, limit);
  if (!ended) throw std::runtime_error("the program did not end in time: " + output());
  pid_ = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), output()};
}

std::string Process::output() const {
  std::ifstream file(log_);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

Finished run_program(const std::string& program, std::vector<std::string> arguments,
                     const std::map<std::string, std::string>& environment) {
  const ScratchFolder folder;
  return Process(program, std::move(arguments), environment, folder.path() / "log").wait();
}

ScratchFolder::ScratchFolder()
    : path_(std::filesystem::temp_directory_path() / ("omnify-app-" + Uuid::random().text())) {
  std::filesystem::create_directory(path_);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;  // a killed child may still be writing
  std::filesystem::remove_all(path_, ignored);
}

void pause_between_looks() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

}  // namespace omnify::app
