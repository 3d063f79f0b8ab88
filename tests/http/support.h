// A real server on a thread of its own, and a client that sends exactly the bytes it is told to.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "async/cpu_pool.h"
#include "http/server.h"

namespace omnify::http::testing {

/// An io_context that runs until the end of the test.
class IoThread {
 public:
  IoThread() : guard_(context_.get_executor()), thread_([this] { context_.run(); }) {}
  ~IoThread() {
    guard_.reset();
    context_.stop();
    thread_.join();
  }

  [[nodiscard]] boost::asio::any_io_executor executor() { return context_.get_executor(); }
  /// Runs the task there and waits for it; throws what it throws.
  template <class T>
  T run(Task<T> task) {
    return boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future).get();
  }
  /// Calls `function` there and waits for it.
  template <class Function>
  auto call(Function function) {
    std::packaged_task<std::invoke_result_t<Function>()> task(std::move(function));
    auto future = task.get_future();
    boost::asio::post(context_, std::ref(task));
    return future.get();
  }

 private:
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
};

class TestServer {
 public:
  explicit TestServer(Router router, ServerOptions options = {});
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] std::size_t connections() {
    return io_.call([this] { return server_->connections(); });
  }
  [[nodiscard]] IoThread& io() { return io_; }
  void stop(std::chrono::milliseconds grace);
  /// Starts to stop, without waiting.
  std::future<void> begin_stop(std::chrono::milliseconds grace);

 private:
  IoThread io_;
  CpuPool cpu_{1};
  std::unique_ptr<Server> server_;
  bool stopped_ = false;
};

struct RawResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

/// A blocking connection; every wait ends after ten seconds.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);

  void send(std::string_view bytes);
  /// One response by its Content-Length; status 0 when the server closed instead.
  RawResponse receive(bool has_body = true);
  RawResponse exchange(std::string_view bytes) {
    send(bytes);
    return receive();
  }
  /// Reads on until what was received holds `text`; false when the server closed first.
  bool receive_until(std::string_view text);
  [[nodiscard]] const std::string& received() const { return buffer_; }
  /// Waits for the server to close; false when it does not.
  bool closed();
  void close() { socket_.close(); }
  [[nodiscard]] boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  bool read_more();

  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_;
  std::string buffer_;
};

/// Checks `condition` until it holds, for ten seconds at most.
bool eventually(const std::function<bool()>& condition);

/// "GET <target> HTTP/1.1" with Host and the given further lines, each ending in CRLF.
std::string get(std::string_view target, std::string_view lines = "");
std::string post(std::string_view target, std::string_view body, std::string_view lines = "");

}  // namespace omnify::http::testing
