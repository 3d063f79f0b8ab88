#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <boost/json.hpp>

#include "base/calendar.h"

namespace omnify {
namespace {

constexpr std::size_t kQueueLength = 8192;
std::atomic<LogLevel> minimum_level = LogLevel::info;
std::atomic<LogFormat> line_format = LogFormat::text;

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

std::string_view name(LogLevel level) {
  static constexpr std::string_view kNames[] = {"debug", "info", "warning", "error", "off"};
  return kNames[static_cast<std::size_t>(level)];
}

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    spdlog::init_thread_pool(kQueueLength, 1);
    auto made =
        std::make_shared<spdlog::async_logger>("omnify", std::make_shared<spdlog::sinks::stderr_color_sink_mt>(),
                                               spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest);
    made->set_pattern("%v");
    made->set_level(spdlog::level::debug);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

std::string json_line(LogLevel level, std::string_view event, LogFields fields) {
  boost::json::object line;
  line["ts"] = format_instant(now());
  line["level"] = name(level);
  line["event"] = event;
  for (const auto& [key, field] : fields) {
    std::visit([&line, k = key](const auto& value) { line[k] = value; }, field.value());
  }
  return boost::json::serialize(line);
}

/// Control characters would let a value forge a line of its own.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return out;
}

std::string text_line(LogLevel level, std::string_view event, LogFields fields) {
  auto line = fmt::format("{} {:7} {}", format_instant(now()), name(level), event);
  for (const auto& [key, field] : fields) {
    std::visit(
        [&line, k = key](const auto& value) {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
            line += fmt::format(" {}=\"{}\"", k, printable(value));
          } else {
            line += fmt::format(" {}={}", k, value);
          }
        },
        field.value());
  }
  return line;
}

}  // namespace

void configure_log(LogLevel level, LogFormat format) {
  minimum_level = level;
  line_format = format;
}

bool logs(LogLevel level) noexcept { return level >= minimum_level && level != LogLevel::off; }

void log(LogLevel level, std::string_view event, LogFields fields) {
  if (!logs(level)) return;
  const auto line = line_format == LogFormat::json ? json_line(level, event, fields) : text_line(level, event, fields);
  logger().log(spdlog_level(level), "{}", line);
}

}  // namespace omnify
