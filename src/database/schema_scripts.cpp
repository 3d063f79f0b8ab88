#include "database/schema_scripts.h"

#include <fmt/args.h>
#include <fmt/format.h>

namespace omnify::database {
namespace {

// CREATEROLE without superuser may not make a BYPASSRLS role (RDS): then there is none. Two databases of one server may
// be migrated at once, hence the handlers of what exists meanwhile.
constexpr char kPreparation[] = R"(
DO $preparation$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{owner}') THEN
    BEGIN
      CREATE ROLE "{owner}" NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{admin}') THEN
    BEGIN
      CREATE ROLE "{admin}" NOLOGIN BYPASSRLS;
    EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
    END;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{runtime}') THEN
    BEGIN
      CREATE ROLE "{runtime}" LOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
  -- Who is no superuser needs the membership to SET ROLE. Since PostgreSQL 16 having created the role is not enough.
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    GRANT "{owner}" TO CURRENT_USER;
  END IF;
  IF to_regnamespace('control') IS NULL THEN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO "{owner}"', current_database());
    GRANT USAGE, CREATE ON SCHEMA public TO "{owner}";
    SET LOCAL ROLE "{owner}";
    CREATE SCHEMA control;
    CREATE TABLE control.migrations (
      version bigint PRIMARY KEY,
      name text NOT NULL,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    );
    RESET ROLE;
  END IF;
END $preparation$;
)";

// Citus refuses sub-selects in policies; on plain PostgreSQL the sub-select is evaluated once per query and not per
// row.
constexpr char kCompletion[] = R"(
DO $completion$
DECLARE
  citus boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'citus');
  setting text := $$NULLIF(current_setting('app.organization_id', true), '')::uuid$$;
  condition text := 'organization_id = ' || CASE WHEN citus THEN setting ELSE '(SELECT ' || setting || ')' END;
  has_admin boolean := EXISTS (SELECT FROM pg_roles WHERE rolname = '{admin}');
  item record;
BEGIN
  GRANT USAGE ON SCHEMA public, control TO "{runtime}";
  FOR item IN
    SELECT c.oid::regclass AS name, c.relrowsecurity, c.relforcerowsecurity, c.relispartition,
           (SELECT pg_get_expr(p.polqual, p.polrelid) FROM pg_policy p
             WHERE p.polrelid = c.oid AND p.polname = 'organization_isolation') AS policy
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relowner = '{owner}'::regrole
  LOOP
    IF NOT item.relrowsecurity THEN EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', item.name); END IF;
    IF NOT item.relforcerowsecurity THEN EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', item.name); END IF;
    -- Nobody may use a partition directly; through its parent the parent's policy holds.
    CONTINUE WHEN item.relispartition;
    CONTINUE WHEN item.policy IS NOT NULL AND (item.policy LIKE '%SELECT%') <> citus;
    EXECUTE format('DROP POLICY IF EXISTS organization_isolation ON %s', item.name);
    EXECUTE format('CREATE POLICY organization_isolation ON %s USING (%s) WITH CHECK (%s)',
                   item.name, condition, condition);
  END LOOP;
  FOR item IN
    SELECT c.oid::regclass AS name, c.relkind
      FROM pg_class c
     WHERE c.relnamespace IN ('public'::regnamespace, 'control'::regnamespace) AND c.relkind IN ('r', 'p', 'v')
       AND NOT c.relispartition AND c.relowner = '{owner}'::regrole
  LOOP
    IF item.relkind = 'v' OR item.name = 'control.migrations'::regclass THEN
      EXECUTE format('GRANT SELECT ON %s TO "{runtime}"', item.name);
    ELSE
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO "{runtime}"', item.name);
    END IF;
  END LOOP;
  FOR item IN
    SELECT p.oid::regprocedure AS name FROM pg_proc p
     WHERE p.pronamespace IN ('public'::regnamespace, 'control'::regnamespace) AND p.proowner = '{owner}'::regrole
  LOOP
    EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', item.name);
    EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO "{runtime}"', item.name);
  END LOOP;
  IF has_admin THEN
    GRANT USAGE ON SCHEMA public, control TO "{admin}";
    GRANT SELECT ON ALL TABLES IN SCHEMA public, control TO "{admin}";
    ALTER DEFAULT PRIVILEGES IN SCHEMA public, control GRANT SELECT ON TABLES TO "{admin}";
  END IF;
END $completion$;
)";

std::string fill(fmt::string_view text, const MigrationOptions& options) {
  return fmt::format(fmt::runtime(text), fmt::arg("owner", options.owner), fmt::arg("admin", options.admin),
                     fmt::arg("runtime", options.runtime));
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

}  // namespace

std::string preparation_script(const MigrationOptions& options) {
  auto script = fill(kPreparation, options);
  if (!options.runtime_password.empty()) {
    script += fmt::format("SET LOCAL standard_conforming_strings = on;\nALTER ROLE \"{}\" PASSWORD {};\n",
                          options.runtime, quoted(options.runtime_password));
  }
  return script;
}

std::string completion_script(const MigrationOptions& options) { return fill(kCompletion, options); }

}  // namespace omnify::database
