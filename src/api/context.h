// What handlers get: the services of the process, and who is calling.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "api/events.h"
#include "api/health.h"
#include "api/response_cache.h"
#include "api/uploads.h"
#include "http/endpoint.h"
#include "http/rate_limit.h"
#include "insights/service.h"
#include "jobs/queue.h"
#include "metrics/service.h"
#include "recommendations/service.h"
#include "sync/import_service.h"
#include "sync/service.h"
#include "tenancy/accounts.h"
#include "tenancy/sessions.h"
#include "vault/vault.h"

namespace omnify::api {

struct ApiOptions {
  bool secure_cookies = false;       ///< browsers reach us over HTTPS
  std::vector<std::string> origins;  ///< for the CSRF check; empty: the Host that was asked
  std::string version;
};

/// Rates of the classes named in the route table. `default` has none: the connection limit of the server bounds it.
struct RateLimits {
  http::RateLimiter login{{.burst = 120, .refill = std::chrono::seconds(60)}};     ///< by address
  http::RateLimiter expensive{{.burst = 60, .refill = std::chrono::seconds(60)}};  ///< by organization
};

/// All of it outlives the server that the routes belong to.
struct Services {
  tenancy::Accounts& accounts;
  tenancy::Sessions& sessions;
  vault::Vault& vault;
  jobs::Queue& queue;
  sync::Service& sync;
  sync::ImportService& imports;
  metrics::Service& metrics;
  insights::Service& insights;
  recommendations::Service& recommendations;
  Uploads& uploads;
  EventHub& events;
  ResponseCache& cache;
  Health& health;
  ApiOptions options;
  RateLimits limits = {};
};

/// Anybody: routes without a permission.
struct Visitor {
  Services* services;
};

/// A checked session.
struct Caller {
  Services* services;
  tenancy::Principal principal;
  std::string token;

  [[nodiscard]] OrganizationId organization() const noexcept { return principal.organization; }
};

using VisitorCall = http::Call<Visitor>;
using CallerCall = http::Call<Caller>;

/// Rows for anybody. State-changing ones are still checked against other sites.
[[nodiscard]] http::Endpoints<Visitor> public_endpoints(Services& services);
/// Rows that need a session and the permission they name.
[[nodiscard]] http::Endpoints<Caller> private_endpoints(Services& services);

/// The session's cookie: `__Host-omnify` over HTTPS, `omnify_session` otherwise.
[[nodiscard]] std::string_view cookie_name(const ApiOptions& options) noexcept;
[[nodiscard]] std::string session_cookie(const ApiOptions& options, std::string_view token);
[[nodiscard]] std::string ended_cookie(const ApiOptions& options);

/// The {id} of most paths.
struct IdPath {
  Uuid id;
};
BOOST_DESCRIBE_STRUCT(IdPath, (), (id))

}  // namespace omnify::api
