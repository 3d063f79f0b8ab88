#include "api/routes.h"

#include "http/openapi.h"

namespace omnify::api {

http::Router make_router(Services& services) {
  http::Router router;
  for (auto* routes :
       {session_routes, organization_routes, overview_routes, data_health_routes, campaign_routes, risk_routes,
        recommendation_routes, platform_routes, connection_routes, import_routes, event_routes, health_routes}) {
    router.add(routes(services));
  }
  http::ApiInfo info;
  info.version = services.options.version;
  info.cookie_name = cookie_name(services.options);
  info.description =
      "Sign in with POST /api/v1/session; the cookie that comes back is the session. Requests that change something "
      "also need the header X-OmniFy-CSRF: 1. Errors are problem documents (RFC 9457).";
  router.add(http::documentation_routes(router, info));
  return router;
}

}  // namespace omnify::api
