// The dashboard's figures.
#include "api/cached.h"
#include "api/routes.h"

namespace omnify::api {
namespace {

Task<http::Response> get_overview(CallerCall call, http::Query<metrics::RangeQuery> range) {
  return cached<metrics::Overview>(std::move(call), "overview", [range = range.value](const Caller& caller) {
    return caller.services->metrics.overview(caller.organization(), range);
  });
}

}  // namespace

std::vector<http::Route> overview_routes(Services& services) {
  auto endpoints = private_endpoints(services);
  endpoints.add({.method = http::Method::get,
                 .path = "/api/v1/overview",
                 .operation = {.id = "getOverview",
                               .summary = "Totals, platforms and trend of a range",
                               .tag = "Memory",
                               .permission = "read",
                               .description = "Without a range: the 30 days that end today."},
                 .response_schema = &json::schema<metrics::Overview>},
                get_overview);
  return std::move(endpoints).routes();
}

}  // namespace omnify::api
