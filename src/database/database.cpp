#include "database/database.h"

#include <fmt/format.h>

#include "base/error.h"
#include "database/pool.h"

namespace omnify::database {
namespace {

Envelope transaction(const std::optional<std::string>& setting) {
  Envelope envelope{.before = {"BEGIN"}, .after = {"COMMIT"}};
  if (setting) envelope.before.push_back(*setting);
  return envelope;
}

/// A failed transaction is still open on the server. Its connection is kept only when the rollback is certain.
Task<> roll_back(Pool::Lease& lease, std::chrono::milliseconds limit) {
  if (lease->broken() || lease->idle()) co_return;
  const Envelope rollback{.before = {"ROLLBACK"}, .after = {}};
  try {
    co_await lease->execute(rollback, {}, limit);
  } catch (const Error&) {
    co_return;  // then it comes back broken or not idle, and is closed
  }
}

/// One transaction in one round trip.
Task<std::vector<Result>> run_once(Pool::Lease& lease, const Envelope& envelope, const std::vector<Execution>& all,
                                   std::chrono::milliseconds limit) {
  std::exception_ptr failure;
  try {
    co_return co_await lease->execute(envelope, all, limit);
  } catch (const Error& error) {
    if (error.code() == Code::cancelled) throw;  // nothing can be awaited any more; the connection is closed
    failure = std::current_exception();
  }
  co_await roll_back(lease, limit);
  std::rethrow_exception(failure);
}

Task<std::vector<Result>> run_transaction(std::shared_ptr<Pool> pool, std::optional<std::string> setting,
                                          std::vector<Execution> executions) {
  const auto envelope = transaction(setting);
  const auto limit = pool->options().query_limit;
  for (bool repeated = false;; repeated = true) {
    auto lease = co_await pool->acquire();
    try {
      co_return co_await run_once(lease, envelope, executions, limit);
    } catch (const Error&) {
      if (repeated || !lease->ended_before_commit()) throw;
    }
  }
}

Task<Result> run_single(std::shared_ptr<Pool> pool, std::optional<std::string> setting, Execution execution) {
  std::vector<Execution> executions;
  executions.push_back(std::move(execution));
  auto results = co_await run_transaction(std::move(pool), std::move(setting), std::move(executions));
  co_return std::move(results.front());
}

/// Nothing was done yet, so any failure of the connection may be met with another one.
Task<Pool::Lease> begin_transaction(std::shared_ptr<Pool> pool, std::optional<std::string> setting) {
  Envelope begin{.before = {"BEGIN"}, .after = {}};
  if (setting) begin.before.push_back(*setting);
  for (bool repeated = false;; repeated = true) {
    auto lease = co_await pool->acquire();
    try {
      co_await lease->execute(begin, {}, pool->options().query_limit);
      co_return lease;
    } catch (const Error& error) {
      if (repeated || error.code() != Code::unavailable) throw;
    }
  }
}

}  // namespace

std::string set_organization(OrganizationId organization) {
  return fmt::format("SET LOCAL app.organization_id = '{}'", organization.text());
}

struct Transaction::State {
  Pool::Lease lease;
  std::chrono::milliseconds limit;
  bool open = true;

  void expect_open() const {
    if (!open) throw Error(Code::internal, "The transaction has already ended.");
  }
};

Transaction::Transaction(std::unique_ptr<State> state) : state_(std::move(state)) {}
Transaction::Transaction(Transaction&&) noexcept = default;
Transaction& Transaction::operator=(Transaction&&) noexcept = default;
// The lease closes a connection that comes back inside of a transaction, and the server rolls back.
Transaction::~Transaction() = default;

Task<Result> Transaction::execute(Query query, Params params) {
  std::vector<Execution> executions;
  executions.push_back({query, std::move(params)});
  auto results = co_await execute(std::move(executions));
  co_return std::move(results.front());
}

Task<std::vector<Result>> Transaction::execute(std::vector<Execution> executions) {
  state_->expect_open();
  state_->open = false;  // unless all goes well
  const Envelope none;
  auto results = co_await run_once(state_->lease, none, executions, state_->limit);
  state_->open = true;
  co_return results;
}

Task<> Transaction::commit() {
  state_->expect_open();
  state_->open = false;
  const Envelope commit{.before = {}, .after = {"COMMIT"}};
  co_await run_once(state_->lease, commit, {}, state_->limit);
}

Database::Database(boost::asio::any_io_executor, PoolOptions options)
    : pool_(std::make_shared<Pool>(std::move(options))) {}
Database::~Database() = default;

Task<std::vector<Result>> Database::run(OrganizationId organization, std::vector<Execution> executions) {
  return run_transaction(pool_, set_organization(organization), std::move(executions));
}

Task<Result> Database::run(OrganizationId organization, Query query, Params params) {
  return run_single(pool_, set_organization(organization), {query, std::move(params)});
}

Task<std::vector<Result>> Database::run_control(std::vector<Execution> executions) {
  return run_transaction(pool_, std::nullopt, std::move(executions));
}

Task<Result> Database::run_control(Query query, Params params) {
  return run_single(pool_, std::nullopt, {query, std::move(params)});
}

Task<Transaction> Database::begin(OrganizationId organization) {
  auto lease = co_await begin_transaction(pool_, set_organization(organization));
  const auto limit = pool_->options().query_limit;
  co_return Transaction(std::make_unique<Transaction::State>(std::move(lease), limit));
}

Task<Transaction> Database::begin_control() {
  auto lease = co_await begin_transaction(pool_, std::nullopt);
  const auto limit = pool_->options().query_limit;
  co_return Transaction(std::make_unique<Transaction::State>(std::move(lease), limit));
}

Task<> Database::close() { return pool_->close(); }

Database::Usage Database::usage() const noexcept { return pool_->usage(); }

}  // namespace omnify::database
