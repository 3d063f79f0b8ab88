// How many wrong passwords are allowed: counted in the database, so that it holds over all processes and restarts.
#pragma once

#include <string>

#include "async/task.h"
#include "base/calendar.h"

namespace omnify::database {
class Database;
}

namespace omnify::tenancy {

/// Per (account, address): 5 failures, then a wait of 2, 4, 8 … seconds up to an hour. Per address: 100 in an hour.
inline constexpr int kFreeFailures = 5;
inline constexpr int kLongestWaitSeconds = 3600;
inline constexpr int kForgetPairAfterSeconds = 24 * 3600;
inline constexpr int kAddressAttempts = 100;
inline constexpr int kAddressWindowSeconds = 3600;

class LoginLimit {
 public:
  explicit LoginLimit(database::Database& database) : database_(database) {}

  /// Counts an attempt before it is made. Throws Error{rate_limited} with retry_after while it is not allowed.
  Task<> count(std::string email, std::string address, Instant at);

  /// The attempt was good: forgets the failures of the pair.
  Task<> succeeded(std::string email, std::string address);

  /// Deletes what no longer limits anybody.
  Task<> sweep(Instant at);

 private:
  database::Database& database_;
};

}  // namespace omnify::tenancy
