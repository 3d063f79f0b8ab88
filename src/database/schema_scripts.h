// The SQL that the migration runner adds to the files: roles, policies, grants.
#pragma once

#include <string>

#include "database/migrations.h"

namespace omnify::database {

/// Makes the roles that are missing, the schema `control` and the table control.migrations. Once before the migrations.
[[nodiscard]] std::string preparation_script(const MigrationOptions& options);

/// As the owner, after each migration: row-level security, the policy, grants. Changes only what is not so yet, because
/// each change of a policy locks its table.
[[nodiscard]] std::string completion_script(const MigrationOptions& options);

}  // namespace omnify::database
