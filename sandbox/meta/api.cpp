#include "meta/api.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "crypto/random.h"
#include "meta/failure.h"
#include "meta/paging.h"
#include "meta/request.h"

namespace omnify::sandbox::meta {
namespace {

using boost::json::object;
using faults::Kind;

constexpr std::string_view kPlatform = "meta";
constexpr std::size_t kBatchLimit = 50;

std::int64_t active_ads(const Subject& node) {
  const auto today = market::local_moment(node.account->time_zone, node.now).today;
  return std::count_if(node.account->ads.begin(), node.account->ads.end(),
                       [&](const auto& ad) { return market::is_live(*node.account, ad, today); });
}

wire::Reply unexpected() { return Failure(500, 1, "An unknown error occurred").reply(); }

std::optional<NodeType> edge_type(std::string_view name) {
  if (name == "campaigns") return NodeType::campaign;
  if (name == "adsets") return NodeType::ad_set;
  if (name == "ads") return NodeType::ad;
  if (name == "adcreatives") return NodeType::creative;
  return std::nullopt;
}

}  // namespace

wire::Reply Api::handle(const wire::Request& request) {
  const auto account = account_of(request);
  auto reply = faults::through_line(faults_, kPlatform, account, [&] { return faulty(request, account); });
  reply.headers.emplace_back("facebook-api-version", "v26.0");
  reply.headers.emplace_back("x-fb-request-id", "A" + crypto::random_token(16));
  reply.headers.emplace_back("x-fb-trace-id", crypto::random_token(8));
  reply.headers.emplace_back("Cache-Control", "private, no-cache, no-store, must-revalidate");
  return reply;
}

wire::Reply Api::faulty(const wire::Request& request, std::string_view account) {
  if (faults_.take(kPlatform, account, {Kind::server_error})) {
    return Failure(500, 2, "Service temporarily unavailable").with_subcode(1504044).transient().reply();
  }
  if (faults_.take(kPlatform, account, {Kind::malformed})) {
    wire::Reply reply;
    reply.body = R"({"data":[{"id":"12)";
    return reply;
  }
  if (faults_.take(kPlatform, account, {Kind::expired_token})) {
    return invalid_token(463, "Session has expired.").reply();
  }
  return answer(request);
}

wire::Reply Api::answer(const wire::Request& request) {
  wire::Reply reply;
  try {
    const auto path = parse_path(request.path);
    Call call{request, read_parameters(request), {}, path.segments, {}, clock_.now()};
    if (call.path.empty() || call.path.front() != "oauth") check_version(path);
    call.url = request.base_url + request.path;
    if (call.path.empty() && request.method == "POST") return batch(call);
    reply.body = boost::json::serialize(route(call, reply));
  } catch (const Failure& failure) {
    auto refused = failure.reply();
    refused.headers = std::move(reply.headers);
    return refused;
  } catch (const std::exception&) {
    return unexpected();
  }
  return reply;
}

object Api::route(Call& call, wire::Reply& reply) {
  if (call.path.empty()) throw bad_parameter("The parameter ids is required");
  if (call.path.front() == "oauth") return route_oauth(call);
  if (call.path.front() == "debug_token") return debug_token(call);
  call.token = access_.authenticate(call.request, call.parameters, call.now);
  if (call.path.front() == "me") return route_me(call);
  if (const auto* report = reports_.find(call.path.front())) return route_report(call, *report, reply);
  return route_node(call, reply);
}

object Api::route_node(Call& call, wire::Reply& reply) {
  const auto node = find_subject(world_, call.path.front(), call.now);
  if (!node) throw no_such_object(call.path.front());
  check_permission(call, *node->account);
  const bool is_insights = call.path.size() == 2 && call.path[1] == "insights" && node->type != NodeType::creative;
  meter(*node, is_insights ? UseCase::insights : UseCase::management, reply);
  if (is_insights) return insights(call, *node);
  if (call.request.method != "GET") {
    throw Failure(400, 100, "Unsupported post request.").with_subcode(33).with_type("GraphMethodException");
  }
  if (call.path.size() == 1) return render(*node, parse_fields(value_of(call.parameters, "fields")));
  const auto type = call.path.size() == 2 ? edge_type(call.path[1]) : std::nullopt;
  if (!type || *type <= node->type) {
    throw Failure(400, 2500, fmt::format("Unknown path components: /{}", call.path.back()));
  }
  return list_objects(call, *node, *type);
}

object Api::route_report(Call& call, const Report& report, wire::Reply& reply) {
  const auto& node = report.request.node;
  check_permission(call, *node.account);
  meter(node, UseCase::insights, reply);
  if (faults_.take(kPlatform, std::to_string(node.account->id), {Kind::report_missing})) {
    throw no_such_object(call.path.front());
  }
  if (call.path.size() == 1) return Reports::describe(report);
  if (call.path[1] != "insights") throw Failure(400, 2500, fmt::format("Unknown path components: /{}", call.path[1]));
  if (!Reports::completed(report)) throw bad_parameter("The report run is not completed");
  for (const auto& field : parse_fields(value_of(call.parameters, "fields"))) {
    const auto& fields = report.request.fields;
    if (std::find(fields.begin(), fields.end(), field.name) != fields.end() || field.name.starts_with("date_"))
      continue;
    throw bad_parameter(
        fmt::format("Cannot include {} in fields param because they weren't there while creating the "
                    "report run",
                    field.name));
  }
  return page_of(call, report.request);
}

object Api::insights(Call& call, const Subject& node) {
  auto request = parse_insights(call.parameters, node);
  if (call.request.method == "POST") {
    const bool fails = faults_.take(kPlatform, std::to_string(node.account->id), {Kind::report_failed}).has_value();
    return {{"report_run_id", std::to_string(reports_.start(std::move(request), fails))}};
  }
  const auto size = estimate(request);
  if (size.rows > reports_.limits().sync_rows) {
    throw Failure(400, 100, "Invalid parameter")
        .with_subcode(1487534)
        .for_user("Too many rows",
                  "Your request would return too many rows. Ask for a smaller range, or start a report.");
  }
  if (size.ad_days > reports_.limits().sync_ad_days) {
    throw Failure(400, 100, "Invalid parameter")
        .with_subcode(1504018)
        .for_user("Request timed out", "Your request timed out. Ask for less data, or start a report.");
  }
  return page_of(call, request);
}

object Api::page_of(const Call& call, const InsightsRequest& request) {
  const auto limit = read_limit(call.parameters);
  if (limit * static_cast<std::int64_t>(request.fields.size() + 4) > 60'000) throw too_much_data();
  const auto after = value_of(call.parameters, "after");
  const std::uint64_t first = after.empty() ? 0 : decode_cursor(after);
  auto page = insights_page(request, first, limit);
  object out;
  const bool empty = page.rows.empty() && !page.has_next;
  out["data"] = std::move(page.rows);
  if (!empty) {
    out["paging"] = paging_of({first, page.behind, false, page.has_next}, call.url, call.parameters, call.token.value);
  }
  return out;
}

void Api::meter(const Subject& node, UseCase use_case, wire::Reply& reply) {
  const auto id = node.account->id;
  const auto fault = faults_.take(kPlatform, std::to_string(id), {Kind::throttle});
  Block block;
  if (fault) {
    block.left = std::chrono::seconds(60);
    if (fault->until) block.left = std::chrono::ceil<std::chrono::seconds>(*fault->until - omnify::now());
  }
  // Quotas run on the real clock: days that somebody skips do not free them.
  const bool over = usage_.count(id, use_case, active_ads(node), omnify::now());
  usage_.tell(reply, id, use_case, block);
  if (!over && !fault) return;
  const std::int64_t usual = use_case == UseCase::insights ? 80000 : 80004;
  throw throttled(fault && fault->code != 0 ? fault->code : usual);
}

void Api::check_permission(const Call& call, const market::Account& account) const {
  if (call.token.type != TokenType::app && call.token.sees(account.id) && call.token.may_read_ads()) return;
  throw Failure(403, 200, "(#200) Ad account owner has NOT grant ads_management or ads_read permission");
}

std::string Api::account_of(const wire::Request& request) const {
  const auto path = parse_path(request.path);
  if (path.segments.empty()) return {};
  if (const auto* report = reports_.find(path.segments.front())) {
    return std::to_string(report->request.node.account->id);
  }
  const auto node = find_subject(world_, path.segments.front(), Instant{});
  return node ? std::to_string(node->account->id) : std::string();
}

wire::Reply Api::batch(Call& call) {
  boost::system::error_code failure;
  const auto items = boost::json::parse(value_of(call.parameters, "batch"), failure);
  if (failure || !items.is_array()) throw bad_parameter("batch parameter must be a JSON array");
  if (items.get_array().size() > kBatchLimit)
    throw bad_parameter("Too many requests in batch message. Maximum batch size is 50");
  call.token = access_.authenticate(call.request, call.parameters, call.now);
  boost::json::array answers;
  for (const auto& item : items.get_array()) {
    const auto* address = item.is_object() ? item.get_object().if_contains("relative_url") : nullptr;
    const auto* method = item.is_object() ? item.get_object().if_contains("method") : nullptr;
    if (address == nullptr || !address->is_string()) throw bad_parameter("Each batch item needs relative_url");
    const std::string_view target(address->get_string());
    const auto mark = std::min(target.find('?'), target.size());
    wire::Request inner;
    inner.method = method != nullptr && method->is_string() ? std::string(method->get_string()) : "GET";
    inner.path = fmt::format("{}/{}", parse_path(call.request.path).version, target.substr(0, mark));
    inner.path.insert(0, "/");
    if (mark < target.size()) inner.query = wire::parse_form(target.substr(mark + 1));
    inner.query.emplace_back("access_token", call.token.value);
    inner.base_url = call.request.base_url;
    const auto reply = answer(inner);
    boost::json::array headers;
    for (const auto& [name, value] : reply.headers) headers.push_back(object{{"name", name}, {"value", value}});
    answers.push_back(object{{"code", reply.status}, {"headers", std::move(headers)}, {"body", reply.body}});
  }
  wire::Reply reply;
  reply.body = boost::json::serialize(answers);
  return reply;
}

}  // namespace omnify::sandbox::meta
