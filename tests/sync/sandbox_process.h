// The real omnify-sandbox in a process of its own, for tests: started on free ports, stopped in the destructor.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "async/task.h"
#include "base/uuid.h"
#include "http/client.h"

namespace omnify::support {

class SandboxProcess {
 public:
  explicit SandboxProcess(std::vector<std::string> options = {}) {
    folder_ = std::filesystem::temp_directory_path() / ("omnify-sandbox-" + Uuid::random().text());
    std::filesystem::create_directory(folder_);
    const auto ready = folder_ / "ready.json";
    std::vector<std::string> arguments{OMNIFY_BINARY_DIR "/bin/omnify-sandbox",
                                       "--port",
                                       "0",
                                       "--control-port",
                                       "0",
                                       "--control-token",
                                       kControlToken,
                                       "--ready-file",
                                       ready.string()};
    std::ranges::move(options, std::back_inserter(arguments));
    start(arguments);
    read(ready);
  }
  ~SandboxProcess() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  SandboxProcess(const SandboxProcess&) = delete;
  SandboxProcess& operator=(const SandboxProcess&) = delete;

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] const std::string& access_token() const noexcept { return access_token_; }
  [[nodiscard]] const std::string& app_secret() const noexcept { return app_secret_; }
  /// Bare digits.
  [[nodiscard]] const std::vector<std::string>& accounts() const noexcept { return accounts_; }
  /// The whole ready file, with a member for each platform beside Meta.
  [[nodiscard]] const boost::json::value& access() const noexcept { return access_; }

  /// One call of the control interface; throws unless it succeeds.
  Task<boost::json::value> control(http::Client& client, std::string method, std::string path,
                                   boost::json::value body = nullptr) const {
    http::ClientRequest request;
    request.method = std::move(method);
    request.url = control_url_ + path;
    request.headers.set("Authorization", std::string("Bearer ") + kControlToken);
    if (!body.is_null()) request.body = boost::json::serialize(body);
    const auto response = co_await client.send(std::move(request));
    if (response.status != 200) throw std::runtime_error("The sandbox refused: " + response.body);
    co_return boost::json::parse(response.body);
  }

 private:
  static constexpr const char* kControlToken = "control-token-of-a-test";

  void start(const std::vector<std::string>& arguments) {
    std::vector<char*> raw;
    for (const auto& argument : arguments) raw.push_back(const_cast<char*>(argument.c_str()));
    raw.push_back(nullptr);
    const auto output = (folder_ / "output").string();
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("The sandbox cannot be started.");
    if (pid_ > 0) return;
    // It must not outlive a test that is killed.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int file = ::open(output.c_str(), O_CREAT | O_WRONLY, 0600);
    ::dup2(file, 1);
    ::dup2(file, 2);
    ::execv(raw[0], raw.data());
    ::_exit(127);
  }

  void read(const std::filesystem::path& ready) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!std::filesystem::exists(ready)) {
      if (std::chrono::steady_clock::now() > until || ::waitpid(pid_, nullptr, WNOHANG) != 0) {
        throw std::runtime_error("The sandbox did not start: is the target omnify-sandbox built?");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    std::ifstream file(ready);
    std::stringstream text;
    text << file.rdbuf();
    access_ = boost::json::parse(text.str());
    url_ = access_.at("url").as_string();
    control_url_ = access_.at("control_url").as_string();
    access_token_ = access_.at("access_token").as_string();
    app_secret_ = access_.at("app_secret").as_string();
    for (const auto& account : access_.at("accounts").as_array()) {
      accounts_.emplace_back(account.at("id").as_string());
    }
  }

  std::filesystem::path folder_;
  pid_t pid_ = -1;
  boost::json::value access_;
  std::string url_;
  std::string control_url_;
  std::string access_token_;
  std::string app_secret_;
  std::vector<std::string> accounts_;
};

}  // namespace omnify::support
