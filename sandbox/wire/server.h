// A small HTTP/1.1 server of the sandbox's own: unlike the product's it can break off a reply, or the connection, on
// demand.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "async/task.h"
#include "wire/message.h"

namespace omnify::sandbox::wire {

/// Called on the I/O thread; must not block. Exceptions become a plain 500.
using Handler = std::function<Reply(const Request&)>;

class Server {
 public:
  Server(boost::asio::any_io_executor executor, Handler handler, std::string address, std::uint16_t port);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds (port 0: the system chooses) and starts to accept. Throws Error{unavailable} when the address is taken.
  void listen();
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// Stops accepting, lets replies in flight end for a moment, then closes all connections.
  Task<> stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace omnify::sandbox::wire
