#include "app/run.h"

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <thread>

namespace omnify::app {
namespace {

Task<int> answer() { co_return 42; }

// Whoever lets go of a loop's last work stops the loop: a thread of the CPU pool does so a moment after it has handed
// over its result, which may fall into the beginning of the next task.
TEST(RunToEnd, EndsWithTheTaskWhateverOtherThreadsHold) {
  boost::asio::io_context loop(1);
  std::jthread other([&loop](std::stop_token stop) {
    while (!stop.stop_requested()) {
      const auto work = boost::asio::make_work_guard(loop);
    }
  });
  for (int i = 0; i < 20'000; ++i) ASSERT_EQ(run_to_end(loop, answer()), 42) << "after " << i;
}

}  // namespace
}  // namespace omnify::app
