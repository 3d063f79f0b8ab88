// Oracle: the risk score.
#include "api/cached.h"
#include "api/routes.h"

namespace omnify::api {
namespace {

Task<http::Response> get_risk(CallerCall call) {
  return cached<insights::RiskReport>(std::move(call), "risk", [](const Caller& caller) {
    return caller.services->insights.report(caller.organization());
  });
}

}  // namespace

std::vector<http::Route> risk_routes(Services& services) {
  auto endpoints = private_endpoints(services);
  endpoints.add({.method = http::Method::get,
                 .path = "/api/v1/risk",
                 .operation = {.id = "getRisk",
                               .summary = "Risk of the organization and of its campaigns, worst first",
                               .tag = "Oracle",
                               .permission = "read"},
                 .response_schema = &json::schema<insights::RiskReport>},
                get_risk);
  return std::move(endpoints).routes();
}

}  // namespace omnify::api
