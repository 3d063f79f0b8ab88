// Errors of TikTok's API for Business: what they mean for us and in words for the user. Source: "Return codes" (v1.3).
// The HTTP status says nothing: it is 200 for nearly every outcome, and the `code` in the body decides.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace omnify::platforms::tiktok {

/// What every answer holds beside its `data`.
struct Envelope {
  std::int64_t code = 0;
  std::string message = {};
  std::string request_id = {};  ///< what TikTok's support asks for
};

enum class ErrorClass {
  retry,      ///< passes by itself within seconds or minutes
  slow_down,  ///< a rate limit
  reconnect,  ///< a person must give new credentials or permissions
  permanent,  ///< asking again cannot help
};

struct Verdict {
  ErrorClass kind = ErrorClass::permanent;
  std::chrono::seconds wait{0};  ///< of slow_down: TikTok never says how long, so this is the longest of its rules
  bool app_wide = false;         ///< of slow_down: the whole app is stopped, not one account
  std::string sentence = {};
};

/// A failed call, with the class that the client decides by. Outside of it, an Error like any other.
class BusinessFailure : public Error {
 public:
  explicit BusinessFailure(const Verdict& verdict);
  [[nodiscard]] ErrorClass kind() const noexcept { return kind_; }

 private:
  ErrorClass kind_;
};

/// Read without a tree; nothing when the body is not JSON or has no code.
[[nodiscard]] std::optional<Envelope> parse_envelope(const std::string& body);

/// By the code alone: messages change. Not for code 0. A partial success (20001) is none for somebody who reads.
[[nodiscard]] Verdict classify(const Envelope& envelope);

/// For an answer without an envelope.
[[nodiscard]] Verdict classify_status(int http_status);

}  // namespace omnify::platforms::tiktok
