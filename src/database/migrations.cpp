#include "database/migrations.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "async/signal.h"
#include "base/error.h"
#include "base/log.h"
#include "database/connection.h"
#include "database/embedded.h"
#include "database/schema_scripts.h"

namespace omnify::database {
namespace {

constexpr std::chrono::seconds kConnectLimit{10};
constexpr std::chrono::milliseconds kPause{200};
constexpr std::int64_t kLockKey = 0x6f6d6e696679;  // "omnify"

constexpr Query kTakeLock{"database.migration_lock", "SELECT pg_try_advisory_lock($1)"};
constexpr Query kFindApplied{"database.applied_migrations",
                             "SELECT version, name, checksum FROM control.migrations ORDER BY version"};
constexpr Query kHasMigrations{"database.has_migrations", R"(
SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'control' AND c.relname = 'migrations'))"};
constexpr Query kSchemaVersion{"database.schema_version",
                               "SELECT COALESCE(max(version), 0)::bigint FROM control.migrations"};
constexpr Query kRuntimeRole{"database.runtime_role", R"(
SELECT EXISTS (SELECT FROM pg_roles r WHERE r.rolsuper AND pg_has_role(current_user, r.oid, 'MEMBER')),
       EXISTS (SELECT FROM pg_roles r WHERE r.rolbypassrls AND pg_has_role(current_user, r.oid, 'MEMBER')),
       EXISTS (SELECT FROM pg_class c
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                  AND pg_has_role(current_user, c.relowner, 'MEMBER')))"};

void check_names(const MigrationOptions& options) {
  for (const auto& name : {options.owner, options.admin, options.runtime}) {
    const bool plain = !name.empty() && name.size() <= 63 && std::ranges::all_of(name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!plain) {
      throw Error(Code::invalid_request, "The name of a database role has lower-case letters, digits and underscores.");
    }
  }
}

Task<Result> query(Connection& connection, Query query, Params params = Params()) {
  std::vector<Execution> executions;
  executions.push_back({query, std::move(params)});
  auto results = co_await connection.execute(std::move(executions), kConnectLimit);
  co_return std::move(results.front());
}

/// Only one process migrates a database; the others wait and then find nothing to do. The lock ends with the session.
Task<> take_lock(Connection& connection, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto result = co_await query(connection, kTakeLock, Params(kLockKey));
    if (result.get<bool>(0, 0)) co_return;
    if (std::chrono::steady_clock::now() > until) {
      throw Error(Code::unavailable, "Another process has been migrating this database for too long.");
    }
    co_await sleep_for(kPause);
  }
}

/// One transaction, tried again while a lock on a table in use is not to be had.
Task<> run_in_transaction(Connection& connection, const MigrationOptions& options, std::string_view name,
                          std::string body) {
  const auto script =
      fmt::format("BEGIN;\nSET LOCAL lock_timeout = {};\nSET LOCAL statement_timeout = {};\n{}\nCOMMIT;",
                  options.lock_timeout.count(), options.statement_timeout.count(), body);
  for (int tries = 1;; ++tries) {
    std::exception_ptr failure;
    try {
      co_await connection.run_script(script, options.statement_timeout * 10, name);
      co_return;
    } catch (const Error& error) {
      if (connection.broken() || error.code() == Code::cancelled) throw;
      failure = std::current_exception();
      if (error.code() != Code::conflict) tries = options.lock_tries;
    }
    co_await connection.run_script("ROLLBACK", kConnectLimit, name);
    if (tries >= options.lock_tries) std::rethrow_exception(failure);
    co_await sleep_for(kPause);
  }
}

Task<> prepare(Connection& connection, const MigrationOptions& options) {
  try {
    co_await run_in_transaction(connection, options, "database.prepare", preparation_script(options));
  } catch (const Error& error) {
    if (error.code() != Code::permission_denied) throw;
    throw Error(Code::permission_denied,
                fmt::format("The database user of the migration may not create the roles {} and {} or a schema in this "
                            "database. It needs CREATEROLE and to own the database.",
                            options.owner, options.runtime));
  }
}

void check_applied(const Result& applied) {
  const auto known = embedded_migrations();
  for (int row = 0; row < applied.rows(); ++row) {
    const auto version = applied.get<std::int64_t>(row, 0);
    if (version > binary_schema_version()) {
      throw Error(Code::conflict,
                  fmt::format("The database is at version {}, which is newer than this program "
                              "(version {}). Install the newer program.",
                              applied.get<std::int64_t>(applied.rows() - 1, 0), binary_schema_version()));
    }
    const auto name = applied.get<std::string>(row, 1);
    if (version != row + 1 || known[static_cast<std::size_t>(row)].checksum != applied.get<std::string>(row, 2)) {
      throw Error(Code::conflict, fmt::format("The migration {} of the database is not the one of this program: it was "
                                              "changed after it was applied.",
                                              name));
    }
  }
}

Task<> apply(Connection& connection, const MigrationOptions& options, const EmbeddedMigration& migration) {
  const auto body = fmt::format(
      "SET LOCAL ROLE \"{}\";\n{}\n{}\nINSERT INTO control.migrations (version, name, checksum) VALUES ({}, '{}', "
      "'{}');",
      options.owner, migration.sql, completion_script(options), migration.version, migration.name, migration.checksum);
  co_await run_in_transaction(connection, options, migration.name, body);
  log_info("database.migrated", {{"migration", migration.name}});
}

}  // namespace

Task<> migrate(std::string admin_url, MigrationOptions options) {
  check_names(options);
  const auto connection = co_await Connection::open(std::move(admin_url), kConnectLimit);
  co_await take_lock(*connection, options.wait_limit);
  co_await prepare(*connection, options);
  const auto applied = co_await query(*connection, kFindApplied);
  check_applied(applied);
  const auto pending = embedded_migrations().subspan(static_cast<std::size_t>(applied.rows()));
  for (const auto& migration : pending) co_await apply(*connection, options, migration);
  if (!pending.empty()) co_return;
  // Roles may be other ones than the last time.
  const auto body = fmt::format("SET LOCAL ROLE \"{}\";\n{}", options.owner, completion_script(options));
  co_await run_in_transaction(*connection, options, "database.complete", body);
}

Task<int> schema_version(Database& database) {
  const auto exists = co_await database.run_control(kHasMigrations);
  if (!exists.get<bool>(0, 0)) co_return 0;
  const auto version = co_await database.run_control(kSchemaVersion);
  co_return static_cast<int>(version.get<std::int64_t>(0, 0));
}

int binary_schema_version() noexcept { return embedded_migrations().back().version; }

std::string schema_fingerprint() {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  };
  for (const auto& migration : embedded_migrations()) add(migration.checksum);
  add(preparation_script({}));
  add(completion_script({}));
  return fmt::format("{:016x}", hash);
}

Task<> check_runtime_role(Database& database) {
  const auto role = co_await database.run_control(kRuntimeRole);
  const bool superuser = role.get<bool>(0, 0);
  const bool bypasses = role.get<bool>(0, 1);
  if (!superuser && !bypasses && !role.get<bool>(0, 2)) co_return;
  throw Error(Code::permission_denied,
              fmt::format("The server refuses to run as a database user that {}, because nothing would then keep "
                          "organizations apart. Use the runtime role (omnify_app) in DATABASE_URL.",
                          superuser  ? "is a superuser or may act as one"
                          : bypasses ? "bypasses row-level security or may act as somebody who does"
                                     : "owns tables or may act as their owner"));
}

}  // namespace omnify::database
