// The one exception for failures that a caller may expect, and the one table of what each code means outside.
#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omnify {

/// What went wrong, for a program. `traits(Code)` is the only place that maps it to the outside.
enum class Code {
  invalid_request,    ///< malformed: not JSON, an unknown parameter
  invalid_field,      ///< well-formed, but a field's value is refused; `Error::fields` names them
  unauthenticated,    ///< no session, or it ended
  permission_denied,  ///< known user, not allowed
  not_found,          ///< absent, or in another organization (the two are never told apart)
  method_not_allowed,
  conflict,   ///< the state does not allow it now
  too_large,  ///< body, header or file over its limit
  unsupported_media,
  rate_limited,  ///< `retry_after` says when to come back
  cancelled,     ///< the caller gave up or the process stops; passes through untouched
  deadline_exceeded,
  unavailable,         ///< database down, pool exhausted, draining: worth a retry
  upstream_retry,      ///< a platform failed in a way that passes: retry with back-off
  upstream_slow_down,  ///< a platform's limit: wait `retry_after`
  upstream_reconnect,  ///< a platform no longer accepts the credentials: a person must act
  upstream_permanent,  ///< a platform refuses the request as such: retrying cannot help
  internal,            ///< a bug of ours
};

struct CodeTraits {
  int http_status;
  std::string_view problem_type;  ///< last path segment of the problem's type URI
  std::string_view title;
  bool retryable;
};

[[nodiscard]] const CodeTraits& traits(Code code) noexcept;
[[nodiscard]] std::string_view to_string(Code code) noexcept;

/// One refused input: where (an RFC 6901 JSON pointer, or the name of a query parameter) and why.
struct FieldError {
  std::string pointer;
  std::string detail;
};

/// An expected failure. `detail` is a full sentence for the user: no secrets, no SQL, nothing of another organization.
class Error : public std::exception {
 public:
  Error(Code code, std::string detail) : code_(code), detail_(std::move(detail)) {}

  /// A refused field: Code::invalid_field with one entry.
  static Error field(std::string pointer, std::string detail);

  Error&& with_fields(std::vector<FieldError> fields) && {
    fields_ = std::move(fields);
    return std::move(*this);
  }
  Error&& with_retry_after(std::chrono::seconds wait) && {
    retry_after_ = wait;
    return std::move(*this);
  }

  [[nodiscard]] Code code() const noexcept { return code_; }
  [[nodiscard]] const std::string& detail() const noexcept { return detail_; }
  [[nodiscard]] const std::vector<FieldError>& fields() const noexcept { return fields_; }
  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const noexcept { return retry_after_; }
  [[nodiscard]] const char* what() const noexcept override { return detail_.c_str(); }

 private:
  Code code_;
  std::string detail_;
  std::vector<FieldError> fields_;
  std::optional<std::chrono::seconds> retry_after_;
};

}  // namespace omnify
