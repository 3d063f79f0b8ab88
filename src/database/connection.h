// One connection to PostgreSQL on libpq's non-blocking API in pipeline mode.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "async/task.h"
#include "database/query.h"

struct pg_conn;

namespace omnify::database {

/// One execution: a query with its parameters.
struct Execution {
  Query query;
  Params params;
};

/// Not thread-safe and for one coroutine at a time. Any failure of the wire leaves it broken(): throw it away.
/// Errors: Error{unavailable} when the server cannot be reached or went away, Error{deadline_exceeded} when it does not
/// answer in time (the connection is then broken), Error{conflict} for a unique violation or a serialization failure,
/// Error{internal} for everything else that PostgreSQL refuses: a bug of ours.
class Connection {
 public:
  /// `url` is a libpq connection string or URI, `limit` bounds the whole handshake.
  static Task<std::unique_ptr<Connection>> open(std::string url, std::chrono::milliseconds limit);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Sends all in one round trip and returns one Result each. They form one implicit transaction unless they say BEGIN
  /// and COMMIT themselves. After the first failure the server skips the rest; that first failure is thrown.
  Task<std::vector<Result>> execute(std::vector<Execution> executions, std::chrono::milliseconds limit);

  /// One statement without parameters and without preparing it: SET LOCAL, DDL, several statements in one text.
  Task<> run_script(std::string sql, std::chrono::milliseconds limit);

  /// The server closed the socket, or a failure left it in an unknown state.
  [[nodiscard]] bool broken() const noexcept;
  /// No transaction is open: the only state in which it may go back to a pool.
  [[nodiscard]] bool idle() const noexcept;
  [[nodiscard]] int server_version() const noexcept;

 private:
  Connection(boost::asio::any_io_executor executor, pg_conn* connection);
  Task<> finish_handshake();
  void send(const Execution& execution);
  Task<> flush();
  Task<> wait_readable();
  Task<pg_result*> next_result();
  Task<std::vector<Result>> collect(std::vector<std::string_view> names);
  /// Runs `work`; when `limit` passes first, the socket is closed under it.
  template <class T>
  Task<T> bounded(std::chrono::milliseconds limit, Task<T> work);

  struct Close {
    void operator()(pg_conn* connection) const noexcept;
  };
  std::unique_ptr<pg_conn, Close> connection_;
  boost::asio::posix::stream_descriptor socket_;
  std::unordered_map<std::string_view, std::string> prepared_;  // query name → name of the prepared statement
  bool broken_ = false;
};

}  // namespace omnify::database
