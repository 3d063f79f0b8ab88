// The schema: SQL files embedded in the program, applied forward only, and the roles that may use it.
#pragma once

#include <chrono>
#include <string>

#include "async/task.h"
#include "database/database.h"

namespace omnify::database {

/// Role names are global to a PostgreSQL server: two installations on one server need different ones. Names: lower-case
/// letters, digits and underscores.
struct MigrationOptions {
  std::string owner = "omnify_owner";  ///< NOLOGIN, owns all tables
  std::string admin = "omnify_admin";  ///< NOLOGIN, BYPASSRLS: for dumps; left out where the server refuses BYPASSRLS
  std::string runtime = "omnify_app";  ///< LOGIN, owns nothing: the server runs as this one
  std::string runtime_password;        ///< set when not empty (servers reached over the network)
  std::chrono::milliseconds lock_timeout{2000};  ///< for one try to get a lock on a table in use
  int lock_tries = 30;
  std::chrono::milliseconds statement_timeout{60'000};
  std::chrono::milliseconds wait_limit{120'000};  ///< for another process that migrates
};

/// Brings the database to binary_schema_version(). Each migration runs in its own transaction, as the owner. In the
/// same transaction follow, for every table of `public` that has an organization_id: ENABLE and FORCE ROW LEVEL
/// SECURITY and the policy `organization_isolation` (on plain PostgreSQL the wrapped form, on Citus the bare one), and
/// the grants of the runtime role: SELECT, INSERT, UPDATE, DELETE on the tables of `public` and `control` (partitions:
/// nothing; control.migrations: SELECT), EXECUTE on our functions. `admin_url` names a superuser, or a role with
/// CREATEROLE that may create in the database. Errors: Error{conflict} when the database is newer than this program or
/// a migration was changed after it was applied, Error{unavailable} when the server cannot be reached or locks were not
/// to be had, Error{permission_denied}.
Task<> migrate(std::string admin_url, MigrationOptions options = {});

/// The newest migration of the database; 0 when it has none.
Task<int> schema_version(Database& database);
/// The newest migration that this program carries.
[[nodiscard]] int binary_schema_version() noexcept;
/// Changes whenever a migration or what the runner adds to it changes: names the template database of the tests.
[[nodiscard]] std::string schema_fingerprint();

/// Throws Error{permission_denied} when the connections are superuser, bypass row-level security, or may act as the
/// owner of a table with an organization_id: such a process would not be held back by the policies.
Task<> check_runtime_role(Database& database);

}  // namespace omnify::database
