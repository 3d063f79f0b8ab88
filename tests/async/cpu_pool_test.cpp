#include "async/cpu_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/io_context.hpp>
#include <latch>
#include <thread>

namespace omnify {
namespace {

struct Work {
  std::latch started{1};
  std::latch go{1};
  std::atomic<bool> finished = false;
};

Task<> call(CpuPool& pool, Work& work) {
  co_await pool.run([&work] {
    work.started.count_down();
    work.go.wait();
    work.finished = true;
  });
}

Task<> nothing(CpuPool& pool) {
  co_await pool.run([] {});
}

/// Runs the loop until `ended`.
void run_until(boost::asio::io_context& loop, const bool& ended) {
  while (!ended) {
    loop.restart();
    loop.run_one();
  }
}

// A cancellation that reached the coroutine on the pool's thread ended the process with an exception that nobody
// caught.
TEST(CpuPool, ACallerThatIsCancelledMeanwhileWaitsForTheWork) {
  boost::asio::io_context loop(1);
  CpuPool pool(2);
  Work work;
  bool ended = false;
  boost::asio::cancellation_signal cancel;
  boost::asio::co_spawn(loop, call(pool, work),
                        boost::asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr) { ended = true; }));
  std::jthread watcher([&] { work.started.wait(); });
  loop.poll();
  watcher.join();
  cancel.emit(boost::asio::cancellation_type::terminal);
  // Whatever was handed to the pool by now is behind us after this.
  bool other_ended = false;
  boost::asio::co_spawn(loop, nothing(pool), [&](std::exception_ptr) { other_ended = true; });
  run_until(loop, other_ended);
  EXPECT_FALSE(ended);
  work.go.count_down();
  run_until(loop, ended);
  EXPECT_TRUE(work.finished);
}

}  // namespace
}  // namespace omnify
