#include "sync/import_service.h"

#include <filesystem>
#include <system_error>

#include "async/cpu_pool.h"
#include "base/error.h"
#include "base/log.h"
#include "jobs/queue.h"
#include "platforms/csv/file.h"
#include "platforms/csv/mapping.h"
#include "sync/import_store.h"
#include "sync/import_work.h"

namespace omnify::sync {
namespace {

namespace csv = platforms::csv;

constexpr std::size_t kColumnSamples = 5;
constexpr int kMaxAttempts = 10;
constexpr std::string_view kInterrupted =
    "The import was interrupted and nothing of the file was loaded. Import it again.";

void remove_upload(const ImportJob& job) {
  std::error_code ignored;  // whoever keeps the uploads clears away what is left
  std::filesystem::remove(job.path, ignored);
}

std::string job_key_prefix() { return std::string(kImportJobKind) + ':'; }

}  // namespace

ImportService::ImportService(database::Database& database, CpuPool& pool, ImportSettings settings)
    : database_(database), pool_(pool), settings_(std::move(settings)) {}

Task<> ImportService::probe(std::shared_ptr<Work> work) {
  auto probe = co_await pool_.run([work] { return std::make_shared<csv::FileProbe>(work->file.path); });
  while (co_await pool_.run([probe] { return probe->step(); })) {
  }
  work->layout = co_await pool_.run([probe] { return probe->finish(); });
  work->run.bytes_total = work->layout.bytes;
}

Task<ImportPreview> ImportService::preview(ImportFile file) {
  auto work = std::make_shared<Work>();
  work->file = std::move(file);
  co_await probe(work);
  const auto& layout = work->layout;
  ImportPreview preview;
  preview.upload_id = work->file.upload_id;
  preview.file_name = work->file.file_name;
  preview.bytes = layout.bytes;
  preview.encoding = csv::label(layout.encoding);
  preview.delimiter = csv::delimiter_label(layout.delimiter);
  const auto columns = csv::columns_of(layout, kColumnSamples);
  for (const auto& column : columns) preview.columns.push_back({.name = column.name, .samples = column.samples});
  preview.suggested = csv::suggest(columns);
  for (auto& objection : csv::objections(preview.suggested, layout.columns))
    preview.questions.push_back(std::move(objection.detail));
  for (auto& question : csv::settle(preview.suggested, layout.columns, layout.sample))
    preview.questions.push_back(std::move(question.detail));
  co_return preview;
}

Task<ImportCheck> ImportService::check(ImportFile file, ImportOptions options) {
  auto work = std::make_shared<Work>();
  work->file = std::move(file);
  co_await probe(work);
  work->options = settled_options(work->layout, std::move(options));
  work->scan = std::make_unique<ImportScan>(work->file.path, work->layout, work->options, nullptr, BadLineSink());
  while (co_await pool_.run([work] { return work->scan->step(); })) {
  }
  co_return work->scan->result();
}

Task<ImportRun> ImportService::run(OrganizationId organization, ImportFile file, ImportOptions options,
                                   ImportProgress progress, BadLineSink bad_line) {
  auto work = std::make_shared<Work>();
  work->organization = organization;
  work->file = std::move(file);
  work->options = std::move(options);
  work->progress = std::move(progress);
  work->bad_line = std::move(bad_line);
  work->run.id = ImportId::random();
  work->run.file_name = work->file.file_name;
  work->run.created_at = now();
  ImportStore store(database_);
  co_await store.organization(organization);
  co_await store.insert(organization, work->run, "");
  const auto failure = co_await attempt(work);
  if (!failure) co_return work->run;
  // Without a job nobody goes on with it. That the run says so is worth a try; what failed first is what is told.
  try {
    co_await fail(work, std::string(kInterrupted));
  } catch (const std::exception& error) {
    log_warning("import.not_marked", {{"import", work->run.id.text()}, {"reason", error.what()}});
  }
  std::rethrow_exception(failure);
}

Task<ImportRun> ImportService::enqueue(jobs::Queue& queue, OrganizationId organization, ImportFile file,
                                       ImportOptions options) {
  auto work = std::make_shared<Work>();
  work->file = std::move(file);
  co_await probe(work);
  ImportJob payload;
  payload.import_id = ImportId::random();
  payload.path = std::filesystem::absolute(work->file.path).string();
  payload.file_name = work->file.file_name;
  payload.options = settled_options(work->layout, std::move(options));
  auto& run = work->run;
  run.id = payload.import_id;
  run.file_name = work->file.file_name;
  run.created_at = now();
  jobs::NewJob job;
  job.organization = organization;
  job.kind = kImportJobKind;
  job.key = job_key_prefix() + run.id.text();
  job.payload = json::print(payload);
  job.max_attempts = kMaxAttempts;
  ImportStore store(database_);
  co_await store.insert_with_job(organization, run, import_fingerprint(work->layout, payload.options), std::move(job));
  queue.wake();
  co_return run;
}

void ImportService::register_jobs(jobs::Worker& worker) {
  worker.handle(std::string(kImportJobKind), [this](jobs::Job job) { return run_job(std::move(job)); });
  worker.on_dead(std::string(kImportJobKind),
                 [this](jobs::Job job, std::string error) { return job_died(std::move(job), std::move(error)); });
}

Task<> ImportService::run_job(jobs::Job job) {
  const auto payload = json::parse<ImportJob>(job.payload);
  auto stored = co_await ImportStore(database_).find(job.organization, payload.import_id);
  if (!stored) co_return;
  if (stored->state == ImportState::succeeded) {  // the attempt before was killed between its commit and what follows
    if (changed_) changed_(job.organization, *stored);
    co_return remove_upload(payload);
  }
  auto work = std::make_shared<Work>();
  work->organization = job.organization;
  work->file = {.path = payload.path, .file_name = payload.file_name};
  work->options = payload.options;
  work->run = std::move(*stored);
  work->run.facts_written = 0;  // what an attempt before this one wrote is gone
  work->run.state = ImportState::running;
  work->run.error.reset();
  work->run.finished_at.reset();
  work->progress = [this, organization = job.organization](const ImportRun& run) {
    if (changed_) changed_(organization, run);
  };
  work->bad_lines = std::make_unique<BadLinesFile>(bad_lines_path(work->file.path.parent_path(), work->run.id));
  work->bad_line = [file = work->bad_lines.get()](const BadLine& line) { file->add(line); };
  const auto failure = co_await attempt(work);
  if (failure) std::rethrow_exception(failure);
  if (work->run.state == ImportState::succeeded) remove_upload(payload);
}

Task<> ImportService::job_died(jobs::Job job, std::string error) {
  const auto payload = json::parse<ImportJob>(job.payload);
  ImportStore store(database_);
  auto run = co_await store.find(job.organization, payload.import_id);
  if (!run || run->state == ImportState::succeeded) co_return;
  run->state = ImportState::failed;
  run->facts_written = 0;
  run->error = std::move(error);
  run->finished_at = now();
  co_await store.update(job.organization, *run, "");
  if (changed_) changed_(job.organization, *run);
}

Task<std::vector<ImportRun>> ImportService::list(OrganizationId organization) {
  co_return co_await ImportStore(database_).list(organization);
}

Task<ImportRun> ImportService::find(OrganizationId organization, ImportId id) {
  auto run = co_await ImportStore(database_).find(organization, id);
  if (!run) throw Error(Code::not_found, "There is no such import.");
  co_return std::move(*run);
}

Task<Currency> ImportService::reporting_currency(OrganizationId organization) {
  const auto found = co_await ImportStore(database_).organization(organization);
  co_return found.reporting_currency;
}

Task<std::int64_t> ImportService::fail_interrupted_imports() {
  ImportStore store(database_);
  std::int64_t count = 0;
  for (const auto organization : co_await store.organizations())
    count += co_await store.fail_interrupted(organization, job_key_prefix(), std::string(kInterrupted));
  if (count > 0) log_warning("import.interrupted", {{"count", count}});
  co_return count;
}

}  // namespace omnify::sync
