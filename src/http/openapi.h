// The OpenAPI 3.1 document of the route table, and the pages that show it.
#pragma once

#include <string>
#include <vector>

#include "http/route.h"

namespace omnify::http {

struct ApiInfo {
  std::string title = "OmniFy Cloud Connect API";
  std::string version;
  std::string description = {};
  std::string cookie_name = "omnify_session";  ///< of the security scheme
};

/// All documented routes under /api/ as one JSON document: parameters, bodies, responses with their problems.
[[nodiscard]] std::string openapi_document(const Router& router, const ApiInfo& info);

/// GET /api/openapi.json, /api/docs, /api/docs/docs.js, /api/docs/docs.css and /api/problems/{type}. Call it when the
/// table is complete: the document is made here.
[[nodiscard]] std::vector<Route> documentation_routes(const Router& router, const ApiInfo& info);

}  // namespace omnify::http
