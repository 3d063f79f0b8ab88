#include "platforms/tiktok/errors.h"

#include <gtest/gtest.h>

namespace omnify::platforms::tiktok {
namespace {

TEST(TiktokErrors, EveryClassOfTheReference) {
  struct Case {
    ErrorClass kind;
    Code outside;
    std::vector<std::int64_t> codes;
  };
  const Case cases[] = {
      {ErrorClass::retry,
       Code::upstream_retry,
       {20001, 40201, 40202, 40901, 50000, 50002, 51000, 51010, 51305, 52001, 60001}},
      {ErrorClass::slow_down, Code::upstream_slow_down, {40016, 40100, 40132, 40133, 61000}},
      {ErrorClass::reconnect,
       Code::upstream_reconnect,
       {40001, 40003, 40102, 40103, 40104, 40105, 40106, 40107, 40110, 40113, 40118, 40119, 40124, 40125, 40130, 40131,
        40300, 40301}},
      {ErrorClass::permanent,
       Code::upstream_permanent,
       {40000, 40002, 40006, 40007, 40009, 40011, 40050, 40051, 40101, 40117, 40200, 40700, 41000, 41001, 77777}},
  };
  for (const auto& one : cases) {
    for (const auto code : one.codes) {
      const auto verdict = classify({.code = code, .message = "spend: Invalid metric."});
      EXPECT_EQ(verdict.kind, one.kind) << code;
      EXPECT_FALSE(verdict.sentence.empty()) << code;
      const CallFailure failure(verdict);
      EXPECT_EQ(failure.code(), one.outside) << code;
      EXPECT_EQ(failure.retry_after().has_value(), one.kind == ErrorClass::slow_down) << code;
    }
  }
}

TEST(TiktokErrors, OnlyLimitsOfTheAppStopTheApp) {
  EXPECT_TRUE(classify({.code = 40100}).app_wide);
  EXPECT_FALSE(classify({.code = 40133}).app_wide);
  EXPECT_FALSE(classify({.code = 50000}).app_wide);
}

TEST(TiktokErrors, TiktoksOwnWordsWhereWeHaveNone) {
  EXPECT_EQ(classify({.code = 40002, .message = "page_size: Must be between 1 and 1000."}).sentence,
            "TikTok refused the request: page_size: Must be between 1 and 1000.");
  EXPECT_EQ(classify({.code = 40002}).sentence, "TikTok refused the request: error 40002.");
}

TEST(TiktokErrors, ReadsTheEnvelopeInAnyOrder) {
  const auto envelope =
      parse_envelope(R"({"data":{"list":[{"a":[1,2]}]},"message":"No “way”","code":40105,"request_id":"2026"})");
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->code, 40105);
  EXPECT_EQ(envelope->message, "No “way”");
  EXPECT_EQ(envelope->request_id, "2026");
  EXPECT_EQ(parse_envelope(R"({"code":0,"message":"OK"})")->code, 0) << "data may be absent";
  EXPECT_FALSE(parse_envelope("404 page not found"));
  EXPECT_FALSE(parse_envelope(""));
  EXPECT_FALSE(parse_envelope(R"({"message":"OK","data":{}})"));
  EXPECT_FALSE(parse_envelope(R"({"code":0,"message":"OK","data":{"list":[{"campaign_id":"17)")) << "cut off";
}

TEST(TiktokErrors, AnswersWithoutAnEnvelope) {
  EXPECT_EQ(classify_status(502).kind, ErrorClass::retry);
  EXPECT_EQ(classify_status(429).kind, ErrorClass::slow_down);
  EXPECT_EQ(classify_status(404).kind, ErrorClass::permanent);
}

}  // namespace
}  // namespace omnify::platforms::tiktok
