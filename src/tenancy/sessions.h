// Signing in and out. A session is a random token in a cookie; the database holds only its SHA-256.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "async/cpu_pool.h"
#include "async/task.h"
#include "base/calendar.h"
#include "tenancy/login_limit.h"
#include "tenancy/model.h"

namespace omnify::tenancy {

/// A session ends a day after it was last used, and after 30 days in any case.
inline constexpr std::chrono::hours kSessionIdle{24};
inline constexpr std::chrono::hours kSessionLifetime{30 * 24};
/// How exactly the last use is known.
inline constexpr std::chrono::minutes kSessionTouch{1};
/// How long another process may still accept a session that ended here.
inline constexpr std::chrono::seconds kSessionCache{3};

struct StartedSession {
  std::string token;  ///< for the cookie, shown once
  Principal principal;
};

class Sessions {
 public:
  Sessions(database::Database& database, CpuPool& cpu) : database_(database), cpu_(cpu), limit_(database) {}

  /// Throws Error{unauthenticated} (the same for an unknown user and a wrong password, in the same time),
  /// Error{rate_limited}, or Error{permission_denied} for a user who is no longer a member anywhere. `address` is the
  /// client's.
  Task<StartedSession> login(std::string email, std::string password, std::string address);

  /// Who the token stands for; nothing when it is unknown or has ended.
  Task<std::optional<Principal>> find(std::string token);

  Task<> logout(std::string token);

  /// Deletes ended sessions and old login attempts; run once an hour.
  Task<> sweep();

 private:
  struct Cached {
    Principal principal;
    std::chrono::steady_clock::time_point until;
  };

  Task<bool> check_password(std::string password, std::string hash);
  Task<> rehash(UserId user, std::string password);
  Task<StartedSession> start(User user);
  void remember(const std::string& hash, const Principal& principal);

  database::Database& database_;
  CpuPool& cpu_;
  LoginLimit limit_;
  std::unordered_map<std::string, Cached> cache_;
};

}  // namespace omnify::tenancy
