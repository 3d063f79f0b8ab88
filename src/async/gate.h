// Counts what was spawned, so that nothing outlives its owner: stop() cancels all and waits until the last one ended.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <chrono>
#include <list>
#include <string_view>

#include "async/signal.h"
#include "async/task.h"

namespace omnify {

/// Used on the I/O thread only. An exception that leaves a spawned task is logged as an error under `name`
/// (cancellation is not), never swallowed silently and never lets the process die.
class Gate {
 public:
  explicit Gate(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  /// Starts `task`; `name` must be a literal. After close() the task is destroyed unstarted.
  void spawn(std::string_view name, Task<> task);

  /// No new tasks. Waits up to `grace` for those that run, then cancels them and waits until they ended.
  Task<> close(std::chrono::steady_clock::duration grace);
  [[nodiscard]] std::size_t running() const noexcept { return running_.size(); }
  [[nodiscard]] bool closed() const noexcept { return closed_; }

 private:
  boost::asio::any_io_executor executor_;
  std::list<boost::asio::cancellation_signal> running_;
  Signal ended_;
  bool closed_ = false;
};

}  // namespace omnify
