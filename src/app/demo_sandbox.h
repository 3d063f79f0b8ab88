// The emulated ad platform of the demonstration: a child process that is started again when it ends.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "app/child.h"
#include "async/task.h"

namespace omnify::app {

/// What the emulator tells in its ready file.
struct SandboxFacts {
  std::string url;          ///< scheme, host and port of the platform
  std::string control_url;  ///< of its control interface
  std::string access_token;
  std::string app_secret;
  std::string account_id;  ///< of its first ad account
  std::string currency;
  std::string time_zone;
};

/// The market's stories are told around the day of the first start, which is kept: the history stays the same from
/// start to start. Used on the I/O thread only.
class DemoSandbox {
 public:
  explicit DemoSandbox(std::filesystem::path data) : data_(std::move(data)) {}

  /// Ends what an earlier run that was killed left behind. Blocks shortly.
  void end_leftover() const;
  /// Starts the emulator and waits until it answers. Throws Error{unavailable} with a sentence.
  Task<SandboxFacts> start();
  /// Starts it again whenever it ends, and tells where it then is; until cancelled.
  Task<> keep_running(std::function<void(const SandboxFacts&)> moved);
  Task<> stop();

 private:
  std::filesystem::path data_;
  std::unique_ptr<Child> child_;
};

}  // namespace omnify::app
