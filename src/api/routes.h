// The whole route table: one function per resource, put together here.
#pragma once

#include <vector>

#include "api/context.h"
#include "http/route.h"

namespace omnify::api {

[[nodiscard]] std::vector<http::Route> session_routes(Services& services);
[[nodiscard]] std::vector<http::Route> organization_routes(Services& services);
[[nodiscard]] std::vector<http::Route> overview_routes(Services& services);
[[nodiscard]] std::vector<http::Route> data_health_routes(Services& services);
[[nodiscard]] std::vector<http::Route> campaign_routes(Services& services);
[[nodiscard]] std::vector<http::Route> risk_routes(Services& services);
[[nodiscard]] std::vector<http::Route> recommendation_routes(Services& services);
[[nodiscard]] std::vector<http::Route> platform_routes(Services& services);
[[nodiscard]] std::vector<http::Route> connection_routes(Services& services);
[[nodiscard]] std::vector<http::Route> import_routes(Services& services);
[[nodiscard]] std::vector<http::Route> event_routes(Services& services);
[[nodiscard]] std::vector<http::Route> health_routes(Services& services);

/// All of them, with the OpenAPI document and its page. The web app and /metrics are the composition root's.
[[nodiscard]] http::Router make_router(Services& services);

}  // namespace omnify::api
