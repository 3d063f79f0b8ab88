// A private PostgreSQL server in a folder of ours: the default when no DATABASE_URL names another one.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace omnify::database {

struct ClusterOptions {
  std::filesystem::path folder;             ///< made when missing; holds nothing else
  std::string runtime_role = "omnify_app";  ///< the role that the server lets the current OS user be, beside the admin
  bool durable = true;                      ///< false: no fsync. Only for tests: a crash of the machine loses all
  int max_connections = 100;
  bool keep_running = false;  ///< stop() and the destructor leave the server to the next process
};

/// Listens on a Unix socket only. The server runs as the current user, or as the user `postgres` when that is root.
/// Access: the operating system tells the server who connects (peer authentication, mapped in pg_ident.conf), so there
/// are no passwords and no other user gets in.
///
/// Several processes may use one folder: the first starts the server, the last one to stop() stops it. A server that
/// was left behind by a killed process is adopted. When the folder cannot be reached by the user `postgres` (it lies in
/// /root), the data goes to /var/lib/omnify instead and the file `location` in the folder says where.
///
/// All members block: use them before serving starts and after it ended. Errors: Error{unavailable} with one sentence
/// for the person who started the program.
class Cluster {
 public:
  [[nodiscard]] static Cluster start(ClusterOptions options);
  Cluster(Cluster&&) noexcept;
  Cluster& operator=(Cluster&&) noexcept;
  ~Cluster();

  /// libpq connection strings: as superuser (for migrate()), and as the runtime role (for PoolOptions::url).
  [[nodiscard]] std::string admin_url(std::string_view database = "omnify") const;
  [[nodiscard]] std::string runtime_url(std::string_view database = "omnify") const;

  /// Does nothing when it exists. The name: letters, digits and underscores.
  void create_database(std::string_view name = "omnify");

  /// The server's process is there, though it may not answer yet.
  [[nodiscard]] bool running() const;

  /// Stops the server (fast shutdown, waits until it ended) unless another process uses it.
  void stop();

 private:
  struct State;
  explicit Cluster(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace omnify::database
