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

/// An open transaction over several round trips. Destroyed without commit() it is rolled back: its connection never
/// returns to the pool in the middle of a transaction.
class Transaction {
 public:
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) noexcept;
  ~Transaction();

  Task<Result> execute(Query query, Params params = Params());
  /// Several statements in one round trip.
  Task<std::vector<Result>> execute(std::vector<Execution> executions);
  Task<> commit();

 private:
  friend class Database;
  struct State;
  explicit Transaction(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

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
  std::unique_ptr<Pool> pool_;
};

}  // namespace omnify::database
