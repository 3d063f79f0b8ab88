#include "api/health.h"

#include "api/routes.h"
#include "base/error.h"
#include "database/database.h"

namespace omnify::api {
namespace {

constexpr std::chrono::seconds kValid{2};
inline constexpr database::Query kRoundTrip{"health.round_trip", "SELECT 1::bigint"};

struct HealthState {
  std::string status;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(HealthState, (), (status, reason))

Task<HealthState> get_live(VisitorCall) { co_return HealthState{"live", std::nullopt}; }

Task<http::Response> get_ready(VisitorCall call) {
  const auto problem = co_await call.context.services->health.problem();
  if (problem.empty()) co_return http::json_response(HealthState{"ready", std::nullopt});
  co_return http::json_response(HealthState{"not ready", problem}, 503);
}

}  // namespace

Task<std::string> Health::problem() {
  if (draining_) co_return "The server is stopping.";
  if (std::chrono::steady_clock::now() < valid_until_) co_return last_;
  last_ = co_await look();
  valid_until_ = std::chrono::steady_clock::now() + kValid;
  co_return last_;
}

Task<std::string> Health::look() {
  try {
    co_await database_.run_control(kRoundTrip);
    co_return co_await schema_ready_();
  } catch (const Error& error) {
    if (error.code() == Code::cancelled) throw;
    co_return "The database does not answer.";
  }
}

std::vector<http::Route> health_routes(Services& services) {
  auto endpoints = public_endpoints(services);
  endpoints.add({.method = http::Method::get,
                 .path = "/api/health/live",
                 .operation = {.id = "getLive", .summary = "The process lives", .tag = "Health", .permission = ""}},
                get_live);
  endpoints.add({.method = http::Method::get,
                 .path = "/api/health/ready",
                 .operation = {.id = "getReady",
                               .summary = "The process can answer: 200, otherwise 503 with the reason",
                               .tag = "Health",
                               .permission = ""},
                 .response_schema = &json::schema<HealthState>},
                get_ready);
  return std::move(endpoints).routes();
}

}  // namespace omnify::api
