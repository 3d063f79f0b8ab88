// The dashboard's figures.
#include "api/cached.h"
#include "api/routes.h"

namespace omnify::api {
namespace {

Task<http::Response> get_overview(CallerCall call, http::Query<metrics::OverviewQuery> query) {
  return cached<metrics::Overview>(std::move(call), "overview", [query = query.value](const Caller& caller) {
    auto& metrics = caller.services->metrics;
    const metrics::RangeQuery range{query.start, query.end};
    return query.as_of ? metrics.overview_as_known(caller.organization(), range, *query.as_of)
                       : metrics.overview(caller.organization(), range);
  });
}

}  // namespace

std::vector<http::Route> overview_routes(Services& services) {
  auto endpoints = private_endpoints(services);
  endpoints.add(
      {.method = http::Method::get,
       .path = "/api/v1/overview",
       .operation = {.id = "getOverview",
                     .summary = "Totals, platforms and trend of a range",
                     .tag = "Memory",
                     .permission = "read",
                     .description =
                         "Without a range: the 30 days that end today. With `as_of`: the figures as they were "
                         "known at that moment."},
       .response_schema = &json::schema<metrics::Overview>},
      get_overview);
  return std::move(endpoints).routes();
}

}  // namespace omnify::api
