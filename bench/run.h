// Runs a coroutine to its end on an io_context that nobody else uses.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "async/task.h"

namespace omnify::bench {

/// The result of `task`, or its exception. Work that stays behind in `io` (timers, idle connections) waits for the next
/// call.
template <class T>
T run(boost::asio::io_context& io, Task<T> task) {
  auto future = boost::asio::co_spawn(io, std::move(task), boost::asio::use_future);
  io.restart();
  while (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready) io.run_one();
  return future.get();
}

}  // namespace omnify::bench
