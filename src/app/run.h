// The program's event loop: commands that end by themselves, and servers that end by a signal.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>

#include "async/task.h"

namespace omnify::app {

/// Runs one task to its end and returns or throws what it does. The loop stops then, although it may still wait for
/// signals.
template <class T>
T run_to_end(boost::asio::io_context& loop, Task<T> task) {
  std::exception_ptr failure;
  bool ended = false;
  const auto end = [&](std::exception_ptr error) {
    failure = error;
    ended = true;
    loop.stop();
  };
  // Once is not enough: whoever lets go of the loop's last work stops it, and a thread that did something for an
  // earlier task may come to that a moment later.
  const auto run = [&] {
    while (!ended) {
      loop.restart();
      loop.run();
    }
    if (failure) std::rethrow_exception(failure);
  };
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(loop, std::move(task), end);
    run();
  } else {
    std::optional<T> result;
    boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error, T value) {
      if (!error) result.emplace(std::move(value));
      end(error);
    });
    run();
    return std::move(*result);
  }
}

/// SIGINT and SIGTERM: the first one is waited for, a second one ends the process at once.
class StopSignal {
 public:
  explicit StopSignal(boost::asio::io_context& loop);
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Returns when the first signal has come.
  Task<> wait();
  [[nodiscard]] bool received() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace omnify::app
