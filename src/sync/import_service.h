// Imports a file of advertising figures: look at it, check it, load it. The same file twice changes nothing.
#pragma once

#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/task.h"
#include "base/money.h"
#include "base/uuid.h"
#include "sync/import_model.h"

namespace omnify {
class CpuPool;
namespace database {
class Database;
class Transaction;
}  // namespace database
namespace jobs {
class Queue;
class Worker;
struct Job;
}  // namespace jobs
}  // namespace omnify

namespace omnify::sync {

inline constexpr std::string_view kImportJobKind = "import.run";

struct ImportFile {
  std::filesystem::path path;
  std::string file_name;  ///< as its user knows it
  Uuid upload_id{};       ///< only for ImportPreview
};

struct ImportSettings {
  std::filesystem::path scratch = std::filesystem::temp_directory_path();  ///< for nameless files while sorting
  std::size_t sort_memory = 48 * 1024 * 1024;  ///< bytes; the import as a whole stays near 100 MB
};

/// Called on the I/O thread while an import runs, after each piece of the file and each batch.
using ImportProgress = std::function<void(const ImportRun&)>;

/// An import reads the file twice (once to tell its encoding) and checks every line before the first row is loaded: a
/// bad line and not `skip_bad_lines` means that nothing is loaded. Rows of one key (day, platform, campaign, ad group,
/// ad) are added up and replace what was stored under it; keys that a later file no longer has stay. All of a file is
/// loaded in one transaction: an import that fails or is killed leaves nothing behind.
class ImportService {
 public:
  ImportService(database::Database& database, CpuPool& pool, ImportSettings settings);

  /// Errors: not_found (no such file), invalid_request (empty, or not a table).
  Task<ImportPreview> preview(ImportFile file);
  /// Also Error{invalid_field} naming the options that cannot work, or the question that they leave open.
  Task<ImportCheck> check(ImportFile file, ImportOptions options);

  /// Imports now, in this process. A refused file or option ends in a run with state `failed` and its error; failures
  /// of the infrastructure are thrown (after the run was marked failed, if the database still answers).
  Task<ImportRun> run(OrganizationId organization, ImportFile file, ImportOptions options, ImportProgress progress,
                      BadLineSink bad_line = {});
  /// Records the run and queues it as a job (kind kImportJobKind): a worker that sees the same folder runs it, and
  /// another one takes it over when that is killed. Checks the options against the file first.
  Task<ImportRun> enqueue(jobs::Queue& queue, OrganizationId organization, ImportFile file, ImportOptions options);
  /// Registers run_job for these jobs, and marks the run of one that is given up as failed.
  void register_jobs(jobs::Worker& worker);
  /// The handler of these jobs. Writes all bad lines to bad_lines_path() beside the file, and removes the file after
  /// success.
  Task<> run_job(jobs::Job job);
  /// After each change of a run that a job makes (for events); optional.
  void on_change(std::function<void(OrganizationId, const ImportRun&)> changed) { changed_ = std::move(changed); }

  /// Newest first, at most 100. Error{not_found} for an unknown id.
  Task<std::vector<ImportRun>> list(OrganizationId organization);
  Task<ImportRun> find(OrganizationId organization, ImportId id);

  /// What a command line may offer as the currency of a file that names none.
  Task<Currency> reporting_currency(OrganizationId organization);

  /// At start: runs that say "running" but have no waiting or running job were killed with their process; they become
  /// `failed`. One that is alive in another process after all says so again within a second. Returns how many.
  Task<std::int64_t> fail_interrupted_imports();

 private:
  struct Work;
  Task<> probe(std::shared_ptr<Work> work);
  Task<> read_rows(std::shared_ptr<Work> work);
  Task<> close_bad_lines(std::shared_ptr<Work> work);
  Task<> load(std::shared_ptr<Work> work);
  Task<database::Transaction> begin_load(std::shared_ptr<Work> work);
  Task<> load_batch(std::shared_ptr<Work> work, database::Transaction& transaction);
  Task<> commit(std::shared_ptr<Work> work, database::Transaction transaction);
  Task<> enter_account(std::shared_ptr<Work> work);
  Task<> import(std::shared_ptr<Work> work);
  /// The failure of `import`, if it was one that the user can understand and mend, is the run's; others come back.
  Task<std::exception_ptr> attempt(std::shared_ptr<Work> work);
  Task<> report(std::shared_ptr<Work> work);
  Task<> fail(std::shared_ptr<Work> work, std::string error);
  static void announce_end(Work& work);
  Task<> job_died(jobs::Job job, std::string error);

  database::Database& database_;
  CpuPool& pool_;
  ImportSettings settings_;
  std::function<void(OrganizationId, const ImportRun&)> changed_;
};

}  // namespace omnify::sync
