#include "sync/planner.h"

#include <gtest/gtest.h>

namespace omnify::sync {
namespace {

using std::chrono::days;
constexpr Day kToday = std::chrono::year(2026) / 11 / 24;
constexpr PlanOptions kOptions{.first_sync_days = 90, .lookback_days = 28, .retention_days = 1120};

TEST(Planner, TheFirstSyncReadsItsDaysIncludingToday) {
  const auto range = plan_days(kToday, std::nullopt, kOptions);
  EXPECT_EQ(range.last, kToday);
  EXPECT_EQ(range.days(), 90);
}

TEST(Planner, LaterSyncsReadAgainWhatMayBeRestated) {
  EXPECT_EQ(plan_days(kToday, kToday, kOptions).days(), 28);
  EXPECT_EQ(plan_days(kToday, kToday - days(10), kOptions).days(), 38) << "a pause leaves no hole";
  EXPECT_EQ(plan_days(kToday, kToday - days(5000), kOptions).days(), 1120) << "the platform answers no further back";
  EXPECT_EQ(plan_days(kToday, kToday + days(1), kOptions).days(), 28) << "a clock or a zone that moved";
}

// Property: whatever the range, the window size and the checkpoint, the windows are what is left, once, newest first.
TEST(Planner, WindowsCoverWhatIsLeftExactlyOnce) {
  for (int length = 1; length <= 40; ++length) {
    const DayRange range{kToday - days(length - 1), kToday};
    for (const int window : {1, 3, 7, 30}) {
      for (int done = 0; done <= length; ++done) {
        const auto next = done == 0 ? std::nullopt : std::optional(kToday - days(done));
        Day expected = kToday - days(done);
        for (const auto& one : plan_windows(range, next, window)) {
          ASSERT_EQ(one.last, expected);
          ASSERT_GE(one.first, range.first);
          ASSERT_LE(one.days(), window);
          expected = one.first - days(1);
        }
        ASSERT_EQ(expected, range.first - days(1)) << length << " " << window << " " << done;
      }
    }
  }
}

TEST(PlanRereads, NeighboursAreOneWindowNewestFirst) {
  const Day day = std::chrono::year(2026) / 5 / 10;
  const auto at = [day](int offset) { return day + std::chrono::days(offset); };
  const auto windows = plan_rereads({at(0), at(7), at(1), at(2), at(6)}, 2, 4);
  const std::vector<DayRange> expected{{at(6), at(7)}, {at(1), at(2)}};
  EXPECT_EQ(windows, expected) << "the oldest of five is over the limit";
  EXPECT_TRUE(plan_rereads({}, 7, 31).empty());
}

}  // namespace
}  // namespace omnify::sync
