#include "async/signal.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/error.h"

namespace omnify {
namespace {

[[noreturn]] void throw_cancelled() { throw Error(Code::cancelled, "The operation was cancelled."); }

}  // namespace

Task<> sleep_for(std::chrono::steady_clock::duration duration) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, duration);
  boost::system::error_code failure;
  co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, failure));
  if (failure) throw_cancelled();
}

Task<bool> Signal::wait(std::chrono::steady_clock::duration limit) {
  Waiter waiter{boost::asio::steady_timer(co_await boost::asio::this_coro::executor, limit)};
  const auto place = waiters_.insert(waiters_.end(), &waiter);
  // The coroutine can be destroyed while it waits; the list must not keep its frame's address.
  struct Leave {
    std::list<Waiter*>& list;
    std::list<Waiter*>::iterator place;
    ~Leave() { list.erase(place); }
  } leave{waiters_, place};
  boost::system::error_code failure;
  co_await waiter.timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, failure));
  if (waiter.rung) co_return true;
  if (failure) throw_cancelled();
  co_return false;
}

void Signal::ring_one() {
  for (auto* waiter : waiters_) {
    if (waiter->rung) continue;
    waiter->rung = true;
    waiter->timer.cancel();
    return;
  }
}

void Signal::ring_all() {
  for (auto* waiter : waiters_) {
    waiter->rung = true;
    waiter->timer.cancel();
  }
}

}  // namespace omnify
