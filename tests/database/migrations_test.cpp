#include "database/migrations.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.h"
#include "database/connection.h"
#include "support/postgres.h"

namespace omnify::database {
namespace {

using namespace std::chrono_literals;

class MigrationsTest : public testing::Test {
 protected:
  Code refusal(MigrationOptions options = {}) {
    try {
      support::run(io, migrate(test_database.admin_url(), std::move(options)));
    } catch (const Error& error) {
      detail = error.detail();
      return error.code();
    }
    return Code::not_found;
  }

  support::TestDatabase test_database;
  boost::asio::io_context io;
  std::string detail;
};

constexpr Query kAppliedAt{"test.applied_at", "SELECT min(applied_at) FROM control.migrations"};
constexpr Query kOtherRole{"test.other_role",
                           "SELECT has_table_privilege('test_other_app', 'public.campaigns', 'INSERT'), "
                           "has_table_privilege('test_other_app', 'control.migrations', 'INSERT')"};

TEST_F(MigrationsTest, RunningThemAgainChangesNothing) {
  Database database(io.get_executor(), test_database.pool_options());
  const auto before = support::run(io, database.run_control(kAppliedAt)).get<Instant>(0, 0);
  support::run(io, migrate(test_database.admin_url()));
  EXPECT_EQ(support::run(io, database.run_control(kAppliedAt)).get<Instant>(0, 0), before);
  EXPECT_EQ(support::run(io, schema_version(database)), binary_schema_version());
}

TEST_F(MigrationsTest, NewerDatabaseIsRefused) {
  test_database.execute_as_admin(
      "INSERT INTO control.migrations (version, name, checksum) VALUES (9999, 'later', 'x')");
  EXPECT_EQ(refusal(), Code::conflict);
  EXPECT_NE(detail.find("9999"), std::string::npos) << detail;
  Database database(io.get_executor(), test_database.pool_options());
  EXPECT_EQ(support::run(io, schema_version(database)), 9999);
}

TEST_F(MigrationsTest, ChangedMigrationIsRefused) {
  test_database.execute_as_admin("UPDATE control.migrations SET checksum = 'other' WHERE version = 1");
  EXPECT_EQ(refusal(), Code::conflict);
  EXPECT_NE(detail.find("0001_foundation"), std::string::npos) << detail;
}

TEST_F(MigrationsTest, EmptyDatabaseIsAtVersionZero) {
  test_database.execute_as_admin("DROP SCHEMA control CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public;");
  Database database(io.get_executor(), test_database.pool_options());
  EXPECT_EQ(support::run(io, schema_version(database)), 0);
  support::run(io, migrate(test_database.admin_url()));
  EXPECT_EQ(support::run(io, schema_version(database)), binary_schema_version());
}

TEST_F(MigrationsTest, OneAfterTheOther) {
  test_database.execute_as_admin("DROP SCHEMA control CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public;");
  int done = 0;
  for (int i = 0; i < 3; ++i) {
    boost::asio::co_spawn(io, migrate(test_database.admin_url()), [&done](std::exception_ptr failure) {
      EXPECT_FALSE(failure);
      ++done;
    });
  }
  support::run_until(io, [&] { return done == 3; });
}

TEST_F(MigrationsTest, LockedTableIsTriedAgainAndThenGivenUp) {
  auto holder = support::run(io, Connection::open(test_database.admin_url(), 5s));
  support::run(io, holder->run_script("ALTER TABLE campaigns NO FORCE ROW LEVEL SECURITY", 5s));
  support::run(io, holder->run_script("BEGIN; LOCK TABLE campaigns IN ACCESS SHARE MODE", 5s));
  MigrationOptions options;
  options.lock_timeout = 50ms;
  options.lock_tries = 2;
  EXPECT_EQ(refusal(options), Code::conflict);
  support::run(io, holder->run_script("COMMIT", 5s));
  EXPECT_EQ(refusal(options), Code::not_found);
}

TEST_F(MigrationsTest, OtherRuntimeRoleGetsItsGrants) {
  MigrationOptions options;
  options.runtime = "test_other_app";
  support::run(io, migrate(test_database.admin_url(), options));
  Database database(io.get_executor(), test_database.pool_options());
  const auto row = support::run(io, database.run_control(kOtherRole));
  EXPECT_TRUE(row.get<bool>(0, 0));
  EXPECT_FALSE(row.get<bool>(0, 1));
}

TEST_F(MigrationsTest, ARoleThatMayBecomeAStrongerOneIsRefused) {
  // Roles belong to the whole server, which other tests share.
  const auto role = "test_indirect_" + std::to_string(::getpid());
  test_database.execute_as_admin(
      fmt::format("CREATE ROLE {0}_strong BYPASSRLS; CREATE ROLE {0} LOGIN; "
                  "GRANT omnify_app TO {0}; GRANT {0}_strong TO {0}",
                  role));
  auto options = test_database.pool_options();
  options.url = fmt::format("{} options='-c role={}'", test_database.admin_url(), role);
  Database database(io.get_executor(), options);
  try {
    support::run(io, check_runtime_role(database));
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(error.detail().find("bypasses"), std::string::npos) << error.detail();
  }
  support::run(io, database.close());
  test_database.execute_as_admin(fmt::format("DROP ROLE {0}; DROP ROLE {0}_strong", role));
}

TEST_F(MigrationsTest, RoleNamesAreChecked) {
  MigrationOptions options;
  options.owner = "x\"; DROP";
  EXPECT_EQ(refusal(options), Code::invalid_request);
}

TEST_F(MigrationsTest, AdminWithoutSuperuserIsEnough) {
  // As on managed servers: CREATEROLE, owner of the database, no BYPASSRLS to give.
  const auto name = test_database.name() + "_managed";
  test_database.execute_as_admin(
      "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'test_managed') THEN CREATE ROLE test_managed "
      "LOGIN CREATEROLE; END IF; END $$");
  test_database.execute_as_admin("CREATE DATABASE " + name + " OWNER test_managed");
  const auto url = support::shared_admin_url(name) + " options='-c role=test_managed'";
  MigrationOptions options;
  options.owner = "test_managed_owner";
  options.admin = "test_managed_admin";
  options.runtime = "test_managed_app";
  support::run(io, migrate(url, options));
  PoolOptions pool;
  pool.url = support::shared_admin_url(name) + " options='-c role=test_managed_app'";
  {
    Database database(io.get_executor(), pool);
    EXPECT_EQ(support::run(io, schema_version(database)), binary_schema_version());
    support::run(io, check_runtime_role(database));
  }
  test_database.execute_as_admin("DROP DATABASE " + name + " WITH (FORCE)");
}

}  // namespace
}  // namespace omnify::database
