// Errors of the Google Ads API and of Google's token endpoint: what they mean for us and in words for the user. Source:
// Google Ads API v25 errors/*.proto, "Understand API errors"; RFC 6749 §5.2.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "platforms/failure.h"

namespace omnify::platforms::google {

/// The google.rpc.Status of an answer, with the first error of its GoogleAdsFailure where it has one.
struct AdsError {
  int http_status = 0;
  std::string status = {};    ///< "RESOURCE_EXHAUSTED"
  std::string category = {};  ///< "quotaError"; empty without a GoogleAdsFailure
  std::string code = {};      ///< "RESOURCE_TEMPORARILY_EXHAUSTED", or the reason of a google.rpc.ErrorInfo
  std::string message = {};
  std::chrono::seconds retry_delay{0};
  bool project_wide = false;    ///< of a quotaError: the quota is that of the Cloud project, not of one account
  std::string request_id = {};  ///< what Google's support asks for
};

/// The error of a body {"error":{…}}, or of a list of one such; nothing when the body holds none (or is not JSON).
[[nodiscard]] std::optional<AdsError> parse_error(std::string_view body);

[[nodiscard]] Verdict classify(const AdsError& error);
/// For an answer without an error object.
[[nodiscard]] Verdict classify_status(int http_status);
/// For a refusal by the token endpoint.
[[nodiscard]] Verdict classify_token_refusal(int http_status, std::string_view body);

}  // namespace omnify::platforms::google
