// Threads for what would block the I/O thread: password hashing, model fits, compression of large bodies.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>

#include "async/task.h"
#include "base/error.h"

namespace omnify {

class CpuPool {
 public:
  /// At most `queue_limit` calls wait or run; more are refused with Error{unavailable}.
  explicit CpuPool(std::size_t threads = 2, std::size_t queue_limit = 64) : pool_(threads), queue_limit_(queue_limit) {}
  ~CpuPool() { pool_.join(); }

  /// Runs `work` on a pool thread and resumes the caller on its own executor with the result. `work` owns its inputs. A
  /// caller that is cancelled meanwhile learns of it at its next wait: what runs on a pool thread cannot be
  /// interrupted, and a cancellation that reached its coroutine there would end the process.
  template <class Work>
  Task<std::invoke_result_t<Work&>> run(Work work) {
    if (queued_ >= queue_limit_) throw Error(Code::unavailable, "The server is busy. Try again in a moment.");
    ++queued_;
    struct Leave {
      std::size_t& queued;
      ~Leave() { --queued; }
    } leave{queued_};
    co_return co_await boost::asio::co_spawn(
        pool_, call(std::move(work)),
        boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot(), boost::asio::use_awaitable));
  }

 private:
  template <class Work>
  static Task<std::invoke_result_t<Work&>> call(Work work) {
    co_return work();
  }

  boost::asio::thread_pool pool_;
  std::size_t queue_limit_;
  std::size_t queued_ = 0;  // touched on the I/O thread only
};

}  // namespace omnify
