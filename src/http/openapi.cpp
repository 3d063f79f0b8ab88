#include "http/openapi.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/error.h"
#include "base/schema.h"
#include "http/docs_page.h"

namespace omnify::http {
namespace {

namespace js = boost::json;

constexpr Code kCodes[] = {Code::invalid_request,    Code::invalid_field,      Code::unauthenticated,
                           Code::permission_denied,  Code::not_found,          Code::method_not_allowed,
                           Code::conflict,           Code::too_large,          Code::unsupported_media,
                           Code::rate_limited,       Code::cancelled,          Code::deadline_exceeded,
                           Code::unavailable,        Code::upstream_retry,     Code::upstream_slow_down,
                           Code::upstream_reconnect, Code::upstream_permanent, Code::internal};

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

js::object problem_schema() {
  const js::object text{{"type", "string"}};
  const js::object field{
      {"type", "object"}, {"properties", {{"pointer", text}, {"detail", text}}}, {"required", {"pointer", "detail"}}};
  return {{"type", "object"},
          {"description", "RFC 9457"},
          {"properties",
           {{"type", {{"type", "string"}, {"format", "uri-reference"}}},
            {"title", text},
            {"status", {{"type", "integer"}}},
            {"detail", text},
            {"request_id", text},
            {"errors", {{"type", "array"}, {"items", field}}}}},
          {"required", {"type", "title", "status", "detail", "request_id"}}};
}

js::object media(const std::string& type, js::value schema) {
  js::object entry;
  entry["schema"] = std::move(schema);
  js::object out;
  out[type] = std::move(entry);
  return out;
}

std::string_view place_name(ParameterDoc::Place place) {
  if (place == ParameterDoc::Place::path) return "path";
  return place == ParameterDoc::Place::query ? "query" : "header";
}

/// The row's own, and those of the path that nobody described.
std::vector<ParameterDoc> all_parameters(const Route& route) {
  auto all = route.parameters;
  for (auto open = route.path.find('{'); open != std::string::npos; open = route.path.find('{', open + 1)) {
    const auto name = route.path.substr(open + 1, route.path.find('}', open) - open - 1);
    const bool known = std::any_of(all.begin(), all.end(), [&](const ParameterDoc& parameter) {
      return parameter.place == ParameterDoc::Place::path && parameter.name == name;
    });
    if (!known) all.push_back({name, ParameterDoc::Place::path, true, "", nullptr});
  }
  return all;
}

js::array parameter_list(const Route& route, js::object& schemas) {
  js::array list;
  for (const auto& parameter : all_parameters(route)) {
    js::object entry{{"name", parameter.name},
                     {"in", place_name(parameter.place)},
                     {"required", parameter.required || parameter.place == ParameterDoc::Place::path}};
    if (!parameter.description.empty()) entry["description"] = parameter.description;
    entry["schema"] = parameter.schema != nullptr ? parameter.schema(schemas) : js::value{{"type", "string"}};
    list.push_back(std::move(entry));
  }
  return list;
}

js::value request_body(const Route& route, js::object& schemas) {
  if (route.request_schema == nullptr && !route.streaming) return nullptr;
  auto type = route.request_media;
  if (route.streaming && route.request_schema == nullptr && type == "application/json") {
    type = "application/octet-stream";
  }
  js::object body{{"required", true}};
  body["content"] = media(type, route.request_schema != nullptr ? route.request_schema(schemas) : js::object{});
  return body;
}

js::object response_list(const Route& route, js::object& schemas) {
  js::object success{{"description", reason_phrase(route.success_status)}};
  if (route.response_schema != nullptr) {
    success["content"] = media(route.response_media, route.response_schema(schemas));
  } else if (route.success_status != 204 && route.response_media != "application/json") {
    success["content"] = media(route.response_media, js::object{{"type", "string"}});
  }
  js::object list;
  list[std::to_string(route.success_status)] = std::move(success);
  std::vector<int> problems{429, 500, 503};
  if (!route.operation.permission.empty()) problems.insert(problems.end(), {401, 403});
  if (route.path.find('{') != std::string::npos) problems.push_back(404);
  const bool has_body = route.request_schema != nullptr || route.streaming;
  if (has_body) problems.insert(problems.end(), {413, 415});
  if (has_body || !route.parameters.empty()) problems.insert(problems.end(), {400, 422});
  std::sort(problems.begin(), problems.end());
  for (const int status : problems) list[std::to_string(status)] = {{"$ref", "#/components/responses/Problem"}};
  return list;
}

js::object describe(const Route& route, js::object& schemas) {
  const auto& operation = route.operation;
  js::object out{{"operationId", operation.id}, {"summary", operation.summary}, {"tags", {operation.tag}}};
  if (!operation.description.empty()) out["description"] = operation.description;
  if (auto parameters = parameter_list(route, schemas); !parameters.empty()) {
    out["parameters"] = std::move(parameters);
  }
  if (auto body = request_body(route, schemas); !body.is_null()) out["requestBody"] = std::move(body);
  out["responses"] = response_list(route, schemas);
  out["x-rate-class"] = operation.rate_class;
  if (operation.permission.empty()) {
    out["security"] = js::array();
  } else {
    out["x-permission"] = operation.permission;
  }
  return out;
}

js::array tag_list(const Router& router) {
  js::array tags;
  std::vector<std::string> seen;
  for (const auto& route : router.routes()) {
    if (!route.documented || std::find(seen.begin(), seen.end(), route.operation.tag) != seen.end()) continue;
    seen.push_back(route.operation.tag);
    tags.push_back({{"name", route.operation.tag}});
  }
  return tags;
}

std::string replace(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string escape_html(std::string text) {
  return replace(replace(replace(std::move(text), "&", "&amp;"), "<", "&lt;"), "\"", "&quot;");
}

std::string docs_page(const ApiInfo& info) {
  std::string rows;
  for (const auto code : kCodes) {
    const auto& what = traits(code);
    rows += fmt::format("<tr id=\"problem-{0}\"><td><code>{0}</code></td><td>{1}</td><td>{2}</td><td>{3}</td></tr>\n",
                        what.problem_type, what.http_status, what.title, what.retryable ? "yes" : "no");
  }
  return replace(replace(std::string(kDocsHtml), "{title}", escape_html(info.title)), "{problems}", rows);
}

Route text_route(std::string path, Operation operation, Response response) {
  Route row{Method::get, std::move(path), std::move(operation)};
  row.documented = false;
  response.headers.set("Cache-Control", "no-cache");
  if (!response.headers.value("Content-Type").starts_with("application/json")) {
    response.headers.set("ETag",
                         fmt::format("W/\"{:x}-{:x}\"", std::hash<std::string>{}(response.body), response.body.size()));
  }
  const auto shared = std::make_shared<const Response>(std::move(response));
  row.handler = [shared](Request) -> Task<Response> {
    return [](std::shared_ptr<const Response> kept) -> Task<Response> { co_return *kept; }(shared);
  };
  return row;
}

Task<Response> show_problem(Request request) {
  const auto type = request.path_parameters.value("type");
  for (const auto code : kCodes) {
    if (traits(code).problem_type == type) co_return Response::see_other(fmt::format("/api/docs#problem-{}", type));
  }
  co_return Response::see_other("/api/docs#problems");
}

Response with_media_type(std::string_view text, std::string_view type) {
  auto response = Response::text(std::string(text));
  response.headers.set("Content-Type", std::string(type));
  return response;
}

}  // namespace

std::string openapi_document(const Router& router, const ApiInfo& info) {
  js::object schemas;
  schemas["Problem"] = problem_schema();
  js::object paths;
  for (const auto& route : router.routes()) {
    if (!route.documented || !route.path.starts_with("/api/")) continue;
    auto& item = paths[route.path];
    if (item.is_null()) item = js::object();
    item.as_object()[lower(to_string(route.method))] = describe(route, schemas);
  }
  js::object problem{{"description", "What went wrong"}};
  problem["content"] = media("application/problem+json", json::reference("Problem"));
  js::object document{{"openapi", "3.1.0"},
                      {"info", {{"title", info.title}, {"version", info.version}, {"description", info.description}}},
                      {"jsonSchemaDialect", "https://spec.openapis.org/oas/3.1/dialect/base"},
                      {"servers", {{{"url", "/"}}}},
                      {"security", {{{"session", js::array()}}}}};
  document["tags"] = tag_list(router);
  document["paths"] = std::move(paths);
  document["components"] = {
      {"schemas", std::move(schemas)},
      {"responses", {{"Problem", std::move(problem)}}},
      {"securitySchemes", {{"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", info.cookie_name}}}}}};
  return js::serialize(document);
}

std::vector<Route> documentation_routes(const Router& router, const ApiInfo& info) {
  const auto operation = [](std::string id, std::string summary) {
    return Operation{std::move(id), std::move(summary), "Documentation", ""};
  };
  std::vector<Route> rows;
  rows.push_back(text_route("/api/openapi.json", operation("getOpenApi", "This document"),
                            Response::json(openapi_document(router, info))));
  rows.push_back(text_route("/api/docs", operation("getDocs", "These pages"), Response::html(docs_page(info))));
  rows.push_back(text_route("/api/docs/docs.js", operation("getDocsScript", "Their script"),
                            with_media_type(kDocsScript, "text/javascript; charset=utf-8")));
  rows.push_back(text_route("/api/docs/docs.css", operation("getDocsStyle", "Their style"),
                            with_media_type(kDocsStyle, "text/css; charset=utf-8")));
  Route problem{Method::get, "/api/problems/{type}", operation("showProblem", "What a problem type means")};
  problem.documented = false;
  problem.handler = show_problem;
  rows.push_back(std::move(problem));
  return rows;
}

}  // namespace omnify::http
