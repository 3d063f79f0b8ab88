#include "database/database.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>

#include "async/gate.h"
#include "async/signal.h"
#include "base/error.h"
#include "database/migrations.h"
#include "support/postgres.h"

namespace omnify::database {
namespace {

using namespace std::chrono_literals;

constexpr Query kNow{"test.now", "SELECT 1::bigint"};
constexpr Query kSleep{"test.sleep", "SELECT 1::bigint FROM (SELECT pg_sleep($1)) AS s"};
constexpr Query kSession{"test.session", "SELECT pg_backend_pid()::bigint"};
constexpr Query kInsertUser{"test.insert_user",
                            "INSERT INTO control.users (id, email, password_hash) VALUES ($1, $2::text, 'x')"};
constexpr Query kCountUsers{"test.count_users", "SELECT count(*) FROM control.users"};

class DatabaseTest : public testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return support::run(io, std::move(task));
  }
  std::int64_t users(Database& database) { return run(database.run_control(kCountUsers)).get<std::int64_t>(0, 0); }

  static Code code_of(const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& error) {
      return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return Code::internal;
  }

  support::TestDatabase test_database;
  boost::asio::io_context io;
};

TEST_F(DatabaseTest, ConnectionsAreUsedAgain) {
  Database database(io.get_executor(), test_database.pool_options());
  const auto first = run(database.run_control(kSession)).get<std::int64_t>(0, 0);
  const auto second = run(database.run_control(kSession)).get<std::int64_t>(0, 0);
  EXPECT_EQ(first, second);
  EXPECT_EQ(database.usage().open, 1u);
  EXPECT_EQ(database.usage().idle, 1u);
  run(database.close());
  EXPECT_EQ(database.usage().open, 0u);
  EXPECT_EQ(code_of([&] { run(database.run_control(kNow)); }), Code::unavailable);
}

Task<> note_order(Database& database, int number, std::vector<int>& order) {
  co_await database.run_control(kSleep, Params(0.02));
  order.push_back(number);
}

TEST_F(DatabaseTest, WaitersAreServedInOrderAndTheLimitHolds) {
  Database database(io.get_executor(), test_database.pool_options(1));
  Gate gate(io.get_executor());
  std::vector<int> order;
  for (int i = 0; i < 5; ++i) gate.spawn("test", note_order(database, i, order));
  std::size_t most = 0;
  support::run_until(io, [&] {
    most = std::max(most, database.usage().open);
    return order.size() == 5;
  });
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_EQ(most, 1u);
}

Task<Code> failing(Task<Result> task) {
  try {
    co_await std::move(task);
  } catch (const Error& error) {
    co_return error.code();
  }
  co_return Code::internal;
}

TEST_F(DatabaseTest, WaitingEndsAtTheLimit) {
  auto options = test_database.pool_options(1);
  options.wait_limit = 50ms;
  Database database(io.get_executor(), options);
  // The first connection may take longer than that to open.
  for (int tries = 0; tries < 100 && run(failing(database.run_control(kNow))) != Code::internal; ++tries) {
  }
  auto lent = std::make_unique<Transaction>(run(database.begin_control()));
  EXPECT_EQ(run(failing(database.run_control(kNow))), Code::unavailable);
  run(lent->commit());
  lent.reset();
  EXPECT_EQ(run(database.run_control(kNow)).rows(), 1);
}

TEST_F(DatabaseTest, AServerThatDoesNotAnswerIsUnavailable) {
  // Accepts connections (the system does, for a listening socket) and says nothing.
  boost::asio::ip::tcp::acceptor silent(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
  PoolOptions options;
  options.url =
      fmt::format("host=127.0.0.1 port={} user=nobody dbname=nothing sslmode=disable", silent.local_endpoint().port());
  options.wait_limit = 200ms;
  Database database(io.get_executor(), options);
  EXPECT_EQ(run(failing(database.run_control(kNow))), Code::unavailable);
}

TEST_F(DatabaseTest, SlowQueryIsCutOffAndItsConnectionReplaced) {
  auto options = test_database.pool_options(1);
  options.query_limit = 100ms;
  Database database(io.get_executor(), options);
  EXPECT_EQ(code_of([&] { run(database.run_control(kSleep, Params(20.0))); }), Code::deadline_exceeded);
  EXPECT_EQ(run(database.run_control(kNow)).rows(), 1);
}

TEST_F(DatabaseTest, FailedRunChangesNothingAndKeepsItsConnection) {
  Database database(io.get_executor(), test_database.pool_options(1));
  const auto session = run(database.run_control(kSession)).get<std::int64_t>(0, 0);
  const auto id = Uuid::random();
  std::vector<Execution> twice;
  twice.push_back({kInsertUser, Params(id, "a@example.com")});
  twice.push_back({kInsertUser, Params(id, "b@example.com")});
  EXPECT_EQ(code_of([&] { run(database.run_control(std::move(twice))); }), Code::conflict);
  EXPECT_EQ(users(database), 0);
  EXPECT_EQ(run(database.run_control(kSession)).get<std::int64_t>(0, 0), session);
  run(database.run_control(kInsertUser, Params(id, "a@example.com")));
  EXPECT_EQ(users(database), 1);
}

Task<> insert_and(Database& database, bool commit) {
  auto transaction = co_await database.begin_control();
  co_await transaction.execute(kInsertUser, Params(Uuid::random(), commit ? "yes@example.com" : "no@example.com"));
  if (commit) co_await transaction.commit();
}

TEST_F(DatabaseTest, TransactionsCommitOrVanish) {
  Database database(io.get_executor(), test_database.pool_options(1));
  run(insert_and(database, false));
  EXPECT_EQ(users(database), 0);
  run(insert_and(database, true));
  EXPECT_EQ(users(database), 1);
}

Task<> fail_in_transaction(Database& database) {
  auto transaction = co_await database.begin_control();
  const auto id = Uuid::random();
  co_await transaction.execute(kInsertUser, Params(id, "x@example.com"));
  EXPECT_EQ(co_await failing(transaction.execute(kInsertUser, Params(id, "y@example.com"))), Code::conflict);
  EXPECT_EQ(co_await failing(transaction.execute(kNow)), Code::internal);
  bool refused = false;
  try {
    co_await transaction.commit();
  } catch (const Error&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
}

TEST_F(DatabaseTest, FailedTransactionIsOver) {
  Database database(io.get_executor(), test_database.pool_options(1));
  const auto session = run(database.run_control(kSession)).get<std::int64_t>(0, 0);
  run(fail_in_transaction(database));
  EXPECT_EQ(users(database), 0);
  EXPECT_EQ(run(database.run_control(kSession)).get<std::int64_t>(0, 0), session);
}

TEST_F(DatabaseTest, KilledSessionsAreReplaced) {
  Database database(io.get_executor(), test_database.pool_options(2));
  run(database.run_control(kNow));
  test_database.execute_as_admin(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
      "pg_backend_pid()");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(database.run_control(kNow)).rows(), 1);
}

TEST_F(DatabaseTest, UnreachableServerIsUnavailable) {
  PoolOptions options;
  options.url = "host=/nonexistent dbname=x user=y";
  options.wait_limit = 100ms;
  Database database(io.get_executor(), options);
  EXPECT_EQ(code_of([&] { run(database.run_control(kNow)); }), Code::unavailable);
  EXPECT_EQ(database.usage().open, 0u);
}

TEST_F(DatabaseTest, CancelledWorkLeavesThePoolUsable) {
  Database database(io.get_executor(), test_database.pool_options(1));
  run(database.run_control(kNow));
  Gate gate(io.get_executor());
  std::vector<int> order;
  gate.spawn("test", [](Database& db) -> Task<> { co_await db.run_control(kSleep, Params(20.0)); }(database));
  gate.spawn("test", [](Database& db) -> Task<> { co_await db.run_control(kNow); }(database));
  support::run_until(io, [&] { return database.usage().waiting == 1; });
  run(gate.close(0s));
  EXPECT_EQ(run(database.run_control(kNow)).rows(), 1);
  EXPECT_EQ(database.usage().waiting, 0u);
}

TEST_F(DatabaseTest, SchemaVersionAndRole) {
  Database database(io.get_executor(), test_database.pool_options());
  EXPECT_EQ(run(schema_version(database)), binary_schema_version());
  run(check_runtime_role(database));
  PoolOptions admin;
  admin.url = test_database.admin_url();
  Database as_admin(io.get_executor(), admin);
  EXPECT_EQ(code_of([&] { run(check_runtime_role(as_admin)); }), Code::permission_denied);
}

}  // namespace
}  // namespace omnify::database
