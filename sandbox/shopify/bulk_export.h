// What a bulk operation does: checks its query and writes its file.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>

#include "shopify/context.h"

namespace omnify::sandbox::shopify {

/// Read by other threads while it works.
struct Progress {
  std::atomic<std::int64_t> objects = 0;
  std::atomic<std::int64_t> roots = 0;
  std::atomic<std::int64_t> bytes = 0;
};

/// What is wrong with a query as a bulk query, in a sentence for the caller; nothing when it can run.
[[nodiscard]] std::optional<std::string> refuse_bulk(const std::string& query);

/// Where the lines go, and when to end.
struct ExportTarget {
  std::string path;
  std::int64_t limit = std::numeric_limits<std::int64_t>::max();  ///< of root objects
  Progress& progress;
  std::stop_token stop;
};

/// Writes a line of JSON for each object. Throws graphql::Failure, and std::runtime_error when the file cannot be
/// written.
void export_lines(Context& context, const std::string& query, const ExportTarget& target);

}  // namespace omnify::sandbox::shopify
