// What a failed call means, whichever platform it was made to.
#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.h"

namespace omnify::platforms {

/// Each platform's errors.* decides which one an answer is; not every platform has all of them.
enum class ErrorClass {
  retry,      ///< passes by itself within seconds or minutes
  slow_down,  ///< a limit is reached
  reduce,     ///< ask for a smaller page
  too_large,  ///< ask in another way, or for fewer days
  absent,     ///< not there, not visible, or not there yet
  renew,      ///< the access token is no longer good: a new one may be
  restart,    ///< the page token is no longer good: begin the query anew
  reconnect,  ///< a person must give new credentials or permissions
  permanent,  ///< asking again cannot help
};

struct Verdict {
  ErrorClass kind = ErrorClass::permanent;
  std::chrono::milliseconds wait{0};  ///< of slow_down
  std::string sentence = {};          ///< for the user
  bool app_wide = false;              ///< of slow_down: whoever calls as the same app would be refused as well
};

/// A failed call, with the class that connectors decide by. Outside of them an Error like any other: what the connector
/// could have done itself (reduce, restart, …) counts as upstream_retry there, renew as upstream_reconnect.
class CallFailure : public Error {
 public:
  explicit CallFailure(const Verdict& verdict);
  [[nodiscard]] ErrorClass kind() const noexcept { return kind_; }

 private:
  ErrorClass kind_;
};

/// A wait in words: "30 s", "5 min", "11 h"; rounded up.
[[nodiscard]] std::string spoken(std::chrono::milliseconds wait);

/// `text` with "…" in the place of each secret: platforms quote what they refuse. Empty secrets are none.
[[nodiscard]] std::string without_secrets(std::string text, std::initializer_list<std::string_view> secrets);

}  // namespace omnify::platforms
