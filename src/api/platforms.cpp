// What can be connected.
#include "api/routes.h"

namespace omnify::api {
namespace {

Task<sync::PlatformList> list_platforms(CallerCall) { co_return sync::Service::platforms(); }

}  // namespace

std::vector<http::Route> platform_routes(Services& services) {
  auto endpoints = private_endpoints(services);
  endpoints.add({.method = http::Method::get,
                 .path = "/api/v1/platforms",
                 .operation = {.id = "listPlatforms",
                               .summary = "Platforms and the fields of their forms",
                               .tag = "Connections",
                               .permission = "read"}},
                list_platforms);
  return std::move(endpoints).routes();
}

}  // namespace omnify::api
