#include "google/failure.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace omnify::sandbox::google {
namespace {

using boost::json::array;
using boost::json::object;

constexpr std::string_view kInvalid = "Request contains an invalid argument.";

}  // namespace

Failure&& Failure::with(std::string_view category, std::string_view code, std::string message) && {
  errors_.push_back(object{{"errorCode", object{{category, code}}}, {"message", std::move(message)}});
  return std::move(*this);
}

Failure&& Failure::with_quota(std::string_view scope, std::string_view rate, std::chrono::seconds delay) && {
  object details{{"rateScope", scope}, {"rateName", rate}, {"retryDelay", fmt::format("{}s", delay.count())}};
  errors_.back().as_object()["details"] = object{{"quotaErrorDetails", std::move(details)}};
  return std::move(*this);
}

wire::Reply Failure::reply(const Envelope& envelope) const {
  object error{{"code", http_status_}, {"message", message_}, {"status", status_}};
  if (!errors_.empty()) {
    object failure{
        {"@type", fmt::format("type.googleapis.com/google.ads.googleads.{}.errors.GoogleAdsFailure", envelope.version)},
        {"errors", errors_},
        {"requestId", envelope.request_id}};
    error["details"] = array{std::move(failure)};
  }
  object body{{"error", std::move(error)}};
  wire::Reply reply;
  reply.status = http_status_;
  reply.body = envelope.stream ? boost::json::serialize(array{std::move(body)}) : boost::json::serialize(body);
  return reply;
}

Failure invalid(std::string_view category, std::string_view code, std::string message) {
  return Failure(400, "INVALID_ARGUMENT", std::string(kInvalid)).with(category, code, std::move(message));
}

Failure query_error(std::string_view code, std::string message) {
  return invalid("queryError", code, std::move(message));
}

Failure unauthenticated(std::string_view code, std::string message) {
  Failure failure(
      401, "UNAUTHENTICATED",
      "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
      "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-"
      "project.");
  if (code.empty()) return failure;
  return std::move(failure).with("authenticationError", code, std::move(message));
}

Failure denied(std::string_view code, std::string message) {
  return Failure(403, "PERMISSION_DENIED", "The caller does not have permission")
      .with("authorizationError", code, std::move(message));
}

Failure exhausted(std::string_view code, std::chrono::seconds delay) {
  const bool daily = code == "RESOURCE_EXHAUSTED";
  return Failure(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).")
      .with("quotaError", code, fmt::format("Too many requests. Retry in {} seconds.", delay.count()))
      .with_quota(daily ? "DEVELOPER" : "ACCOUNT",
                  daily ? "Number of operations for explorer access" : "Requests per second", delay);
}

Failure unknown_name(std::string_view name, bool in_query) {
  return {400, "INVALID_ARGUMENT",
          fmt::format("Invalid JSON payload received. Unknown name \"{}\": {}", name,
                      in_query ? "Cannot bind query parameter. Field could not be found in request message."
                               : "Cannot find field.")};
}

}  // namespace omnify::sandbox::google
