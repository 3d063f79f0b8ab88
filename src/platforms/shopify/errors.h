// Errors of Shopify's Admin API: what they mean for us and in words for the user. Source: "Status and error codes",
// "API limits" (GraphQL Admin API, 2026-10). A status of 200 says nothing: errors and limits stand in the body.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "platforms/failure.h"

namespace omnify::platforms::shopify {

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
/// Throws CallFailure{retry} for a body that is not complete.
[[nodiscard]] Envelope read_envelope(const std::string& body);

/// For another status than 2xx. `retry_after`: of the header, in seconds.
[[nodiscard]] Verdict classify_status(int status, std::optional<double> retry_after);

}  // namespace omnify::platforms::shopify
