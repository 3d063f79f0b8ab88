// One HTTP/1.1 connection: bytes to request heads and body pieces, and back. The only code that knows Beast.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/task.h"
#include "http/message.h"

namespace omnify::http {

struct TransportLimits {
  std::size_t header;
  std::size_t target;
  std::chrono::seconds read;
  std::chrono::seconds idle;
  std::chrono::seconds write;
};

/// What the client sent cannot be served: answered with this problem, then the connection closes.
struct Refusal {
  int status;
  std::string_view type;
  std::string_view title;
  std::string_view detail;
};

struct RequestHead {
  std::string method;
  std::string target;  ///< as received
  Headers headers;
  bool keep_alive = true;
};

/// For one coroutine at a time, on the I/O thread. What the peer's disappearance or cancel() interrupts throws
/// Error{cancelled}.
class Transport : public std::enable_shared_from_this<Transport> {
 public:
  Transport(boost::asio::ip::tcp::socket socket, TransportLimits limits);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// Starts the clock that enforces the limits; once, before anything else.
  void start();

  /// The next request; nothing when the peer closed, or stayed idle for too long. Throws Refusal.
  Task<std::optional<RequestHead>> read_head();
  /// At most 64 KiB of the body, empty at its end. Throws Refusal; Error{too_large} once the body exceeds `limit`.
  Task<std::string> read_piece(std::size_t limit);
  [[nodiscard]] bool body_finished() const noexcept;
  /// Content-Length; nothing for a chunked body or none.
  [[nodiscard]] std::optional<std::uint64_t> announced() const noexcept;
  /// Every piece of a streaming body has the read limit of its own.
  void limit_each_piece() noexcept;

  Task<> write(std::string head, std::string body);
  /// No more from us; waits a moment for the peer to read it and close, so that a reset does not destroy our answer.
  Task<> linger();

  /// Calls `gone` when the peer closes while we only write (event streams).
  void watch_peer(std::function<void()> gone);
  /// Interrupts what is under way and everything later.
  void cancel() noexcept;
  /// Between two requests: nobody loses anything when it closes.
  [[nodiscard]] bool idle() const noexcept;
  [[nodiscard]] std::string peer_address() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace omnify::http
