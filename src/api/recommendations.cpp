// Curiosity: what to do next.
#include "api/cached.h"
#include "api/routes.h"

namespace omnify::api {
namespace {

Task<http::Response> list_recommendations(CallerCall call) {
  return cached<recommendations::RecommendationList>(std::move(call), "recommendations", [](const Caller& caller) {
    return caller.services->recommendations.list(caller.organization());
  });
}

}  // namespace

std::vector<http::Route> recommendation_routes(Services& services) {
  auto endpoints = private_endpoints(services);
  endpoints.add({.method = http::Method::get,
                 .path = "/api/v1/recommendations",
                 .operation = {.id = "listRecommendations",
                               .summary = "Advice with its evidence and expected effect",
                               .tag = "Curiosity",
                               .permission = "read"},
                 .response_schema = &json::schema<recommendations::RecommendationList>},
                list_recommendations);
  return std::move(endpoints).routes();
}

}  // namespace omnify::api
