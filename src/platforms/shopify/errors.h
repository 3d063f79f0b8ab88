// Errors of Shopify's Admin API: what they mean for us and in words for the user. Source: "Status and error codes",
// "API limits" (GraphQL Admin API, 2026-10). A status of 200 says nothing: errors and limits stand in the body.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace omnify::platforms::shopify {

enum class ErrorClass {
  retry,      ///< passes by itself within seconds or minutes
  slow_down,  ///< a limit
  reconnect,  ///< a person must give new credentials or permissions
  permanent,  ///< asking again cannot help
};

struct Verdict {
  ErrorClass kind = ErrorClass::permanent;
  std::chrono::milliseconds wait{0};  ///< of slow_down
  std::string sentence = {};
};

/// A failed call, with the class that the client decides by. Outside of it, an Error like any other.
class AdminFailure : public Error {
 public:
  explicit AdminFailure(const Verdict& verdict);
  [[nodiscard]] ErrorClass kind() const noexcept { return kind_; }

 private:
  ErrorClass kind_;
};

/// Points of the app in the shop, as an answer tells them.
struct Points {
  double requested = 0;
  double available = 0;
  double restored = 0;  ///< a second

  /// Until `requested` points are there.
  [[nodiscard]] std::chrono::milliseconds wait() const noexcept;
};

/// What an answer with status 200 says besides its data.
struct Envelope {
  std::optional<Verdict> failure;
  std::optional<Points> points;
};
/// Throws AdminFailure{retry} for a body that is not complete.
[[nodiscard]] Envelope read_envelope(const std::string& body);

/// For another status than 2xx. `retry_after`: of the header, in seconds.
[[nodiscard]] Verdict classify_status(int status, std::optional<double> retry_after);

}  // namespace omnify::platforms::shopify
