#include "platforms/google/errors.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace omnify::platforms::google {
namespace {

struct Case {
  std::string category;
  std::string code;
  ErrorClass kind;
  Code outside;
};

TEST(GoogleErrors, EveryClassOfTheReference) {
  using enum ErrorClass;
  const Case cases[] = {
      {"authenticationError", "OAUTH_TOKEN_INVALID", renew, Code::upstream_reconnect},
      {"authenticationError", "OAUTH_TOKEN_EXPIRED", renew, Code::upstream_reconnect},
      {"authenticationError", "OAUTH_TOKEN_REVOKED", reconnect, Code::upstream_reconnect},
      {"authenticationError", "NOT_ADS_USER", reconnect, Code::upstream_reconnect},
      {"authenticationError", "CUSTOMER_NOT_FOUND", reconnect, Code::upstream_reconnect},
      {"authenticationError", "DEVELOPER_TOKEN_INVALID", reconnect, Code::upstream_reconnect},
      {"authorizationError", "USER_PERMISSION_DENIED", reconnect, Code::upstream_reconnect},
      {"authorizationError", "CUSTOMER_NOT_ENABLED", permanent, Code::upstream_permanent},
      {"authorizationError", "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION", reconnect, Code::upstream_reconnect},
      {"authorizationError", "MISSING_TOS", reconnect, Code::upstream_reconnect},
      {"quotaError", "RESOURCE_EXHAUSTED", slow_down, Code::upstream_slow_down},
      {"quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED", slow_down, Code::upstream_slow_down},
      {"quotaError", "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION", slow_down, Code::upstream_slow_down},
      {"queryError", "UNRECOGNIZED_FIELD", permanent, Code::upstream_permanent},
      {"queryError", "REQUESTED_METRICS_FOR_MANAGER", permanent, Code::upstream_permanent},
      {"dateRangeError", "REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED", permanent, Code::upstream_permanent},
      {"requestError", "EXPIRED_PAGE_TOKEN", restart, Code::upstream_retry},
      {"requestError", "INVALID_PAGE_TOKEN", restart, Code::upstream_retry},
      {"requestError", "UNSUPPORTED_VERSION", permanent, Code::upstream_permanent},
      {"headerError", "INVALID_LOGIN_CUSTOMER_ID", reconnect, Code::upstream_reconnect},
      {"internalError", "TRANSIENT_ERROR", retry, Code::upstream_retry},
      {"internalError", "DEADLINE_EXCEEDED", retry, Code::upstream_retry},
      {"databaseError", "CONCURRENT_MODIFICATION", retry, Code::upstream_retry},
      {"notAllowlistedError", "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE", permanent, Code::upstream_permanent},
  };
  for (const auto& one : cases) {
    const auto verdict =
        classify({.http_status = 400, .status = "X", .category = one.category, .code = one.code, .message = "m"});
    EXPECT_EQ(verdict.kind, one.kind) << one.code;
    EXPECT_FALSE(verdict.sentence.empty()) << one.code;
    EXPECT_EQ(CallFailure(verdict).code(), one.outside) << one.code;
  }
}

// The body of issue PipedreamHQ/pipedream #21554, shortened: a wait of hours is Google's own.
TEST(GoogleErrors, ReadsTheWaitOfAQuotaError) {
  const std::string error =
      R"({"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED",
      "details":[{"@type":"type.googleapis.com/google.ads.googleads.v25.errors.GoogleCallFailure","errors":[{"errorCode":
      {"quotaError":"RESOURCE_EXHAUSTED"},"message":"Too many requests. Retry in 40591 seconds.","details":
      {"quotaErrorDetails":{"rateScope":"DEVELOPER","rateName":"x","retryDelay":"40591s"}}}],"requestId":"xN_Ka"}]}})";
  for (const auto& body : {error, "[" + error + "]"}) {
    const auto parsed = parse_error(body);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->code, "RESOURCE_EXHAUSTED");
    EXPECT_EQ(parsed->request_id, "xN_Ka");
    const auto verdict = classify(*parsed);
    EXPECT_EQ(verdict.kind, ErrorClass::slow_down);
    EXPECT_EQ(verdict.wait, std::chrono::seconds(40591));
    EXPECT_TRUE(verdict.app_wide) << "the quota is the project's";
  }
}

TEST(GoogleErrors, SurvivesBodiesOfOtherKinds) {
  EXPECT_FALSE(parse_error("Not Found"));
  EXPECT_FALSE(parse_error("[]"));
  EXPECT_FALSE(parse_error(R"({"results":[]})"));
  const auto bare = parse_error(R"({"error":{"code":401,"status":"UNAUTHENTICATED","message":"no"}})");
  ASSERT_TRUE(bare);
  EXPECT_EQ(classify(*bare).kind, ErrorClass::renew);
  const auto disabled = parse_error(
      R"({"error":{"code":403,"status":"PERMISSION_DENIED","message":"m","details":[
      {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SERVICE_DISABLED"}]}})");
  ASSERT_TRUE(disabled);
  EXPECT_NE(classify(*disabled).sentence.find("not enabled"), std::string::npos);
  EXPECT_EQ(classify_status(404).kind, ErrorClass::permanent);
  EXPECT_EQ(classify_status(503).kind, ErrorClass::retry);
  EXPECT_EQ(classify_status(429).kind, ErrorClass::slow_down);
}

TEST(GoogleErrors, TheTokenEndpointRefuses) {
  const auto kind = [](int status, std::string_view error) {
    return classify_token_refusal(status, fmt::format(R"({{"error":"{}"}})", error)).kind;
  };
  EXPECT_EQ(kind(400, "invalid_grant"), ErrorClass::reconnect);
  EXPECT_EQ(kind(401, "invalid_client"), ErrorClass::reconnect);
  EXPECT_EQ(kind(401, "unauthorized_client"), ErrorClass::reconnect);
  EXPECT_EQ(kind(400, "invalid_request"), ErrorClass::permanent);
  EXPECT_EQ(kind(503, "backend_error"), ErrorClass::retry);
  EXPECT_EQ(classify_token_refusal(502, "<html>").kind, ErrorClass::retry);
}

}  // namespace
}  // namespace omnify::platforms::google
