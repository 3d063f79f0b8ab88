#include "platforms/failure.h"

#include <gtest/gtest.h>

namespace omnify::platforms {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(CallFailure, IsAnErrorLikeAnyOtherOutside) {
  const std::pair<ErrorClass, Code> cases[] = {
      {ErrorClass::retry, Code::upstream_retry},         {ErrorClass::slow_down, Code::upstream_slow_down},
      {ErrorClass::reduce, Code::upstream_retry},        {ErrorClass::too_large, Code::upstream_retry},
      {ErrorClass::absent, Code::upstream_retry},        {ErrorClass::renew, Code::upstream_reconnect},
      {ErrorClass::restart, Code::upstream_retry},       {ErrorClass::reconnect, Code::upstream_reconnect},
      {ErrorClass::permanent, Code::upstream_permanent},
  };
  for (const auto& [kind, outside] : cases) {
    const CallFailure failure({.kind = kind, .wait = seconds(7), .sentence = "It is so."});
    EXPECT_EQ(failure.kind(), kind);
    EXPECT_EQ(failure.code(), outside);
    EXPECT_EQ(failure.detail(), "It is so.");
    EXPECT_EQ(failure.retry_after().has_value(), kind == ErrorClass::slow_down) << "only a limit has a wait";
  }
  EXPECT_EQ(CallFailure({.kind = ErrorClass::slow_down, .wait = seconds(7)}).retry_after(), seconds(7));
}

TEST(SpokenWait, IsRoundedUp) {
  EXPECT_EQ(spoken(milliseconds(1200)), "2 s");
  EXPECT_EQ(spoken(seconds(119)), "119 s");
  EXPECT_EQ(spoken(seconds(121)), "3 min");
  EXPECT_EQ(spoken(seconds(300)), "5 min");
  EXPECT_EQ(spoken(seconds(40'591)), "12 h");
}

TEST(WithoutSecrets, LeavesNothingOfThem) {
  EXPECT_EQ(without_secrets("token abc, again abc and xyz", {"abc", "", "xyz"}), "token …, again … and …");
  EXPECT_EQ(without_secrets("nothing", {"abc"}), "nothing");
}

}  // namespace
}  // namespace omnify::platforms
