// Errors of the Graph API: what they mean for us and in words for the user. shared reference: Marketing API error codes
// (error-reference, insights/error-codes, rate-limiting), as of v26.0.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

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

enum class ErrorClass {
  retry,      ///< passes by itself within seconds or minutes
  reduce,     ///< ask for a smaller page
  too_large,  ///< ask in a background report, or for fewer days
  slow_down,  ///< a rate limit
  absent,     ///< not there, not visible, or not there yet
  reconnect,  ///< a person must give new credentials or permissions
  permanent,  ///< asking again cannot help
};

struct Verdict {
  ErrorClass kind = ErrorClass::permanent;
  std::chrono::seconds wait{0};  ///< of slow_down, when Meta does not say
  std::string sentence = {};
};

/// A failed call, with the class that the connector decides by. Outside of it, an Error like any other.
class GraphFailure : public Error {
 public:
  explicit GraphFailure(Verdict verdict);
  [[nodiscard]] ErrorClass kind() const noexcept { return kind_; }

 private:
  ErrorClass kind_;
};

/// The error of a body `{"error":{…}}`; nothing when the body holds none (or is not JSON).
[[nodiscard]] std::optional<GraphError> parse_error(std::string_view body);

/// By code and subcode: texts follow the user's language. Two things are said in words alone: code 1 to "reduce the
/// amount of data", and code 100 that the appsecret_proof is wrong (104 elsewhere).
[[nodiscard]] Verdict classify(const GraphError& error);

/// For an answer without an error object.
[[nodiscard]] Verdict classify_status(int http_status);

}  // namespace omnify::platforms::meta
