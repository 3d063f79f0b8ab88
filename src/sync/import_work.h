// One import under way: shared by the files of the import service.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "platforms/csv/file.h"
#include "platforms/csv/normalizer.h"
#include "platforms/facts.h"
#include "sync/import_aggregate.h"
#include "sync/import_bad_lines.h"
#include "sync/import_scan.h"
#include "sync/import_service.h"
#include "sync/loader.h"

namespace omnify::sync {

/// What a file holds in one platform and currency.
struct ImportedAccount {
  LoadTarget target;
  std::set<Day> changed_days;
};

/// Shared with the pool's threads, so that it outlives a coroutine that is destroyed while they
/// work.
struct ImportService::Work {
  OrganizationId organization;
  ImportFile file;
  ImportOptions options;
  ImportRun run;
  ImportProgress progress;
  std::unique_ptr<BadLinesFile> bad_lines;  ///< only for a job
  BadLineSink bad_line;
  std::string fingerprint;
  std::string time_zone;
  platforms::csv::Layout layout;
  std::unique_ptr<ImportAggregate> aggregate;
  std::unique_ptr<ImportScan> scan;
  std::vector<ImportedAccount> accounts;  ///< the last one is being loaded
  std::vector<platforms::csv::Row> batch;
  std::unordered_set<AdId> known_ads;
  std::chrono::steady_clock::time_point next_save{};
};

/// The same content under the same options has the same fingerprint.
[[nodiscard]] std::string import_fingerprint(const platforms::csv::Layout& layout, const ImportOptions& options);

}  // namespace omnify::sync
