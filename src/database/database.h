// The only way to the data: transactions scoped to one organization, and those of the control plane.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "async/task.h"
#include "base/uuid.h"
#include "database/connection.h"

namespace omnify::database {

class Pool;

struct PoolOptions {
  std::string url;  ///< libpq connection string or URI of the runtime role
  std::size_t size = 8;
  std::chrono::milliseconds wait_limit{5000};     ///< for a free connection; then Error{unavailable}
  std::chrono::milliseconds connect_limit{5000};  ///< for one handshake
  std::chrono::milliseconds query_limit{15000};   ///< for one round trip
};

/// The statement that scopes a transaction: SET LOCAL with an id that we printed ourselves (set_config would not reach
/// the shards of Citus, a parameter is not allowed in SET).
[[nodiscard]] std::string set_organization(OrganizationId organization);

/// An open transaction over several round trips. Destroyed without commit() it is rolled back: its connection never
/// returns to the pool in the middle of a transaction. After a failed execute() it is rolled back already, and whatever
/// is asked of it then throws Error{internal}.
class Transaction {
 public:
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) noexcept;
  ~Transaction();

  Task<Result> execute(Query query, Params params = Params());
  /// Several statements in one round trip.
  Task<std::vector<Result>> execute(std::vector<Execution> executions);
  /// Throws Error{unavailable} when the answer got lost: then it is unknown whether it was committed.
  Task<> commit();

 private:
  friend class Database;
  struct State;
  explicit Transaction(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Used on the I/O thread only. Errors: those of Connection, and Error{unavailable} when no connection was free or
/// could be opened within wait_limit. While the server restarts, callers wait for it up to wait_limit. A run() is
/// repeated once, on another connection, when the server said that it ended before the transaction was committed; a
/// transaction whose COMMIT went unanswered is never repeated and throws Error{unavailable}.
class Database {
 public:
  Database(boost::asio::any_io_executor executor, PoolOptions options);
  ~Database();

  /// `BEGIN; SET LOCAL app.organization_id = …; executions; COMMIT` in one round trip.
  Task<std::vector<Result>> run(OrganizationId organization, std::vector<Execution> executions);
  Task<Result> run(OrganizationId organization, Query query, Params params = Params());
  Task<Transaction> begin(OrganizationId organization);

  /// Control-plane tables (schema `control`): no organization is set, so tenant tables show and accept no rows.
  Task<std::vector<Result>> run_control(std::vector<Execution> executions);
  Task<Result> run_control(Query query, Params params = Params());
  Task<Transaction> begin_control();

  /// Waits for leases to come back, then closes all connections.
  Task<> close();

  struct Usage {
    std::size_t open = 0;
    std::size_t idle = 0;
    std::size_t waiting = 0;
  };
  [[nodiscard]] Usage usage() const noexcept;

 private:
  std::shared_ptr<Pool> pool_;  // leases that outlive us keep it alive
};

}  // namespace omnify::database
