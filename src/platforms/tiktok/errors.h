// Errors of TikTok's API for Business: what they mean for us and in words for the user. Source: "Return codes" (v1.3).
// The HTTP status says nothing: it is 200 for nearly every outcome, and the `code` in the body decides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platforms/failure.h"

namespace omnify::platforms::tiktok {

/// What every answer holds beside its `data`.
struct Envelope {
  std::int64_t code = 0;
  std::string message = {};
  std::string request_id = {};  ///< what TikTok's support asks for
};

/// Read without a tree; nothing when the body is not JSON or has no code.
[[nodiscard]] std::optional<Envelope> parse_envelope(const std::string& body);

/// By the code alone: messages change. Not for code 0. A partial success (20001) is none for somebody who reads.
[[nodiscard]] Verdict classify(const Envelope& envelope);

/// For an answer without an envelope.
[[nodiscard]] Verdict classify_status(int http_status);

}  // namespace omnify::platforms::tiktok
