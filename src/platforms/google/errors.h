// Errors of the Google Ads API and of Google's token endpoint: what they mean for us and in words for the user. Source:
// Google Ads API v25 errors/*.proto, "Understand API errors"; RFC 6749 §5.2.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace omnify::platforms::google {

/// The google.rpc.Status of an answer, with the first error of its GoogleAdsFailure where it has one.
struct AdsError {
  int http_status = 0;
  std::string status = {};    ///< "RESOURCE_EXHAUSTED"
  std::string category = {};  ///< "quotaError"; empty without a GoogleAdsFailure
  std::string code = {};      ///< "RESOURCE_TEMPORARILY_EXHAUSTED", or the reason of a google.rpc.ErrorInfo
  std::string message = {};
  std::chrono::seconds retry_delay{0};
  std::string request_id = {};  ///< what Google's support asks for
};

enum class ErrorClass {
  retry,      ///< passes by itself within seconds or minutes
  slow_down,  ///< a limit
  renew,      ///< the access token is no longer good: a new one may be
  restart,    ///< the page token is no longer good: begin the query anew
  reconnect,  ///< a person must give new credentials or permissions
  permanent,  ///< asking again cannot help
};

struct Verdict {
  ErrorClass kind = ErrorClass::permanent;
  std::chrono::seconds wait{0};  ///< of slow_down
  std::string sentence = {};
};

/// A failed call, with the class that the connector decides by. Outside of it, an Error like any other.
class AdsFailure : public Error {
 public:
  explicit AdsFailure(Verdict verdict);
  [[nodiscard]] ErrorClass kind() const noexcept { return kind_; }

 private:
  ErrorClass kind_;
};

/// The error of a body {"error":{…}}, or of a list of one such; nothing when the body holds none (or is not JSON).
[[nodiscard]] std::optional<AdsError> parse_error(std::string_view body);

[[nodiscard]] Verdict classify(const AdsError& error);
/// For an answer without an error object.
[[nodiscard]] Verdict classify_status(int http_status);
/// For a refusal by the token endpoint.
[[nodiscard]] Verdict classify_token_refusal(int http_status, std::string_view body);

}  // namespace omnify::platforms::google
