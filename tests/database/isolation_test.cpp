// Raw SQL as the runtime role: what the policies let through and what not, and whether every table has them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "database/connection.h"
#include "database/database.h"
#include "support/postgres.h"

namespace omnify::database {
namespace {

// No organization_id = $1 here: the policy alone must hold.
constexpr Query kInsert{"test.insert_organization", R"(
INSERT INTO organizations (organization_id, name, reporting_currency, time_zone) VALUES ($1, $2::text, 'USD', 'UTC'))"};
constexpr Query kNames{"test.names", "SELECT name FROM organizations ORDER BY name"};
constexpr Query kRename{"test.rename", "UPDATE organizations SET name = $2::text WHERE organization_id = $1"};
constexpr Query kMove{"test.move", "UPDATE organizations SET organization_id = $1"};
constexpr Query kDelete{"test.delete", "DELETE FROM organizations WHERE organization_id = $1"};
constexpr Query kInsertFact{"test.insert_fact", R"(
INSERT INTO ad_facts (organization_id, day, ad_id, campaign_id, platform, currency, impressions, clicks, spend)
VALUES ($1, $2, $3, $3, 'meta', 'USD', 1, 1, 1))"};
constexpr Query kCountFacts{"test.count_facts", "SELECT count(*) FROM ad_facts"};
constexpr Query kEnsureMonth{"test.ensure_month", "SELECT ensure_fact_month($1)"};
constexpr Query kPartition{"test.partition", "SELECT count(*) FROM ad_facts_202603"};
constexpr Query kTruncate{"test.truncate", "TRUNCATE organizations"};
constexpr Query kCreate{"test.create", "CREATE TABLE mine (a bigint)"};
constexpr Query kForge{"test.forge", "INSERT INTO control.migrations (version, name, checksum) VALUES (99, 'x', 'y')"};
constexpr Query kBypass{"test.bypass", "SET LOCAL ROLE omnify_owner"};

class IsolationTest : public testing::Test {
 protected:
  void SetUp() override {
    run(database.run(one, kInsert, Params(one, "one")));
    run(database.run(two, kInsert, Params(two, "two")));
  }
  template <class T>
  T run(Task<T> task) {
    return support::run(io, std::move(task));
  }
  std::string names(const Result& rows) {
    std::string all;
    for (int row = 0; row < rows.rows(); ++row) all += rows.get<std::string>(row, 0) + ";";
    return all;
  }
  Code refusal(Task<Result> task) {
    try {
      run(std::move(task));
    } catch (const Error& error) {
      return error.code();
    }
    return Code::not_found;
  }

  /// One row of `one` each, as somebody whom no policy binds.
  void fill_every_table() {
    run(database.run(one, kEnsureMonth, Params(Day(std::chrono::year{2026} / 3 / 15))));
    test_database.execute_as_admin(fmt::format(R"(
INSERT INTO connections (organization_id, id, platform, name, external_account_id, status)
VALUES ('{0}', '{0}', 'meta', 'n', 'x', 'active');
INSERT INTO credentials (organization_id, connection_id, field, token, key_id, masked)
VALUES ('{0}', '{0}', 'access_token', 't', 'k', 'm');
INSERT INTO sync_runs (organization_id, id, connection_id, state, first_day, last_day)
VALUES ('{0}', '{0}', '{0}', 'queued', '2026-03-01', '2026-03-15');
INSERT INTO ad_accounts (organization_id, id, platform, external_id, name, currency, time_zone)
VALUES ('{0}', '{0}', 'meta', 'x', 'n', 'USD', 'UTC');
INSERT INTO campaigns (organization_id, id, account_id, platform, external_id, name, status)
VALUES ('{0}', '{0}', '{0}', 'meta', 'x', 'n', 'active');
INSERT INTO ad_sets (organization_id, id, campaign_id, external_id, name, status)
VALUES ('{0}', '{0}', '{0}', 'x', 'n', 'active');
INSERT INTO ads (organization_id, id, ad_set_id, external_id, name, status)
VALUES ('{0}', '{0}', '{0}', 'x', 'n', 'active');
INSERT INTO ad_facts (organization_id, day, ad_id, campaign_id, platform, currency, impressions, clicks, spend)
VALUES ('{0}', '2026-03-15', '{0}', '{0}', 'meta', 'USD', 1, 1, 1);
INSERT INTO campaign_days (organization_id, campaign_id, day, platform, currency, impressions, clicks, spend)
VALUES ('{0}', '{0}', '2026-03-15', 'meta', 'USD', 1, 1, 1);
INSERT INTO platform_days (organization_id, day, platform, currency, impressions, clicks, spend)
VALUES ('{0}', '2026-03-15', 'meta', 'USD', 1, 1, 1);
INSERT INTO metric_revisions (organization_id, campaign_id, day, platform, currency, old_impressions, old_clicks,
                              old_spend, new_impressions, new_clicks, new_spend)
VALUES ('{0}', '{0}', '2026-03-15', 'meta', 'USD', 1, 1, 1, 2, 2, 2);
INSERT INTO reconciliation_days (organization_id, account_id, day, our_impressions, our_clicks, our_spend,
                                 their_impressions, their_clicks, their_spend, deviates, checked_at)
VALUES ('{0}', '{0}', '2026-03-15', 1, 1, 1, 1, 1, 1, false, now());
INSERT INTO backfills (organization_id, connection_id, first_day, last_day, next_day)
VALUES ('{0}', '{0}', '2025-03-15', '2026-02-28', '2026-02-28');
INSERT INTO imports (organization_id, id, file_name, fingerprint, state)
VALUES ('{0}', '{0}', 'f', 'p', 'running');)",
                                               one.text()));
  }

  support::TestDatabase test_database;
  boost::asio::io_context io;
  Database database{io.get_executor(), test_database.pool_options(1)};
  OrganizationId one = OrganizationId::random();
  OrganizationId two = OrganizationId::random();
};

TEST_F(IsolationTest, SelectShowsOwnRowsOnly) {
  EXPECT_EQ(names(run(database.run(one, kNames))), "one;");
  EXPECT_EQ(names(run(database.run(two, kNames))), "two;");
  EXPECT_EQ(names(run(database.run(OrganizationId::random(), kNames))), "");
}

TEST_F(IsolationTest, WithoutAnOrganizationThereAreNoRows) {
  EXPECT_EQ(run(database.run_control(kNames)).rows(), 0);
  EXPECT_EQ(refusal(database.run_control(kInsert, Params(OrganizationId::random(), "three"))), Code::permission_denied);
}

TEST_F(IsolationTest, InsertForAnotherIsRefused) {
  EXPECT_EQ(refusal(database.run(one, kInsert, Params(OrganizationId::random(), "three"))), Code::permission_denied);
}

TEST_F(IsolationTest, UpdateAndDeleteOfAnotherTouchNothing) {
  EXPECT_EQ(run(database.run(one, kRename, Params(two, "stolen"))).affected(), 0);
  EXPECT_EQ(run(database.run(one, kDelete, Params(two))).affected(), 0);
  EXPECT_EQ(run(database.run(one, kRename, Params(one, "renamed"))).affected(), 1);
  EXPECT_EQ(names(run(database.run(two, kNames))), "two;");
  EXPECT_EQ(run(database.run(two, kDelete, Params(two))).affected(), 1);
  EXPECT_EQ(names(run(database.run(one, kNames))), "renamed;");
}

TEST_F(IsolationTest, RowsCannotBeMovedToAnother) {
  EXPECT_EQ(refusal(database.run(one, kMove, Params(OrganizationId::random()))), Code::permission_denied);
  EXPECT_EQ(names(run(database.run(one, kNames))), "one;");
}

TEST_F(IsolationTest, FactsAreIsolatedThroughTheirPartitions) {
  const Day day = std::chrono::year{2026} / 3 / 15;
  for (int i = 0; i < 2; ++i) run(database.run(one, kEnsureMonth, Params(day)));
  EXPECT_EQ(run(database.run(one, kInsertFact, Params(one, day, Uuid::random()))).affected(), 1);
  EXPECT_EQ(refusal(database.run(two, kInsertFact, Params(one, day, Uuid::random()))), Code::permission_denied);
  EXPECT_EQ(run(database.run(one, kCountFacts)).get<std::int64_t>(0, 0), 1);
  EXPECT_EQ(run(database.run(two, kCountFacts)).get<std::int64_t>(0, 0), 0);
  EXPECT_EQ(refusal(database.run(one, kPartition)), Code::permission_denied);
}

TEST_F(IsolationTest, RuntimeRoleMayNotDoMore) {
  for (const auto& query : {kTruncate, kCreate, kForge, kBypass}) {
    EXPECT_EQ(refusal(database.run(one, query)), Code::permission_denied) << query.name;
  }
}

// One row per thing that is wrong; so a new table without a policy names itself.
constexpr Query kCatalogue{"test.catalogue", R"(
WITH tenant AS (
  SELECT c.oid, c.relname, c.relispartition, c.relrowsecurity, c.relforcerowsecurity, a.attnum, a.attnotnull
    FROM pg_class c
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
)
SELECT relname || ' has no organization_id' FROM tenant WHERE attnum IS NULL
UNION ALL SELECT relname || ' has a nullable organization_id' FROM tenant WHERE NOT attnotnull
UNION ALL SELECT relname || ' does not force row-level security' FROM tenant
 WHERE NOT (relrowsecurity AND relforcerowsecurity)
UNION ALL SELECT relname || ' has not the policy that all have, for reading and for writing' FROM tenant
 WHERE (SELECT count(*) FROM pg_policy p WHERE p.polrelid = tenant.oid AND p.polcmd = '*' AND p.polpermissive
         AND pg_get_expr(p.polqual, p.polrelid) = $1::text
         AND pg_get_expr(p.polwithcheck, p.polrelid) = $1::text) <> CASE WHEN relispartition THEN 0 ELSE 1 END
UNION ALL SELECT relname || ' has a policy too many' FROM tenant
 WHERE (SELECT count(*) FROM pg_policy p WHERE p.polrelid = tenant.oid) > CASE WHEN relispartition THEN 0 ELSE 1 END
UNION ALL SELECT relname || ' grants something on a partition' FROM tenant
 WHERE relispartition AND has_table_privilege('omnify_app', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
UNION ALL SELECT relname || ' has no primary key' FROM tenant
 WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = tenant.oid AND i.indisprimary)
UNION ALL SELECT i.indexrelid::regclass || ' is unique and does not start with organization_id' FROM tenant
  JOIN pg_index i ON i.indrelid = tenant.oid WHERE i.indisunique AND i.indkey[0] <> tenant.attnum
UNION ALL SELECT f.conname || ' is a foreign key without organization_id' FROM tenant
  JOIN pg_constraint f ON f.conrelid = tenant.oid AND f.contype = 'f' WHERE NOT tenant.attnum = ANY (f.conkey)
UNION ALL SELECT relname || ' has a trigger' FROM tenant
 WHERE EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = tenant.oid AND NOT t.tgisinternal)
UNION ALL SELECT c.relname || ' is a view without security_invoker' FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v'
   AND NOT COALESCE('security_invoker=true' = ANY (c.reloptions), false)
UNION ALL SELECT c.relname || ' is a materialized view' FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'm')"};

constexpr std::string_view kPolicy =
    "(organization_id = ( SELECT (NULLIF(current_setting('app.organization_id'::text, true), ''::text))::uuid AS "
    "\"nullif\"))";

// Counts the rows of every tenant table that the runtime role sees, by name.
constexpr Query kVisible{"test.visible", R"(
SELECT relname || ' ' ||
       (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]::text
  FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname)"};

TEST_F(IsolationTest, CatalogueIsClean) {
  const Day day = std::chrono::year{2026} / 3 / 15;
  run(database.run(one, kEnsureMonth, Params(day)));
  EXPECT_EQ(names(run(database.run_control(kCatalogue, Params(kPolicy)))), "");
}

TEST_F(IsolationTest, EveryTableHidesTheRowsOfAnother) {
  fill_every_table();
  const auto own = run(database.run(one, kVisible));
  const auto foreign = run(database.run(two, kVisible));
  const auto nobody = run(database.run_control(kVisible));
  ASSERT_GE(own.rows(), 15);
  for (int row = 0; row < own.rows(); ++row) {
    EXPECT_TRUE(own.get<std::string>(row, 0).ends_with(" 1")) << own.get<std::string>(row, 0);
    const auto theirs = foreign.get<std::string>(row, 0);
    EXPECT_TRUE(theirs.ends_with(" 0") || theirs == "organizations 1") << theirs;
    EXPECT_TRUE(nobody.get<std::string>(row, 0).ends_with(" 0")) << nobody.get<std::string>(row, 0);
  }
}

}  // namespace
}  // namespace omnify::database
