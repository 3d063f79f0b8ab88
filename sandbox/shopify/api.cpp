#include "shopify/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/uuid.h"
#include "graphql/validate.h"
#include "graphql/values.h"
#include "shopify/oauth.h"
#include "shopify/schema.h"

namespace omnify::sandbox::shopify {
namespace {

using boost::json::array;
using boost::json::object;
using faults::Kind;

constexpr std::string_view kPlatform = "shopify";
constexpr std::string_view kAdmin = "/admin/api/";
constexpr std::string_view kEndpoint = "/graphql.json";
constexpr std::array<std::string_view, 6> kVersions{"2026-01", "2026-04", "2026-07", "2026-10", "2027-01", "unstable"};

wire::Reply plain(int status, std::string_view errors) {
  return {.status = status, .body = boost::json::serialize(object{{"errors", errors}})};
}

wire::Reply unauthorized() {
  return plain(401, "[API] Invalid API key or access token (unrecognized login or wrong password)");
}

/// A retired version is answered by the oldest that is left. Empty for what is no version.
std::string_view served_version(std::string_view wanted) {
  if (const auto found = std::ranges::find(kVersions, wanted); found != kVersions.end()) return *found;
  const bool version = wanted.size() == 7 && wanted[4] == '-' && wanted < kVersions.front() && wanted >= "2019-04";
  return version ? kVersions.front() : std::string_view();
}

std::string_view host_of(const wire::Request& request, std::string_view header) {
  const auto host = wire::find(request.headers, header).value_or("");
  return host.substr(0, host.find(':'));
}

/// The shop that a request is for: by its host, or by the first part of its path.
struct Target {
  const market::Shop* shop = nullptr;
  std::string path;
};

Target find_target(const market::Shops& shops, const wire::Request& request) {
  for (const auto* header : {"x-forwarded-host", "host"}) {
    const auto host = host_of(request, header);
    if (host.ends_with(".myshopify.com")) return {shops.find(host), request.path};
  }
  const auto slash = std::min(request.path.find('/', 1), request.path.size());
  const auto* shop = shops.find(std::string_view(request.path).substr(1, slash - 1));
  return {shop, request.path.substr(slash)};
}

/// An object with a text "query"; nothing for another body.
std::optional<object> read_body(const wire::Request& request) {
  boost::system::error_code failure;
  const auto body = boost::json::parse(request.body, failure);
  if (failure || !body.is_object()) return std::nullopt;
  const auto* query = body.as_object().if_contains("query");
  return query != nullptr && query->is_string() ? std::optional(body.as_object()) : std::nullopt;
}

object errors_only(const graphql::Failure& failure) { return {{"errors", array{failure.to_json()}}}; }

graphql::Failure throttled() {
  graphql::Failure failure("Throttled", "THROTTLED");
  failure.extensions["documentation"] = "https://shopify.dev/api/usage/rate-limits";
  return failure;
}

graphql::Failure too_dear(std::int64_t points) {
  graphql::Failure failure(
      fmt::format("Query cost is {}, which exceeds the single query max cost limit ({}).", points, kMostPerQuery),
      "MAX_COST_EXCEEDED");
  failure.extensions["cost"] = points;
  failure.extensions["maxCost"] = kMostPerQuery;
  failure.extensions["documentation"] = "https://shopify.dev/api/usage/rate-limits";
  return failure;
}

const char* status_text(int status) {
  switch (status) {
    case 402:
      return "Unavailable Shop";
    case 423:
      return "Locked";
    case 429:
      return "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.";
    case 430:
      return "Security Rejection";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

std::optional<faults::Fault> Api::take(const Call& call, Kind kind) {
  return faults_.take(kPlatform, call.shop.domain, {kind});
}

wire::Reply Api::handle(const wire::Request& request) {
  if (request.path.starts_with("/bulk/")) return file(request.path);
  const auto target = find_target(shops_, request);
  if (target.shop == nullptr) return plain(404, "Not Found");
  const Call call{request, *target.shop, target.path};
  wire::Reply reply;
  if (take(call, Kind::reset)) {
    reply.ending = wire::Ending::reset;
    return reply;
  }
  reply = faulty(call);
  if (const auto fault = take(call, Kind::latency)) reply.delay = std::chrono::milliseconds(fault->milliseconds);
  if (take(call, Kind::truncated)) reply.ending = wire::Ending::truncated;
  reply.headers.emplace_back("X-Request-Id", Uuid::random().text());
  return reply;
}

wire::Reply Api::file(const std::string& path) const {
  const auto found = bulk_.file(path, clock_.now());
  if (!found) return {.status = 404, .body = "Not Found", .content_type = "text/plain"};
  return {.content_type = "application/jsonl", .file = found->string()};
}

wire::Reply Api::faulty(const Call& call) {
  if (const auto fault = take(call, Kind::server_error)) {
    const int status = fault->code == 0 ? 500 : static_cast<int>(fault->code);
    auto reply = plain(status, status_text(status));
    if (status == 429) reply.headers.emplace_back("Retry-After", "2.0");
    return reply;
  }
  if (take(call, Kind::malformed)) return {.body = R"({"data":{"orders":{"edges":[{"node":{"id":"gid://sho)"};
  if (take(call, Kind::expired_token)) return unauthorized();
  return answer(call);
}

wire::Reply Api::answer(const Call& call) {
  const auto& method = call.request.method;
  if (call.path == "/admin/oauth/authorize" && method == "GET") {
    return authorize(access_, call.shop, call.request, clock_.now());
  }
  if (call.path == "/admin/oauth/access_token" && method == "POST") {
    return grant_token(access_, call.shop, call.request, clock_.now());
  }
  if (!call.path.starts_with(kAdmin) || !call.path.ends_with(kEndpoint) ||
      call.path.size() <= kAdmin.size() + kEndpoint.size()) {
    return plain(404, "Not Found");
  }
  const auto version = served_version(
      std::string_view(call.path).substr(kAdmin.size(), call.path.size() - kAdmin.size() - kEndpoint.size()));
  if (version.empty()) return plain(404, "Not Found");
  if (method != "POST") return plain(405, "Method Not Allowed");
  auto reply = answer_query(call);
  reply.headers.emplace_back("X-Shopify-API-Version", version);
  return reply;
}

wire::Reply Api::answer_query(const Call& call) {
  const auto token = wire::find(call.request.headers, "x-shopify-access-token").value_or("");
  const auto* grant = access_.find(token, call.shop.domain, clock_.now());
  if (grant == nullptr) return unauthorized();
  const auto body = read_body(call.request);
  if (!body) return plain(400, "Bad Request");
  wire::Reply reply;
  object answer;
  try {
    answer = ask(call, *grant, *body, reply);
  } catch (const graphql::SyntaxError& error) {
    graphql::Failure failure{std::string(error.what())};
    failure.locations = {error.at()};
    answer = errors_only(failure);
  } catch (const graphql::Failure& failure) {
    answer = errors_only(failure);
  }
  reply.body = boost::json::serialize(answer);
  return reply;
}

object Api::ask(const Call& call, const Grant& grant, const object& body, wire::Reply& reply) {
  if (take(call, Kind::shop_inactive)) throw graphql::Failure("Shop is not active.", "SHOP_INACTIVE");
  Question question{.document = graphql::parse_document(body.at("query").as_string()), .variables = {}};
  const auto failures = graphql::validate(schema(), question.document);
  if (!failures.empty()) return {{"errors", graphql::to_json(failures)}};
  const auto* name = body.if_contains("operationName");
  question.operation = &graphql::choose_operation(
      question.document, name != nullptr && name->is_string() ? std::string_view(name->as_string()) : "");
  const auto* variables = body.if_contains("variables");
  question.variables =
      graphql::read_variables(schema(), *question.operation,
                              variables != nullptr && variables->is_object() ? variables->as_object() : object());
  Grant seen = grant;
  // A scope that the merchant took back: whatever needs it is refused, the rest of the answer stands.
  if (take(call, Kind::access_denied)) seen.scopes.erase("read_customers");
  Context context{shops_, call.shop, seen, clock_.now(), url_};
  if (take(call, Kind::throttle)) {
    const graphql::Executor executor(schema(), question.document, question.variables);
    auto refused = errors_only(throttled());
    refused["extensions"] = object{{"cost", cost(call.shop, executor.requested_cost(*question.operation), {})}};
    return refused;
  }
  return execute(question, context, reply);
}

object Api::execute(const Question& question, Context& context, wire::Reply& reply) {
  graphql::Executor executor(schema(), question.document, question.variables);
  const auto requested = executor.requested_cost(*question.operation);
  if (requested > kMostPerQuery) return errors_only(too_dear(requested));
  if (!throttle_.take(context.shop.domain, requested, context.now)) {
    auto refused = errors_only(throttled());
    refused["extensions"] = object{{"cost", cost(context.shop, requested, {})}};
    return refused;
  }
  const auto fails = [&] { return faults_.take(kPlatform, context.shop.domain, {Kind::report_failed}).has_value(); };
  const Services services{updated_, &bulk_, &webhooks_, fails};
  const bool mutation = question.operation->kind == graphql::Operation::Kind::mutation;
  auto data =
      executor.run(*question.operation, mutation ? mutation_root(context, services) : query_root(context, services));
  const auto actual = std::min(requested, executor.actual_cost());
  throttle_.give_back(context.shop.domain, requested - actual);
  if (executor.used_deprecated()) {
    reply.headers.emplace_back("X-Shopify-API-Deprecated-Reason", "https://shopify.dev/api/usage/versioning");
  }
  object extensions{{"cost", cost(context.shop, requested, actual)}};
  if (!context.warnings.empty()) extensions["search"] = context.warnings;
  object body{{"data", std::move(data)}};
  if (!executor.failures().empty()) body["errors"] = graphql::to_json(executor.failures());
  body["extensions"] = std::move(extensions);
  return body;
}

object Api::cost(const market::Shop& shop, std::int64_t requested, std::optional<std::int64_t> actual) {
  return {{"requestedQueryCost", requested},
          {"actualQueryCost", actual ? boost::json::value(*actual) : nullptr},
          {"throttleStatus", throttle_.status(shop.domain, clock_.now())}};
}

}  // namespace omnify::sandbox::shopify
