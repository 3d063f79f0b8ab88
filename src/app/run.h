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

/// How a task ended.
struct Ending {
  bool reached = false;
  std::exception_ptr failure;
};

/// Until the task whose ending this is has ended; throws its failure. Running the loop once is not enough: whoever lets
/// go of its last work stops it, and a thread that did something for an earlier task may come to that a moment later.
inline void run_until(boost::asio::io_context& loop, const Ending& ending) {
  while (!ending.reached) {
    loop.restart();
    loop.run();
  }
  if (ending.failure) std::rethrow_exception(ending.failure);
}

/// Runs one task to its end and returns or throws what it does. The loop stops then, although it may still wait for
/// signals.
template <class T>
T run_to_end(boost::asio::io_context& loop, Task<T> task) {
  Ending ending;
  const auto end = [&](std::exception_ptr error) {
    ending = {true, error};
    loop.stop();
  };
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(loop, std::move(task), end);
    run_until(loop, ending);
  } else {
    std::optional<T> result;
    boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error, T value) {
      if (!error) result.emplace(std::move(value));
      end(error);
    });
    run_until(loop, ending);
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
