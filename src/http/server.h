// The HTTP/1.1 server: keep-alive sessions as coroutines on one thread, limits, problems at the edge, drain on stop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "async/task.h"
#include "http/route.h"

namespace omnify {
class CpuPool;
}

namespace omnify::http {

class Metrics;

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: the system chooses; Server::port() tells

  std::size_t header_limit = 16 * 1024;  ///< request line and fields with their line ends: 431 above
  std::size_t target_limit = 8 * 1024;   ///< 414 above
  std::size_t max_connections = 4096;    ///< 503 above
  std::chrono::seconds read_limit{60};   ///< to read a request (of a streaming body: each piece): 408
  std::chrono::seconds idle_limit{75};   ///< between two requests: closed silently
  std::chrono::seconds write_limit{60};  ///< for each 256 KiB of a response, and each piece of a stream

  /// Addresses of proxies whose X-Forwarded-For is believed.
  std::vector<std::string> trusted_proxies = {};
  /// Browsers reach us over TLS (through a proxy): adds Strict-Transport-Security.
  bool behind_tls = false;
  /// CSP, nosniff, Referrer-Policy, COOP, no-store on /api/. The sandbox, which is no browser's peer, may do without.
  bool security_headers = true;
  bool access_log = true;
  CpuPool* cpu = nullptr;      ///< compresses bodies above 64 KiB; without it they are compressed in place
  Metrics* metrics = nullptr;  ///< outlives the server
};

class Server {
 public:
  Server(boost::asio::any_io_executor executor, Router router, ServerOptions options);
  /// stop() must have finished, or the io_context must never run again.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and starts to accept. Throws Error{unavailable} that names the address when it is taken or not ours.
  void listen();
  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::size_t connections() const noexcept;
  [[nodiscard]] bool draining() const noexcept;

  /// Stops accepting, closes event streams and idle connections, waits up to `grace` for requests in flight (their
  /// responses say Connection: close), then cuts what is left.
  Task<> stop(std::chrono::steady_clock::duration grace);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace omnify::http
