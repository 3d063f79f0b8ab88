// Structured logs: one event per line, JSON or text, to standard error. Never blocks: a full queue drops and counts.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace omnify {

enum class LogLevel { debug, info, warning, error, off };
enum class LogFormat { text, json };

/// A value of a log field. Strings are cut at 500 bytes. Never pass a secret, a token or a URL with a query.
class LogValue {
 public:
  template <class T>
    requires std::is_integral_v<T>
  LogValue(T value) : value_(static_cast<std::int64_t>(value)) {}
  LogValue(bool value) : value_(value) {}
  LogValue(double value) : value_(value) {}
  LogValue(std::string_view value) : value_(std::string(value.substr(0, 500))) {}
  LogValue(const std::string& value) : LogValue(std::string_view(value)) {}
  LogValue(const char* value) : LogValue(std::string_view(value)) {}

  [[nodiscard]] const auto& value() const noexcept { return value_; }

 private:
  std::variant<std::int64_t, bool, double, std::string> value_;
};

using LogFields = std::initializer_list<std::pair<std::string_view, LogValue>>;

/// Once, before the first event. Without it: text, level info.
void configure_log(LogLevel level, LogFormat format);
[[nodiscard]] bool logs(LogLevel level) noexcept;

/// `event` is a dotted name that stays the same for ever ("sync.finished"); what varies goes into the fields.
void log(LogLevel level, std::string_view event, LogFields fields = {});
inline void log_debug(std::string_view event, LogFields fields = {}) { log(LogLevel::debug, event, fields); }
inline void log_info(std::string_view event, LogFields fields = {}) { log(LogLevel::info, event, fields); }
inline void log_warning(std::string_view event, LogFields fields = {}) { log(LogLevel::warning, event, fields); }
inline void log_error(std::string_view event, LogFields fields = {}) { log(LogLevel::error, event, fields); }

}  // namespace omnify
