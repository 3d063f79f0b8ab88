#include "platforms/meta/errors.h"

#include <gtest/gtest.h>

namespace omnify::platforms::meta {
namespace {

struct Case {
  std::int64_t code;
  std::int64_t subcode;
  bool transient;
  ErrorClass kind;
  Code outside;
};

TEST(MetaErrors, EveryClassOfTheReference) {
  using enum ErrorClass;
  const Case cases[] = {
      {1, 0, false, retry, Code::upstream_retry},
      {1, 99, false, retry, Code::upstream_retry},
      {2, 0, false, retry, Code::upstream_retry},
      {2, 1504043, false, retry, Code::upstream_retry},
      {2, 1504038, false, too_large, Code::upstream_retry},
      {2, 1504041, false, permanent, Code::upstream_permanent},
      {2, 1504042, true, retry, Code::upstream_retry},
      {3, 0, false, reconnect, Code::upstream_reconnect},
      {4, 0, false, slow_down, Code::upstream_slow_down},
      {4, 1504022, false, slow_down, Code::upstream_slow_down},
      {10, 0, false, reconnect, Code::upstream_reconnect},
      {17, 2446079, true, slow_down, Code::upstream_slow_down},
      {17, 1885172, false, permanent, Code::upstream_permanent},
      {32, 0, false, slow_down, Code::upstream_slow_down},
      {100, 0, false, permanent, Code::upstream_permanent},
      {100, 33, false, absent, Code::upstream_retry},
      {100, 1487534, false, too_large, Code::upstream_retry},
      {100, 1504018, false, too_large, Code::upstream_retry},
      {100, 3191001, false, reconnect, Code::upstream_reconnect},
      {102, 0, false, reconnect, Code::upstream_reconnect},
      {104, 0, false, reconnect, Code::upstream_reconnect},
      {190, 463, false, reconnect, Code::upstream_reconnect},
      {190, 0, true, reconnect, Code::upstream_reconnect},
      {200, 0, false, reconnect, Code::upstream_reconnect},
      {294, 0, false, reconnect, Code::upstream_reconnect},
      {341, 0, false, slow_down, Code::upstream_slow_down},
      {368, 0, false, permanent, Code::upstream_permanent},
      {613, 1996, false, slow_down, Code::upstream_slow_down},
      {2500, 0, false, permanent, Code::upstream_permanent},
      {2635, 0, false, permanent, Code::upstream_permanent},
      {3018, 0, false, permanent, Code::upstream_permanent},
      {80000, 2446079, false, slow_down, Code::upstream_slow_down},
      {80004, 2446079, false, slow_down, Code::upstream_slow_down},
      {-2, 2490547, false, retry, Code::upstream_retry},
      {-3, 1504045, false, too_large, Code::upstream_retry},
      {1504018, 0, false, too_large, Code::upstream_retry},
      {777777, 0, false, permanent, Code::upstream_permanent},
      {777777, 0, true, retry, Code::upstream_retry},
  };
  for (const auto& one : cases) {
    const auto verdict = classify({.code = one.code, .subcode = one.subcode, .transient = one.transient});
    EXPECT_EQ(verdict.kind, one.kind) << one.code << "/" << one.subcode;
    EXPECT_FALSE(verdict.sentence.empty()) << one.code << "/" << one.subcode;
    const CallFailure failure(verdict);
    EXPECT_EQ(failure.code(), one.outside) << one.code << "/" << one.subcode;
    EXPECT_EQ(failure.retry_after().has_value(), one.kind == slow_down) << one.code << "/" << one.subcode;
  }
}

TEST(MetaErrors, TwoThingsAreSaidInWordsOnly) {
  EXPECT_EQ(classify({.code = 100, .message = "Invalid appsecret_proof provided in the API argument"}).kind,
            ErrorClass::reconnect);
  const auto verdict =
      classify({.code = 1, .message = "Please reduce the amount of data you're asking for, then retry your request"});
  EXPECT_EQ(verdict.kind, ErrorClass::reduce);
}

TEST(MetaErrors, ReadsTheEnvelope) {
  const auto error = parse_error(R"({"error":{"message":"Invalid parameter","type":"OAuthException","code":100,
    "error_subcode":1487534,"is_transient":false,"error_user_title":"Too many rows","error_user_msg":"Ask for less.",
    "error_data":"{\"blame_field_specs\":[[\"x\"]]}","fbtrace_id":"AIH2nYybGZPE5cqNPW6sZNk"}})");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, 100);
  EXPECT_EQ(error->subcode, 1487534);
  EXPECT_EQ(error->user_message, "Ask for less.");
  EXPECT_EQ(error->trace_id, "AIH2nYybGZPE5cqNPW6sZNk");
  EXPECT_FALSE(parse_error("<html>Service unavailable</html>"));
  EXPECT_FALSE(parse_error(""));
  EXPECT_FALSE(parse_error(R"({"data":[]})"));
}

TEST(MetaErrors, UsesMetasWordsForPeopleWhereItHasNone) {
  EXPECT_EQ(classify({.code = 100, .message = "Invalid parameter", .user_message = "The date is wrong."}).sentence,
            "Meta refused the request: The date is wrong.");
  EXPECT_EQ(classify({.code = 100, .message = "(#100) No field x"}).sentence,
            "Meta refused the request: (#100) No field x");
}

TEST(MetaErrors, AnswersWithoutAnEnvelope) {
  EXPECT_EQ(classify_status(503).kind, ErrorClass::retry);
  EXPECT_EQ(classify_status(500).kind, ErrorClass::retry);
  EXPECT_EQ(classify_status(429).kind, ErrorClass::slow_down);
  EXPECT_EQ(classify_status(404).kind, ErrorClass::permanent);
}

}  // namespace
}  // namespace omnify::platforms::meta
