// A wake-up call between coroutines of one I/O thread: waiters sleep until it rings or their time is up.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>

#include "async/task.h"

namespace omnify {

/// Sleeps on the coroutine's own executor; throws Error{cancelled} when the coroutine is cancelled meanwhile.
Task<> sleep_for(std::chrono::steady_clock::duration duration);

/// Not thread-safe: all members are called on the I/O thread. There is no memory: a ring with nobody waiting is lost,
/// so the waiter checks its condition before it waits.
class Signal {
 public:
  /// True when rung, false when `limit` passed first. Throws Error{cancelled} when the coroutine is cancelled.
  Task<bool> wait(std::chrono::steady_clock::duration limit);
  void ring_one();
  void ring_all();
  [[nodiscard]] std::size_t waiting() const noexcept { return waiters_.size(); }

 private:
  struct Waiter {
    boost::asio::steady_timer timer;
    bool rung = false;
  };
  std::list<Waiter*> waiters_;
};

}  // namespace omnify
