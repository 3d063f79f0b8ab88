#include "platforms/google/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <charconv>

#include "platforms/entities.h"

namespace omnify::platforms::google {
namespace {

using std::chrono::seconds;
using Object = boost::json::object;

/// The first rule that fits decides. An empty code fits every one of the category, an empty sentence is what Google
/// says.
struct Rule {
  std::string_view category;
  std::string_view code;
  ErrorClass kind;
  seconds wait;
  std::string_view sentence;
};

constexpr seconds kNone{0};
constexpr std::string_view kBusy = "Google Ads is not answering properly at the moment.";
constexpr std::string_view kLogIn =
    "Google no longer accepts the login behind the refresh token. Sign in again and enter the new refresh token.";
constexpr std::string_view kNoAccess =
    "The Google login may not read this account. Check the account's number, and enter the manager account's ID if the "
    "access runs through one.";
constexpr std::string_view kProject =
    "The Google Cloud project behind the client ID may not read this account yet. Apply for access to the Google Ads "
    "API.";
constexpr std::string_view kDeveloper =
    "Google refuses the developer token. Correct it, or leave it empty: access belongs to the Cloud project.";
constexpr std::string_view kMoment = "Google's limit for requests at a time is reached.";
constexpr std::string_view kDay = "Google's limit for operations a day is reached.";
constexpr std::string_view kManager = "This is a manager account. Connect the accounts below it instead.";

constexpr auto kRules = std::to_array<Rule>({
    {"authenticationError", "OAUTH_TOKEN_REVOKED", ErrorClass::reconnect, kNone, kLogIn},
    {"authenticationError", "OAUTH_TOKEN_DISABLED", ErrorClass::reconnect, kNone, kLogIn},
    {"authenticationError", "GOOGLE_ACCOUNT_DELETED", ErrorClass::reconnect, kNone, kLogIn},
    {"authenticationError", "TWO_STEP_VERIFICATION_NOT_ENROLLED", ErrorClass::reconnect, kNone,
     "Google wants two-step verification for the login behind the refresh token. Switch it on and sign in again."},
    {"authenticationError", "ADVANCED_PROTECTION_NOT_ENROLLED", ErrorClass::reconnect, kNone,
     "Google wants Advanced Protection for the login behind the refresh token. Switch it on and sign in again."},
    {"authenticationError", "NOT_ADS_USER", ErrorClass::reconnect, kNone,
     "The Google login has no Google Ads account. Sign in with one that has."},
    {"authenticationError", "CUSTOMER_NOT_FOUND", ErrorClass::reconnect, kNone, kNoAccess},
    {"authenticationError", "CLIENT_CUSTOMER_ID_INVALID", ErrorClass::reconnect, kNone, kNoAccess},
    {"authenticationError", "DEVELOPER_TOKEN_INVALID", ErrorClass::reconnect, kNone, kDeveloper},
    {"authenticationError", "ORGANIZATION_NOT_APPROVED", ErrorClass::reconnect, kNone, kProject},
    {"authenticationError", "ORGANIZATION_NOT_RECOGNIZED", ErrorClass::reconnect, kNone, kProject},
    {"authenticationError", "ORGANIZATION_NOT_ASSOCIATED_WITH_DEVELOPER_TOKEN", ErrorClass::reconnect, kNone,
     kDeveloper},
    {"authenticationError", "", ErrorClass::renew, kNone, kLogIn},
    {"authorizationError", "USER_PERMISSION_DENIED", ErrorClass::reconnect, kNone, kNoAccess},
    {"authorizationError", "INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION", ErrorClass::reconnect, kNone,
     kNoAccess},
    {"authorizationError", "CUSTOMER_NOT_ENABLED", ErrorClass::permanent, kNone,
     "The Google Ads account is cancelled, suspended or not set up yet."},
    {"authorizationError", "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION", ErrorClass::reconnect, kNone, kProject},
    {"authorizationError", "CLOUD_PROJECT_NOT_UNDER_ORGANIZATION", ErrorClass::reconnect, kNone, kProject},
    {"authorizationError", "DEVELOPER_TOKEN_NOT_APPROVED", ErrorClass::reconnect, kNone, kProject},
    {"authorizationError", "DEVELOPER_TOKEN_NOT_ON_ALLOWLIST", ErrorClass::reconnect, kNone, kProject},
    {"authorizationError", "DEVELOPER_TOKEN_PROHIBITED", ErrorClass::reconnect, kNone, kDeveloper},
    {"authorizationError", "PROJECT_DISABLED", ErrorClass::reconnect, kNone, kProject},
    {"authorizationError", "", ErrorClass::reconnect, kNone, ""},
    {"quotaError", "RESOURCE_EXHAUSTED", ErrorClass::slow_down, seconds(3600), kDay},
    {"quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED", ErrorClass::slow_down, seconds(30), kMoment},
    {"quotaError", "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION", ErrorClass::slow_down, seconds(300), kMoment},
    {"quotaError", "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION", ErrorClass::slow_down, seconds(3600), kMoment},
    {"quotaError", "ACCESS_PROHIBITED", ErrorClass::reconnect, kNone, kProject},
    {"quotaError", "", ErrorClass::slow_down, seconds(300), kMoment},
    {"queryError", "REQUESTED_METRICS_FOR_MANAGER", ErrorClass::permanent, kNone, kManager},
    {"requestError", "EXPIRED_PAGE_TOKEN", ErrorClass::restart, kNone,
     "Google no longer knows where a report goes on."},
    {"requestError", "INVALID_PAGE_TOKEN", ErrorClass::restart, kNone,
     "Google no longer knows where a report goes on."},
    {"requestError", "UNSUPPORTED_VERSION", ErrorClass::permanent, kNone,
     "Google has retired the version of the Google Ads API in use. Update OmniFy."},
    {"requestError", "DEVELOPER_TOKEN_PARAMETER_MISSING", ErrorClass::reconnect, kNone,
     "Google wants a developer token for this project. Enter it."},
    {"requestError", "CLOUD_PROJECT_NOT_FOUND", ErrorClass::reconnect, kNone, kProject},
    {"headerError", "INVALID_LOGIN_CUSTOMER_ID", ErrorClass::reconnect, kNone,
     "The manager account's ID is not one of Google Ads: it has ten digits."},
    {"dateRangeError", "REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED", ErrorClass::permanent, kNone,
     "Google keeps figures by the day for 37 months only."},
    {"internalError", "ERROR_CODE_NOT_PUBLISHED", ErrorClass::permanent, kNone, ""},
    {"internalError", "", ErrorClass::retry, kNone, kBusy},
    {"databaseError", "CONCURRENT_MODIFICATION", ErrorClass::retry, kNone, kBusy},
});

/// A protobuf Duration: "40591s", "1.5s".
seconds duration(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::chrono::ceil<seconds>(std::chrono::duration<double>(std::clamp(value, 0.0, 1e6)));
}

void read_ads_error(const Object& item, AdsError& out) {
  if (const auto* code = object_in(item, "errorCode"); code != nullptr && !code->empty()) {
    out.category = code->begin()->key();
    if (const auto* name = code->begin()->value().if_string()) out.code = *name;
  }
  if (auto message = text_in(item, "message")) out.message = std::move(*message);
  const auto* details = object_in(item, "details");
  const auto* quota = details != nullptr ? object_in(*details, "quotaErrorDetails") : nullptr;
  if (quota == nullptr) return;
  out.retry_delay = duration(text_in(*quota, "retryDelay").value_or(""));
  // Since September 2026 the quota of "the developer" is that of the Cloud project.
  out.project_wide = text_in(*quota, "rateScope") == "DEVELOPER";
}

/// A GoogleAdsFailure, or another kind such as google.rpc.ErrorInfo, which has a reason, and RetryInfo.
void read_detail(const Object& detail, AdsError& out) {
  if (auto id = text_in(detail, "requestId")) out.request_id = std::move(*id);
  const auto* errors = array_in(detail, "errors");
  if (errors != nullptr && !errors->empty() && errors->front().is_object()) {
    read_ads_error(errors->front().get_object(), out);
  } else if (out.category.empty()) {
    if (auto reason = text_in(detail, "reason")) out.code = std::move(*reason);
    if (const auto delay = text_in(detail, "retryDelay")) out.retry_delay = duration(*delay);
  }
}

std::string words(std::string_view sentence, const AdsError& error) {
  if (!sentence.empty()) return std::string(sentence);
  return fmt::format("Google refused the request: {}", error.message.empty() ? error.status : error.message);
}

/// Where no GoogleAdsFailure says more.
Verdict classify_bare(const AdsError& error) {
  if (error.code == "SERVICE_DISABLED") {
    return {ErrorClass::reconnect, kNone,
            "The Google Ads API is not enabled in the Cloud project behind the client ID. Enable it there."};
  }
  if (error.code == "ACCESS_TOKEN_SCOPE_INSUFFICIENT") {
    return {ErrorClass::reconnect, kNone,
            "The refresh token was made without the scope of Google Ads. Sign in again and enter the new one."};
  }
  if (error.status == "UNAUTHENTICATED" || error.http_status == 401) {
    return {ErrorClass::renew, kNone, std::string(kLogIn)};
  }
  if (error.status == "PERMISSION_DENIED") return {ErrorClass::reconnect, kNone, std::string(kNoAccess)};
  if (error.status == "RESOURCE_EXHAUSTED") {
    return {ErrorClass::slow_down, error.retry_delay.count() > 0 ? error.retry_delay : seconds(30),
            std::string(kMoment)};
  }
  if (error.status == "ABORTED" || error.http_status >= 500) return classify_status(503);
  return {ErrorClass::permanent, kNone, words("", error)};
}

}  // namespace

std::optional<AdsError> parse_error(std::string_view body) {
  boost::system::error_code failure;
  const auto document = boost::json::parse(body, failure);
  if (failure) return std::nullopt;
  const auto* list = document.if_array();
  const auto* value = list == nullptr ? &document : list->empty() ? nullptr : &list->front();
  const auto* object = value != nullptr && value->is_object() ? object_in(value->get_object(), "error") : nullptr;
  if (object == nullptr) return std::nullopt;
  AdsError out{.status = text_in(*object, "status").value_or(""), .message = text_in(*object, "message").value_or("")};
  if (const auto* code = object->if_contains("code"); code != nullptr && code->is_int64()) {
    out.http_status = static_cast<int>(code->get_int64());
  }
  if (const auto* details = array_in(*object, "details")) {
    for (const auto& detail : *details) {
      if (detail.is_object()) read_detail(detail.get_object(), out);
    }
  }
  return out;
}

Verdict classify(const AdsError& error) {
  if (error.category.empty()) return classify_bare(error);
  for (const auto& rule : kRules) {
    if (rule.category != error.category || (!rule.code.empty() && rule.code != error.code)) continue;
    const bool limited = rule.kind == ErrorClass::slow_down;
    const auto wait = limited && error.retry_delay.count() > 0 ? error.retry_delay : rule.wait;
    return {rule.kind, wait, words(rule.sentence, error), limited && error.project_wide};
  }
  if (error.http_status >= 500) return classify_status(error.http_status);
  return {ErrorClass::permanent, kNone, words("", error)};
}

Verdict classify_status(int http_status) {
  if (http_status == 401) return {ErrorClass::renew, kNone, std::string(kLogIn)};
  if (http_status == 429) return {ErrorClass::slow_down, seconds(30), std::string(kMoment)};
  if (http_status >= 500 || http_status == 408) return {ErrorClass::retry, kNone, std::string(kBusy)};
  return {ErrorClass::permanent, kNone, fmt::format("Google Ads answered with HTTP status {}.", http_status)};
}

Verdict classify_token_refusal(int http_status, std::string_view body) {
  boost::system::error_code failure;
  const auto document = boost::json::parse(body, failure);
  const auto error =
      !failure && document.is_object() ? text_in(document.get_object(), "error").value_or("") : std::string();
  if (error == "invalid_grant") {
    return {
        ErrorClass::reconnect, kNone,
        "Google no longer accepts the refresh token: it expired or was revoked. Sign in again and enter the new one."};
  }
  if (error == "invalid_client" || error == "unauthorized_client" || error == "deleted_client") {
    return {ErrorClass::reconnect, kNone,
            "Google does not accept the client ID with this client secret. Check both in the Cloud console."};
  }
  if (error.empty() || http_status >= 500 || http_status == 429) {
    auto verdict = classify_status(http_status);
    if (verdict.kind == ErrorClass::renew) verdict.kind = ErrorClass::reconnect;
    return verdict;
  }
  return {ErrorClass::permanent, kNone, fmt::format("Google refused to give an access token: {}.", error)};
}

}  // namespace omnify::platforms::google
