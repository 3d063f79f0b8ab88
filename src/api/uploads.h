// Files that users send to be imported: on disk, owner-only, under a folder per organization, for a day at most.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "async/cpu_pool.h"
#include "async/task.h"
#include "base/uuid.h"
#include "http/message.h"

namespace omnify::api {

struct Upload {
  Uuid id;
  std::filesystem::path path;
  std::string file_name;  ///< as the user called it; never part of a path
  std::int64_t bytes = 0;
};

/// Paths are made of ids alone: the organization's folder is what keeps one from finding another's file.
class Uploads {
 public:
  Uploads(std::filesystem::path folder, CpuPool& cpu) : folder_(std::move(folder)), cpu_(cpu) {}

  /// Writes the body to disk while it arrives. Throws Error{unavailable} on a full disk, and what the reader throws;
  /// nothing is left then.
  Task<Upload> receive(OrganizationId organization, std::string file_name, std::shared_ptr<http::BodyReader> body);

  /// Throws Error{not_found}.
  Task<Upload> find(OrganizationId organization, Uuid id);
  Task<> remove(OrganizationId organization, Uuid id);
  /// A piece of a few MB of the list of an import's bad lines, from byte `offset` on; empty at the end. Throws
  /// Error{not_found}.
  Task<std::string> bad_lines(OrganizationId organization, ImportId import, std::int64_t offset);
  /// Deletes what is older than a day.
  Task<> sweep();

 private:
  [[nodiscard]] std::filesystem::path folder_of(const OrganizationId& organization) const;

  std::filesystem::path folder_;
  CpuPool& cpu_;
};

}  // namespace omnify::api
