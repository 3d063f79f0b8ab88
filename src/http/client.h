// Outgoing HTTP: libcurl's multi interface driven by Asio, so that many requests share the I/O thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "async/task.h"
#include "http/egress.h"
#include "http/message.h"

namespace omnify::http {

struct ClientOptions {
  EgressPolicy egress = {};
  std::string user_agent = "OmniFy-Cloud-Connect";
  std::chrono::milliseconds connect_limit{5000};
  long max_connections_per_host = 16;
  std::string ca_file = {};  ///< empty: the system's certificate authorities
};

/// Gets the body piece by piece, on the I/O thread; what it throws ends the request and reaches the caller of send().
using BodySink = std::function<void(std::string_view piece)>;

struct ClientRequest {
  std::string method = "GET";
  std::string url;  ///< https; query already encoded (http/url.h)
  Headers headers = {};
  std::string body = {};
  std::chrono::milliseconds timeout{30'000};           ///< for the whole exchange
  std::size_t response_limit = std::size_t{16} << 20;  ///< decoded bytes
  BodySink sink = {};                                  ///< set: ClientResponse::body stays empty
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

/// Used on the I/O thread only. Verifies TLS always, follows no redirect, uses no proxy of the environment, keeps
/// connections open for reuse. Any status is a response; retrying is the caller's.
/// Errors: Error{upstream_retry} when the transport failed (name, connection, TLS, timeout, truncated),
/// Error{upstream_permanent} when the egress policy forbids the address, the certificate is not trusted, or the body is
/// over its limit. Cancelling the awaiting coroutine ends the request at once. No text of these holds the URL's query.
class Client {
 public:
  Client(boost::asio::any_io_executor executor, ClientOptions options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Task<ClientResponse> send(ClientRequest request);
  [[nodiscard]] std::size_t in_flight() const noexcept;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace omnify::http
