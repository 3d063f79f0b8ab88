// The platform's error envelope: google.rpc.Status whose details hold one GoogleAdsFailure. Source: v25 errors/*.proto
// and "Understand API errors".
#pragma once

#include <boost/json/array.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "wire/message.h"

namespace omnify::sandbox::google {

/// How an answer is written: searchStream wraps its errors in an array, and the type's name carries the URL's version.
struct Envelope {
  std::string version = "v25";
  std::string request_id;
  bool stream = false;
};

class Failure : public std::exception {
 public:
  /// `status` is a google.rpc.Code by name ("INVALID_ARGUMENT").
  Failure(int http_status, std::string_view status, std::string message)
      : http_status_(http_status), status_(status), message_(std::move(message)) {}

  /// One GoogleAdsError: `category` as in errorCode ("queryError"), `code` a value of its enum.
  Failure&& with(std::string_view category, std::string_view code, std::string message) &&;
  /// QuotaErrorDetails of the error that was added last.
  Failure&& with_quota(std::string_view scope, std::string_view rate, std::chrono::seconds delay) &&;

  [[nodiscard]] wire::Reply reply(const Envelope& envelope) const;
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  int http_status_;
  std::string status_;
  std::string message_;
  boost::json::array errors_;
};

/// 400 INVALID_ARGUMENT with one error.
[[nodiscard]] Failure invalid(std::string_view category, std::string_view code, std::string message);
/// 400 with a queryError.
[[nodiscard]] Failure query_error(std::string_view code, std::string message);
/// 401; an empty code leaves the details out, as for a token that is none at all.
[[nodiscard]] Failure unauthenticated(std::string_view code, std::string message);
/// 403 with an authorizationError.
[[nodiscard]] Failure denied(std::string_view code, std::string message);
/// 429 with a quotaError: RESOURCE_EXHAUSTED is the day's quota, the others are of the moment.
[[nodiscard]] Failure exhausted(std::string_view code, std::chrono::seconds delay);
/// What the JSON layer says of a member that the request's message does not have.
[[nodiscard]] Failure unknown_name(std::string_view name, bool in_query);

}  // namespace omnify::sandbox::google
