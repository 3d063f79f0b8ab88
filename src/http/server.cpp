#include "http/server.h"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "async/gate.h"
#include "base/log.h"
#include "http/session.h"

namespace omnify::http {
namespace {

using boost::asio::ip::tcp;

/// Connections above the limit that get a polite 503 at the same time; more are just closed.
constexpr std::size_t kMostTurnedAway = 64;
constexpr std::chrono::milliseconds kPauseWithoutDescriptors{100};

}  // namespace

struct Server::State {
  State(boost::asio::any_io_executor io, Router router, ServerOptions options)
      : executor(io),
        core(std::make_shared<Core>(std::move(router), std::move(options))),
        acceptor(io),
        accepting(io),
        sessions(io),
        refusals(io) {}

  static Task<> accept(std::shared_ptr<State> state);
  void admit(tcp::socket socket);

  boost::asio::any_io_executor executor;
  std::shared_ptr<Core> core;
  tcp::acceptor acceptor;
  Gate accepting;
  Gate sessions;
  Gate refusals;
  std::uint16_t port = 0;
};

Task<> Server::State::accept(std::shared_ptr<State> state) {
  while (state->acceptor.is_open()) {
    boost::system::error_code failure;
    tcp::socket socket(state->executor);
    co_await state->acceptor.async_accept(socket, boost::asio::redirect_error(boost::asio::use_awaitable, failure));
    if (!state->acceptor.is_open() || failure == boost::asio::error::operation_aborted) co_return;
    if (!failure) {
      state->admit(std::move(socket));
      continue;
    }
    // No descriptor left, or the peer gave up already. Those who wait stay in the queue of the kernel.
    log_warning("http.accept_failed", {{"error", failure.message()}});
    co_await sleep_for(kPauseWithoutDescriptors);
  }
}

void Server::State::admit(tcp::socket socket) {
  if (core->sessions.size() < core->options.max_connections) {
    return sessions.spawn("http.session", Session::serve(core, std::move(socket)));
  }
  log_warning("http.too_many_connections", {{"open", core->sessions.size()}});
  if (refusals.running() < kMostTurnedAway) {
    refusals.spawn("http.turn_away", Session::turn_away(core, std::move(socket)));
  }
}

Server::Server(boost::asio::any_io_executor executor, Router router, ServerOptions options)
    : state_(std::make_shared<State>(std::move(executor), std::move(router), std::move(options))) {}

Server::~Server() = default;

void Server::listen() {
  auto& acceptor = state_->acceptor;
  const auto& options = state_->core->options;
  boost::system::error_code failure;
  const auto address = boost::asio::ip::make_address(options.address, failure);
  const tcp::endpoint endpoint(address, options.port);
  if (!failure) acceptor.open(endpoint.protocol(), failure);
  if (!failure) acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) acceptor.bind(endpoint, failure);
  if (!failure) acceptor.listen(boost::asio::socket_base::max_listen_connections, failure);
  if (failure == boost::asio::error::address_in_use) {
    throw Error(Code::unavailable, fmt::format("Port {} of {} is in use by another program. Choose another port.",
                                               options.port, options.address));
  }
  if (failure) {
    throw Error(Code::unavailable,
                fmt::format("Cannot listen on {} port {}: {}.", options.address, options.port, failure.message()));
  }
  state_->port = acceptor.local_endpoint().port();
  state_->accepting.spawn("http.accept", State::accept(state_));
  log_info("http.listening", {{"address", options.address}, {"port", state_->port}});
}

std::uint16_t Server::port() const noexcept { return state_->port; }
std::size_t Server::connections() const noexcept { return state_->core->sessions.size(); }
bool Server::draining() const noexcept { return state_->core->draining; }

Task<> Server::stop(std::chrono::steady_clock::duration grace) {
  const auto state = state_;
  state->core->draining = true;
  boost::system::error_code ignored;
  state->acceptor.close(ignored);
  co_await state->accepting.close(std::chrono::seconds(0));
  const auto sessions = state->core->sessions;  // closing one may end it and change the list
  for (auto* session : sessions) {
    const auto& live = state->core->sessions;
    if (std::find(live.begin(), live.end(), session) != live.end()) session->drain();
  }
  co_await state->sessions.close(grace);
  co_await state->refusals.close(std::chrono::seconds(0));
}

}  // namespace omnify::http
