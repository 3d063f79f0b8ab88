#include "async/gate.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>

#include "base/error.h"
#include "base/log.h"

namespace omnify {
namespace {

void report(std::string_view name, const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    if (error.code() != Code::cancelled) log_error("task.failed", {{"task", name}, {"error", error.detail()}});
  } catch (const boost::system::system_error& error) {
    if (error.code() != boost::asio::error::operation_aborted) {
      log_error("task.failed", {{"task", name}, {"error", error.what()}});
    }
  } catch (const std::exception& error) {
    log_error("task.failed", {{"task", name}, {"error", error.what()}});
  }
}

}  // namespace

void Gate::spawn(std::string_view name, Task<> task) {
  if (closed_) return;
  const auto place = running_.emplace(running_.end());
  boost::asio::co_spawn(
      executor_, std::move(task),
      boost::asio::bind_cancellation_slot(place->slot(), [this, place, name](std::exception_ptr failure) {
        report(name, failure);
        running_.erase(place);
        ended_.ring_all();
      }));
}

Task<> Gate::close(std::chrono::steady_clock::duration grace) {
  closed_ = true;
  const auto until = std::chrono::steady_clock::now() + grace;
  while (!running_.empty() && std::chrono::steady_clock::now() < until) {
    co_await ended_.wait(until - std::chrono::steady_clock::now());
  }
  while (!running_.empty()) {
    // A task may be between two waits, where a signal has nobody to reach: repeat until it has ended.
    std::list<boost::asio::cancellation_signal*> signals;
    for (auto& signal : running_) signals.push_back(&signal);
    for (auto* signal : signals) {
      boost::asio::post(executor_, [this, signal] {
        for (auto& live : running_) {
          if (&live == signal) return live.emit(boost::asio::cancellation_type::terminal);
        }
      });
    }
    co_await ended_.wait(std::chrono::milliseconds(100));
  }
}

}  // namespace omnify
