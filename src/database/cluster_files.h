// Where a private cluster keeps its files, and what stands in them.
#pragma once

#include <filesystem>
#include <string>

#include "database/child_process.h"
#include "database/cluster.h"

namespace omnify::database {

struct ClusterPaths {
  std::filesystem::path home;    ///< owned by the server's user
  std::filesystem::path data;    ///< PGDATA
  std::filesystem::path socket;  ///< folder of the Unix socket
  std::filesystem::path log;
};

/// Makes the folders that are missing, with the right owner and mode 0700. Throws Error{unavailable}.
[[nodiscard]] ClusterPaths prepare_paths(const std::filesystem::path& folder, const OsUser& server);

/// The folder with PostgreSQL's programs: of the version that made `data`, or the newest. Throws Error{unavailable}.
[[nodiscard]] std::filesystem::path find_programs(const std::filesystem::path& data);

/// Runs initdb unless `paths.data` is there already; a kill in the middle leaves nothing half made.
void initialise(const ClusterPaths& paths, const std::filesystem::path& programs, const OsUser& server, bool durable);

/// Writes omnify.conf, pg_hba.conf and pg_ident.conf.
void write_configuration(const ClusterPaths& paths, const ClusterOptions& options, const OsUser& server);

/// The sentence for a failed program: names the full disk, or quotes what the server said last.
[[nodiscard]] std::string explain_failure(std::string_view what, const ClusterPaths& paths, const std::string& output);

/// The superuser of the cluster.
inline constexpr std::string_view kClusterAdmin = "postgres";

}  // namespace omnify::database
