#include "platforms/failure.h"

#include <fmt/format.h>

namespace omnify::platforms {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

Code code_of(ErrorClass kind) {
  switch (kind) {
    case ErrorClass::slow_down:
      return Code::upstream_slow_down;
    case ErrorClass::renew:
    case ErrorClass::reconnect:
      return Code::upstream_reconnect;
    case ErrorClass::permanent:
      return Code::upstream_permanent;
    case ErrorClass::retry:
    case ErrorClass::reduce:
    case ErrorClass::too_large:
    case ErrorClass::absent:
    case ErrorClass::restart:
      break;
  }
  return Code::upstream_retry;
}

Error to_error(const Verdict& verdict) {
  Error error(code_of(verdict.kind), verdict.sentence);
  if (verdict.kind == ErrorClass::slow_down)
    return std::move(error).with_retry_after(std::chrono::ceil<seconds>(verdict.wait));
  return error;
}

}  // namespace

CallFailure::CallFailure(const Verdict& verdict) : Error(to_error(verdict)), kind_(verdict.kind) {}

std::string spoken(std::chrono::milliseconds wait) {
  if (wait <= seconds(119)) return fmt::format("{} s", std::chrono::ceil<seconds>(wait).count());
  if (wait <= minutes(119)) return fmt::format("{} min", std::chrono::ceil<minutes>(wait).count());
  return fmt::format("{} h", std::chrono::ceil<std::chrono::hours>(wait).count());
}

std::string without_secrets(std::string text, std::initializer_list<std::string_view> secrets) {
  static constexpr std::string_view kMark = "…";
  for (const auto secret : secrets) {
    if (secret.empty()) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kMark.size())) {
      text.replace(at, secret.size(), kMark);
    }
  }
  return text;
}

}  // namespace omnify::platforms
