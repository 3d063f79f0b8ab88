#include "app/run.h"

#include <signal.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>

#include "async/signal.h"

namespace omnify::app {
namespace {

constexpr int kStoppedBySignal = 130;
constexpr std::chrono::hours kLongWait{24};

}  // namespace

struct StopSignal::State {
  explicit State(boost::asio::io_context& loop) : signals(loop, SIGINT, SIGTERM) {}

  void expect() {
    signals.async_wait([this](boost::system::error_code failure, int) {
      if (failure) return;
      if (received) ::_exit(kStoppedBySignal);
      received = true;
      arrived.ring_all();
      expect();
    });
  }

  boost::asio::signal_set signals;
  Signal arrived;
  bool received = false;
};

StopSignal::StopSignal(boost::asio::io_context& loop) : state_(std::make_unique<State>(loop)) { state_->expect(); }

StopSignal::~StopSignal() = default;

Task<> StopSignal::wait() {
  while (!state_->received) co_await state_->arrived.wait(kLongWait);
}

bool StopSignal::received() const noexcept { return state_->received; }

}  // namespace omnify::app
