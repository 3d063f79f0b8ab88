#include "app/demo_sandbox.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <system_error>

#include "app/files.h"
#include "async/signal.h"
#include "base/calendar.h"
#include "base/error.h"
#include "base/log.h"

namespace omnify::app {
namespace {

constexpr std::chrono::seconds kStartLimit{20};
constexpr std::chrono::milliseconds kLook{20};
constexpr std::chrono::seconds kWatch{1};
constexpr std::chrono::milliseconds kStopLimit{3000};
constexpr const char* kProgram = "omnify-sandbox";

std::string text(const boost::json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

SandboxFacts parse_facts(const std::string& content) {
  const auto document = boost::json::parse(content);
  const auto& object = document.as_object();
  const auto& account = object.at("accounts").as_array().at(0).as_object();
  return {text(object, "url"), text(object, "control_url"), text(object, "access_token"), text(object, "app_secret"),
          text(account, "id"), text(account, "currency"),   text(account, "time_zone")};
}

/// The day of the first start.
std::string kept_epoch(const std::filesystem::path& data) {
  const auto path = data / "sandbox.epoch";
  auto day = read_file(path).substr(0, 10);
  if (parse_day(day)) return day;
  day = format_day(std::chrono::floor<std::chrono::days>(now()));
  write_private_file(path, day + "\n");
  return day;
}

}  // namespace

void DemoSandbox::end_leftover() const {
  if (const auto mark = read_mark(data_ / "sandbox.pid")) end_process(*mark, kStopLimit);
}

Task<SandboxFacts> DemoSandbox::start() {
  const auto ready = data_ / "sandbox.json";
  std::error_code ignored;  // there is none at the first start
  std::filesystem::remove(ready, ignored);
  const std::vector<std::string> arguments{"--port",       "0",       "--control-port", "0", "--ready-file",
                                           ready.string(), "--epoch", kept_epoch(data_)};
  child_ = std::make_unique<Child>(program_folder() / kProgram, arguments, data_ / "sandbox.log");
  if (const auto mark = mark_of(child_->pid())) write_mark(data_ / "sandbox.pid", *mark);
  const auto until = std::chrono::steady_clock::now() + kStartLimit;
  while (!std::filesystem::exists(ready, ignored)) {
    if (!child_->running()) {
      throw Error(Code::unavailable, fmt::format("The emulated ad platform ended at its start; {} says why.",
                                                 (data_ / "sandbox.log").string()));
    }
    if (std::chrono::steady_clock::now() >= until) {
      throw Error(Code::unavailable, "The emulated ad platform did not start within 20 seconds.");
    }
    co_await sleep_for(kLook);
  }
  co_return parse_facts(read_file(ready));
}

Task<> DemoSandbox::keep_running(std::function<void(const SandboxFacts&)> moved) {
  while (true) {
    co_await sleep_for(kWatch);
    if (child_ && child_->running()) continue;
    log_warning("demo.sandbox_ended");
    moved(co_await start());
  }
}

Task<> DemoSandbox::stop() {
  if (child_) co_await child_->stop(kStopLimit);
  std::error_code ignored;  // it may never have been written
  std::filesystem::remove(data_ / "sandbox.pid", ignored);
}

}  // namespace omnify::app
