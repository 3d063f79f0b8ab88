#include "tiktok/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "tiktok/failure.h"
#include "tiktok/request.h"

namespace omnify::sandbox::tiktok {
namespace {

using boost::json::array;
using boost::json::object;
using faults::Kind;

constexpr std::string_view kPlatform = "tiktok";
constexpr std::string_view kRoot = "/open_api/";
constexpr std::string_view kVersion = "v1.3/";
constexpr std::size_t kMostAdvertisers = 100;

/// The account that a request names, for faults that concern only one.
std::string account_of(const wire::Request& request) {
  if (const auto id = wire::find(request.query, "advertiser_id")) return std::string(*id);
  boost::system::error_code failure;
  const auto list = boost::json::parse(wire::find(request.query, "advertiser_ids").value_or(""), failure);
  const auto ids = failure ? std::nullopt : strings_of(list);
  return ids && !ids->empty() ? ids->front() : std::string();
}

}  // namespace

wire::Reply Api::handle(const wire::Request& request) {
  const auto account = account_of(request);
  return faults::through_line(faults_, kPlatform, account, [&] { return faulty(request, account); });
}

wire::Reply Api::faulty(const wire::Request& request, std::string_view account) {
  if (const auto fault = faults_.take(kPlatform, account, {Kind::server_error})) {
    // The edge fails with a status of HTTP, the service behind it with a code in the body.
    if (fault->code >= 500 && fault->code < 600) {
      return {.status = static_cast<int>(fault->code), .body = "upstream error", .content_type = "text/plain"};
    }
    return envelope(fault->code != 0 ? fault->code : 50000, "System error.", {});
  }
  if (faults_.take(kPlatform, account, {Kind::malformed})) {
    wire::Reply reply;
    reply.body = R"({"code":0,"message":"OK","data":{"list":[{"campaign_id":"17)";
    return reply;
  }
  if (faults_.take(kPlatform, account, {Kind::expired_token})) {
    return Failure(40105, "Access token is incorrect or has been revoked.").reply();
  }
  return answer(request);
}

const Api::Endpoint* Api::find_endpoint(const wire::Request& request) {
  static constexpr auto kEndpoints = std::to_array<Endpoint>({
      {"POST", "oauth2/access_token", &Api::exchange_code},
      {"POST", "oauth/token", &Api::exchange_code},
      {"POST", "oauth2/revoke_token", &Api::revoke_token},
      {"GET", "oauth2/advertiser/get", &Api::list_advertisers},
      {"GET", "advertiser/info", &Api::advertiser_info},
      {"GET", "campaign/get", &Api::campaigns},
      {"GET", "adgroup/get", &Api::ad_groups},
      {"GET", "ad/get", &Api::ads},
      {"GET", "report/integrated/get", &Api::report},
  });
  auto path = std::string_view(request.path).substr(kRoot.size() + kVersion.size());
  if (!path.ends_with('/')) return nullptr;
  path.remove_suffix(1);
  const auto found = std::ranges::find(kEndpoints, path, &Endpoint::path);
  return found == kEndpoints.end() ? nullptr : &*found;
}

wire::Reply Api::answer(const wire::Request& request) {
  const std::string_view path = request.path;
  if (path == "/portal/auth") return consent(request);
  if (!path.starts_with(kRoot)) return page_not_found();
  if (!path.substr(kRoot.size()).starts_with(kVersion)) {
    return Failure(40051, "The version of the API is not supported.").reply();
  }
  const auto* endpoint = find_endpoint(request);
  if (endpoint == nullptr) return page_not_found();
  try {
    if (endpoint->method != request.method) throw Failure(40117, "The HTTP method is not allowed.");
    meter(account_of(request));
    Call call{request};
    auto reply = envelope(0, "OK", (this->*endpoint->answer)(call));
    std::ranges::move(call.headers, std::back_inserter(reply.headers));
    return reply;
  } catch (const Failure& failure) {
    return failure.reply();
  }
}

/// The page on which an advertiser agrees; here one who always does, to all accounts.
wire::Reply Api::consent(const wire::Request& request) {
  const auto target = wire::find(request.query, "redirect_uri").value_or("");
  if (wire::find(request.query, "app_id") != access_.app_id() || target.empty()) return page_not_found();
  const auto code = access_.issue_code({}, clock_.now());
  const auto mark = target.find('?') == std::string_view::npos ? '?' : '&';
  return {.status = 302,
          .headers = {{"Location", fmt::format("{}{}auth_code={}&code={}&state={}", target, mark, code, code,
                                               wire::url_encode(wire::find(request.query, "state").value_or("")))}}};
}

object Api::exchange_code(Call& call) {
  // `grant_type` is sent by many clients and means nothing here.
  const Parameters parameters(call.request, {"app_id", "secret", "auth_code", "grant_type", "return_advertiser_ids"});
  access_.check_app(parameters.required("app_id"), parameters.required("secret"));
  const auto token = access_.exchange(parameters.required("auth_code"), clock_.now());
  const auto& grant = access_.check(token);
  array ids;
  for (const auto& account : world_.accounts()) {
    if (account.platform == market::Platform::tiktok && grant.sees(account.id))
      ids.emplace_back(std::to_string(account.id));
  }
  array scopes;
  for (const auto scope : grant.scopes) scopes.emplace_back(static_cast<int>(scope));
  return {{"access_token", token}, {"advertiser_ids", std::move(ids)}, {"scope", std::move(scopes)}};
}

object Api::revoke_token(Call& call) {
  const Parameters parameters(call.request, {"app_id", "secret", "access_token"});
  access_.check_app(parameters.required("app_id"), parameters.required("secret"));
  access_.revoke(parameters.required("access_token"));
  return {{"app_id", access_.app_id()}, {"advertiser_ids", array{}}};
}

object Api::list_advertisers(Call& call) {
  const Parameters parameters(call.request, {"app_id", "secret"});
  const auto& grant = access_.authenticate(call.request);
  access_.check_app(parameters.required("app_id"), parameters.required("secret"));
  array list;
  for (const auto& account : world_.accounts()) {
    if (account.platform != market::Platform::tiktok || !grant.sees(account.id)) continue;
    list.push_back(object{{"advertiser_id", std::to_string(account.id)}, {"advertiser_name", account.name}});
  }
  return {{"list", std::move(list)}};
}

object Api::advertiser_info(Call& call) {
  const Parameters parameters(call.request, {"advertiser_ids", "fields"});
  (void)access_.authenticate(call.request);
  (void)parameters.required("advertiser_ids");
  const auto ids = parameters.list("advertiser_ids").value_or(std::vector<std::string>{});
  if (ids.size() > kMostAdvertisers) throw Failure(40011, "advertiser_ids: More than 100 ids.");
  const auto fields = parameters.list("fields").value_or(std::vector<std::string>{});
  array list;
  for (const auto& id : ids) list.push_back(describe_advertiser(advertiser(call, id, Scope::account), fields));
  return {{"list", std::move(list)}};
}

Subject Api::advertiser(const Call& call, std::string_view id, Scope scope) const {
  const auto& grant = access_.authenticate(call.request);
  if (id.empty()) throw invalid("advertiser_id", "Missing data for required field.");
  const auto number = parse_id(id);
  if (!number) throw invalid("advertiser_id", "Not a valid id.");
  const auto* account = world_.find_account(*number);
  const bool known = account != nullptr && account->platform == market::Platform::tiktok;
  if (!known || !grant.sees(*number) || !grant.allows(scope)) throw no_permission(id);
  return {&world_, account, Level::advertiser, 0, clock_.now()};
}

object Api::campaigns(Call& call) {
  const auto id = wire::find(call.request.query, "advertiser_id").value_or("");
  return list_objects(call.request, advertiser(call, id, Scope::ads), Level::campaign);
}

object Api::ad_groups(Call& call) {
  const auto id = wire::find(call.request.query, "advertiser_id").value_or("");
  return list_objects(call.request, advertiser(call, id, Scope::ads), Level::ad_group);
}

object Api::ads(Call& call) {
  const auto id = wire::find(call.request.query, "advertiser_id").value_or("");
  return list_objects(call.request, advertiser(call, id, Scope::ads), Level::ad);
}

object Api::report(Call& call) {
  const Parameters parameters(
      call.request,
      {"advertiser_id", "advertiser_ids", "bc_id", "report_type", "service_type", "data_level", "dimensions", "metrics",
       "start_date", "end_date", "query_lifetime", "filtering", "order_field", "order_type", "enable_total_metrics",
       "multi_adv_report_in_utc_time", "query_mode", "page", "page_size"});
  const auto account = advertiser(call, parameters.find("advertiser_id").value_or(""), Scope::reporting);
  auto answer = reports_.answer(read_report(parameters, account));
  if (answer.truncated) call.headers.emplace_back("X-Tt-Ads-Throttle", "The newest ads only: narrow the query.");
  return std::move(answer.data);
}

void Api::meter(std::string_view account) {
  const auto fault = faults_.take(kPlatform, account, {Kind::throttle});
  if (fault) throw throttled(fault->code != 0 ? fault->code : 40100);
  // Limits run on the real clock: days that somebody skips do not free them.
  if (!quota_.take(omnify::now())) throw throttled(40100);
}

}  // namespace omnify::sandbox::tiktok
