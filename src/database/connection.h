// One connection to PostgreSQL on libpq's non-blocking API in pipeline mode.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <memory>
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

/// Statements of ours around the executions of one round trip: BEGIN, SET LOCAL, COMMIT. They are sent unprepared and
/// return no Result.
struct Envelope {
  std::vector<std::string> before;
  std::vector<std::string> after;
};

/// Not thread-safe and for one coroutine at a time. Any failure of the wire leaves it broken(): throw it away.
/// Errors: Error{unavailable} when the server cannot be reached or went away, Error{deadline_exceeded} when it does not
/// answer in time (the connection is then broken), Error{conflict} for a unique or foreign key violation, a lock that
/// was not to be had or a serialization failure, Error{permission_denied} for what a policy or a missing grant refuses,
/// Error{cancelled}, Error{internal} for everything else that PostgreSQL refuses: a bug of ours.
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

  /// The same inside of `envelope`. Both are referred to until the task has ended.
  Task<std::vector<Result>> execute(const Envelope& envelope, const std::vector<Execution>& executions,
                                    std::chrono::milliseconds limit);

  /// One statement without parameters and without preparing it: SET LOCAL, DDL, several statements in one text.
  /// Errors and logs carry `name`, a literal.
  Task<> run_script(std::string sql, std::chrono::milliseconds limit, std::string_view name = "script");

  /// Waits for notifications of the channels that were LISTENed to; returns their payloads, none when `limit` passed.
  Task<std::vector<std::string>> notifications(std::chrono::milliseconds limit);

  /// True after a failure in which the server said, before it executed the last statement of the round trip, that it
  /// ends this session or that what was prepared no longer fits: nothing of a transaction whose COMMIT was that last
  /// statement remains, so that it may be repeated on another connection.
  [[nodiscard]] bool ended_before_commit() const noexcept { return ended_before_commit_; }

  /// The server closed the socket, or a failure left it in an unknown state.
  [[nodiscard]] bool broken() const noexcept;
  /// No transaction is open: the only state in which it may go back to a pool.
  [[nodiscard]] bool idle() const noexcept;
  [[nodiscard]] int server_version() const noexcept;

 private:
  Connection(const boost::asio::any_io_executor& executor, pg_conn* connection);
  Task<> finish_handshake();
  struct Sent {
    std::string_view query;
    enum class Kind { prepare, execute, envelope } kind;
  };
  void send_plain(const std::string& sql, std::vector<Sent>& sent);
  void send(const Execution& execution, std::vector<Sent>& sent);
  Task<> flush();
  Task<> wait_readable();
  Task<pg_result*> next_result();
  Task<std::vector<Result>> collect(std::vector<Sent> sent);
  /// Runs `work`; when `limit` passes first, the socket is closed under it.
  template <class T>
  Task<T> bounded(std::chrono::milliseconds limit, Task<T> work);

  struct Close {
    void operator()(pg_conn* connection) const noexcept;
  };
  std::unique_ptr<pg_conn, Close> connection_;
  boost::asio::posix::stream_descriptor socket_;
  struct Prepared {
    std::vector<unsigned> types;
    bool confirmed = false;  // the server answered
  };
  std::unordered_map<std::string_view, Prepared> prepared_;  // by name of the query, which is also the statement's
  bool broken_ = false;
  bool ended_before_commit_ = false;
};

}  // namespace omnify::database
