#include "sync/import_store.h"

#include "base/error.h"
#include "base/json.h"
#include "database/database.h"
#include "jobs/queue.h"

namespace omnify::sync {
namespace {

using database::Execution;
using database::Params;
using database::Query;
using database::Result;

inline constexpr Query kFindOrganization{"imports.find_organization", R"(
  SELECT reporting_currency, time_zone FROM organizations WHERE organization_id = $1)"};

inline constexpr Query kInsert{"imports.insert", R"(
  INSERT INTO imports (organization_id, id, file_name, fingerprint, state, bytes_total, created_at)
  VALUES ($1, $2, $3::text, $4::text, $5::text, $6, $7))"};

inline constexpr Query kUpdate{"imports.update", R"(
  UPDATE imports
  SET fingerprint = $3::text, state = $4::text, rows_read = $5, rows_skipped = $6, facts_written = $7, bytes_read = $8,
      bytes_total = $9, error = $10::text, bad_lines = $11::text::jsonb, finished_at = $12
  WHERE organization_id = $1 AND id = $2 AND state <> 'succeeded')"};

inline constexpr Query kLock{
    "imports.lock", R"(SELECT pg_advisory_xact_lock(hashtextextended('omnify.import.' || $1::uuid::text, 0)))"};

inline constexpr Query kList{"imports.list", R"(
  SELECT id, file_name, state, rows_read, rows_skipped, facts_written, bytes_read, bytes_total, error, bad_lines::text,
         created_at, finished_at
  FROM imports WHERE organization_id = $1 ORDER BY created_at DESC, id LIMIT 100)"};

inline constexpr Query kFind{"imports.find", R"(
  SELECT id, file_name, state, rows_read, rows_skipped, facts_written, bytes_read, bytes_total, error, bad_lines::text,
         created_at, finished_at
  FROM imports WHERE organization_id = $1 AND id = $2)"};

inline constexpr Query kFailInterrupted{"imports.fail_interrupted", R"(
  UPDATE imports SET state = 'failed', facts_written = 0, error = $3::text, finished_at = now()
  WHERE organization_id = $1 AND state = 'running' AND NOT EXISTS (
    SELECT 1 FROM control.jobs
    WHERE jobs.key = $2::text || imports.id::text AND jobs.state IN ('available', 'running')))"};

inline constexpr Query kListOrganizations{"imports.list_organizations", R"(
  SELECT organization_id FROM control.memberships UNION SELECT organization_id FROM control.jobs)"};

inline constexpr Query kMarkActive{"imports.mark_active", R"(
  WITH running AS (
    UPDATE campaigns c SET status = 'active', updated_at = now()
    WHERE organization_id = $1::uuid AND account_id = $2::uuid AND EXISTS (
      SELECT 1 FROM campaign_days d
      WHERE d.organization_id = c.organization_id AND d.campaign_id = c.id AND d.day >= $3::date)
    RETURNING id),
  sets AS (
    UPDATE ad_sets SET status = 'active', updated_at = now()
    WHERE organization_id = $1::uuid AND campaign_id IN (SELECT id FROM running)
    RETURNING id)
  UPDATE ads SET status = 'active', updated_at = now()
  WHERE organization_id = $1::uuid AND ad_set_id IN (SELECT id FROM sets))"};

ImportRun read_run(const Result& result, int row) {
  ImportRun run;
  run.id = result.get<ImportId>(row, 0);
  run.file_name = result.get<std::string>(row, 1);
  run.state = json::enum_value<ImportState>(result.get<std::string>(row, 2)).value_or(ImportState::failed);
  run.rows_read = result.get<std::int64_t>(row, 3);
  run.rows_skipped = result.get<std::int64_t>(row, 4);
  run.facts_written = result.get<std::int64_t>(row, 5);
  run.bytes_read = result.get<std::int64_t>(row, 6);
  run.bytes_total = result.get<std::int64_t>(row, 7);
  run.error = result.get<std::optional<std::string>>(row, 8);
  run.bad_lines = json::parse<std::vector<BadLine>>(result.get<std::string>(row, 9));
  run.created_at = result.get<Instant>(row, 10);
  run.finished_at = result.get<std::optional<Instant>>(row, 11);
  return run;
}

Execution insert_execution(OrganizationId organization, const ImportRun& run, const std::string& fingerprint) {
  return {.query = kInsert,
          .params = Params(organization, run.id, run.file_name, fingerprint, json::enum_name(run.state),
                           run.bytes_total, run.created_at)};
}

Execution update_execution(OrganizationId organization, const ImportRun& run, const std::string& fingerprint) {
  return {.query = kUpdate,
          .params = Params(organization, run.id, fingerprint, json::enum_name(run.state), run.rows_read,
                           run.rows_skipped, run.facts_written, run.bytes_read, run.bytes_total, run.error,
                           json::print(run.bad_lines), run.finished_at)};
}

}  // namespace

Task<ImportOrganization> ImportStore::organization(OrganizationId organization) {
  const auto result = co_await database_.run(organization, kFindOrganization, Params(organization));
  if (result.empty()) throw Error(Code::not_found, "There is no such organization.");
  ImportOrganization found;
  found.reporting_currency = Currency::parse(result.get<std::string>(0, 0)).value_or(Currency{});
  found.time_zone = result.get<std::string>(0, 1);
  co_return found;
}

Task<> ImportStore::insert(OrganizationId organization, ImportRun run, std::string fingerprint) {
  std::vector<Execution> executions;
  executions.push_back(insert_execution(organization, run, fingerprint));
  co_await database_.run(organization, std::move(executions));
}

Task<> ImportStore::insert_with_job(OrganizationId organization, ImportRun run, std::string fingerprint,
                                    jobs::NewJob job) {
  std::vector<Execution> executions;
  executions.push_back(insert_execution(organization, run, fingerprint));
  executions.push_back(jobs::Queue::enqueue_statement(job));
  co_await database_.run(organization, std::move(executions));
}

Task<> ImportStore::update(OrganizationId organization, ImportRun run, std::string fingerprint) {
  std::vector<Execution> executions;
  executions.push_back(update_execution(organization, run, fingerprint));
  co_await database_.run(organization, std::move(executions));
}

Task<> ImportStore::update(database::Transaction& transaction, OrganizationId organization, ImportRun run,
                           std::string fingerprint) {
  std::vector<Execution> executions;
  executions.push_back(update_execution(organization, run, fingerprint));
  co_await transaction.execute(std::move(executions));
}

Task<> ImportStore::lock(database::Transaction& transaction, OrganizationId organization) {
  co_await transaction.execute(kLock, Params(organization));
}

Task<std::vector<ImportRun>> ImportStore::list(OrganizationId organization) {
  const auto result = co_await database_.run(organization, kList, Params(organization));
  std::vector<ImportRun> runs;
  for (int row = 0; row < result.rows(); ++row) runs.push_back(read_run(result, row));
  co_return runs;
}

Task<std::optional<ImportRun>> ImportStore::find(OrganizationId organization, ImportId id) {
  const auto result = co_await database_.run(organization, kFind, Params(organization, id));
  if (result.empty()) co_return std::nullopt;
  co_return read_run(result, 0);
}

Task<std::int64_t> ImportStore::fail_interrupted(OrganizationId organization, std::string key_prefix,
                                                 std::string error) {
  const auto result = co_await database_.run(organization, kFailInterrupted, Params(organization, key_prefix, error));
  co_return result.affected();
}

Task<std::vector<OrganizationId>> ImportStore::organizations() {
  const auto result = co_await database_.run_control(kListOrganizations);
  std::vector<OrganizationId> out;
  for (int row = 0; row < result.rows(); ++row) out.push_back(result.get<OrganizationId>(row, 0));
  co_return out;
}

Task<> ImportStore::mark_active(database::Transaction& transaction, OrganizationId organization, AccountId account,
                                Day since) {
  co_await transaction.execute(kMarkActive, Params(organization, account, since));
}

}  // namespace omnify::sync
