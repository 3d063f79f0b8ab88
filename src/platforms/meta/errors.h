// Errors of the Graph API: what they mean for us and in words for the user. shared reference: Marketing API error codes
// (error-reference, insights/error-codes, rate-limiting), as of v26.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platforms/failure.h"

namespace omnify::platforms::meta {

/// The `error` object of an answer. Only code and message are always there.
struct GraphError {
  std::int64_t code = 0;
  std::int64_t subcode = 0;
  bool transient = false;
  std::string message = {};
  std::string user_message = {};  ///< error_user_msg: written for people
  std::string trace_id = {};      ///< fbtrace_id, what Meta's support asks for
};

/// The error of a body `{"error":{…}}`; nothing when the body holds none (or is not JSON).
[[nodiscard]] std::optional<GraphError> parse_error(std::string_view body);

/// By code and subcode: texts follow the user's language. Two things are said in words alone: code 1 to "reduce the
/// amount of data", and code 100 that the appsecret_proof is wrong (104 elsewhere).
[[nodiscard]] Verdict classify(const GraphError& error);

/// For an answer without an error object.
[[nodiscard]] Verdict classify_status(int http_status);

}  // namespace omnify::platforms::meta
