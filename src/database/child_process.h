// Runs PostgreSQL's own programs and waits for them. Blocking: only before serving starts and after it ended.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace omnify::database {

/// A user of the operating system.
struct OsUser {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;
};

/// Who this process is. Throws Error{unavailable} when the id has no name: neither initdb nor peer authentication works
/// without one.
[[nodiscard]] OsUser current_user();

/// Who the server runs as: the current user, or `postgres` when that is root, as which PostgreSQL refuses to run.
/// Throws Error{unavailable} when there is no such user.
[[nodiscard]] OsUser server_user();

struct ProgramResult {
  int status = 0;      ///< exit code; 128 + signal when it was killed; 127 when it could not be started
  std::string output;  ///< standard output and standard error together
};

/// Runs `arguments[0]` (a path) as `user`, in the folder /, with a small fixed environment and nothing of ours
/// inherited.
[[nodiscard]] ProgramResult run_program(const std::vector<std::string>& arguments, const OsUser& user);

}  // namespace omnify::database
