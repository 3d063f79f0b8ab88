// Whether this process lives, and whether it should get requests.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "async/task.h"

namespace omnify::database {
class Database;
}

namespace omnify::api {

/// Used on the I/O thread only.
class Health {
 public:
  /// `schema_ready` says whether the database has the schema of this program: empty when it has, else why not.
  using SchemaCheck = std::function<Task<std::string>()>;
  Health(database::Database& database, SchemaCheck schema_ready)
      : database_(database), schema_ready_(std::move(schema_ready)) {}

  /// From now on not ready: the balancer sends no new requests while those in flight end.
  void start_draining() noexcept { draining_ = true; }

  /// Empty: ready. Otherwise the reason. Asks the database at most every two seconds.
  Task<std::string> problem();

 private:
  Task<std::string> look();

  database::Database& database_;
  SchemaCheck schema_ready_;
  bool draining_ = false;
  std::string last_;
  std::chrono::steady_clock::time_point valid_until_{};
};

}  // namespace omnify::api
