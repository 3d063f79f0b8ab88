// A limit on a whole task: the one way to bound work that awaits several things.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>

#include "async/task.h"
#include "base/error.h"

namespace omnify {

/// Awaits `task`; after `limit` cancels it and throws Error{deadline_exceeded}. `task` runs on the caller's executor.
template <class T>
Task<T> with_deadline(std::chrono::steady_clock::duration limit, Task<T> task) {
  struct State {
    boost::asio::cancellation_signal signal;
    bool expired = false;
  };
  auto executor = co_await boost::asio::this_coro::executor;
  auto state = std::make_shared<State>();
  boost::asio::steady_timer timer(executor, limit);
  timer.async_wait([state](boost::system::error_code failure) {
    if (failure) return;
    state->expired = true;
    state->signal.emit(boost::asio::cancellation_type::terminal);
  });
  // The parent's cancellation reaches the task through the same signal.
  auto parent = (co_await boost::asio::this_coro::cancellation_state).slot();
  if (parent.is_connected()) {
    parent.assign([state](boost::asio::cancellation_type type) { state->signal.emit(type); });
  }
  try {
    co_return co_await boost::asio::co_spawn(
        executor, std::move(task),
        boost::asio::bind_cancellation_slot(state->signal.slot(), boost::asio::use_awaitable));
  } catch (const std::exception&) {
    if (!state->expired) throw;
  }
  throw Error(Code::deadline_exceeded, "This took too long and was stopped.");
}

}  // namespace omnify
