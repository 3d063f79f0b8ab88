#include "google/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "crypto/random.h"
#include "google/json_text.h"

namespace omnify::sandbox::google {
namespace {

using boost::json::array;
using boost::json::object;
using faults::Kind;

constexpr std::string_view kPlatform = "google";
constexpr std::string_view kManagerZone = "Europe/London";

std::optional<std::uint64_t> customer_id(std::string_view text) {
  std::uint64_t id = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return id;
}

/// As the gateway in front of the API writes it.
wire::Reply no_such_path() {
  wire::Reply reply;
  reply.status = 404;
  reply.content_type = "text/html; charset=UTF-8";
  reply.body = "<!DOCTYPE html>\n<title>Error 404 (Not Found)!!1</title>\n";
  return reply;
}

void check_parameters(const wire::Fields& query) {
  for (const auto& [name, value] : query) {
    if (name != "$alt" && name != "$prettyPrint" && name != "alt" && name != "prettyPrint")
      throw unknown_name(name, true);
  }
}

Failure throttled(const faults::Fault& fault) {
  auto delay = std::chrono::seconds(60);
  if (fault.until) delay = std::chrono::ceil<std::chrono::seconds>(*fault.until - omnify::now());
  // By the numbers of QuotaErrorEnum.
  if (fault.code == 2) return exhausted("RESOURCE_EXHAUSTED", fault.until ? delay : std::chrono::seconds(40'591));
  if (fault.code == 5) return exhausted("EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION", delay);
  if (fault.code == 6) return exhausted("EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION", delay);
  return exhausted("RESOURCE_TEMPORARILY_EXHAUSTED", delay);
}

array to_array(std::vector<object>& rows) {
  array out;
  out.reserve(rows.size());
  for (auto& row : rows) out.push_back(std::move(row));
  return out;
}

std::string consumption(std::size_t rows) { return std::to_string(1 + rows / 10); }

}  // namespace

wire::Reply Api::handle(const wire::Request& request) {
  const auto parsed = parse_route(request);
  const auto customer = parsed ? parsed->customer : std::string();
  Envelope envelope;
  // 22 characters that are safe in a URL, as the original's.
  envelope.request_id = crypto::random_token(16);
  if (parsed) envelope.version = parsed->version;
  envelope.stream = parsed && parsed->method == Method::search_stream;
  auto reply = faults::through_line(faults_, kPlatform, customer, [&] { return faulty(request, customer, envelope); });
  reply.headers.emplace_back("request-id", envelope.request_id);
  reply.headers.emplace_back("Cache-Control", "private");
  return reply;
}

wire::Reply Api::faulty(const wire::Request& request, std::string_view customer, const Envelope& envelope) {
  if (const auto fault = faults_.take(kPlatform, customer, {Kind::server_error})) {
    if (fault->code == 4) {
      return Failure(500, "INTERNAL", "Internal error encountered.")
          .with("internalError", "TRANSIENT_ERROR", "A transient internal error has occurred.")
          .reply(envelope);
    }
    return Failure(503, "UNAVAILABLE", "The service is currently unavailable.").reply(envelope);
  }
  if (faults_.take(kPlatform, customer, {Kind::malformed})) {
    wire::Reply reply;
    reply.body = R"({"results":[{"campaign":{"resourceName":"cust)";
    return reply;
  }
  if (request.path == kTokenPath) return access_.exchange(request, clock_.now());
  if (faults_.take(kPlatform, customer, {Kind::expired_token})) {
    return unauthenticated("OAUTH_TOKEN_EXPIRED", "OAuth token in the header has expired.").reply(envelope);
  }
  return answer(request, envelope);
}

wire::Reply Api::answer(const wire::Request& request, Envelope envelope) {
  const auto parsed = parse_route(request);
  if (!parsed) return no_such_path();
  try {
    return route(request, *parsed, envelope);
  } catch (const Failure& failure) {
    return failure.reply(envelope);
  }
}

// In the order of the original as far as it is known: version, token, header, customer, quota, query.
wire::Reply Api::route(const wire::Request& request, const Route& route, const Envelope& envelope) {
  check_version(route.version);
  check_parameters(request.query);
  const auto grant = access_.authenticate(request, clock_.now());
  if (const auto token = wire::find(request.headers, "developer-token"); token && token->empty()) {
    throw invalid("requestError", "DEVELOPER_TOKEN_PARAMETER_MISSING", "developer-token parameter is missing.");
  }
  if (route.method == Method::list_customers) {
    meter("", true);
    return list_customers(grant);
  }
  const auto customer = find_customer(request, route, grant);
  const bool streams = route.method == Method::search_stream;
  const auto wanted = parse_search(request.body, streams);
  meter(route.customer, wanted.page_token.empty());
  const auto zone = customer.account == nullptr ? kManagerZone : std::string_view(customer.account->time_zone);
  const auto plan =
      make_plan(parse_query(wanted.query), customer.account == nullptr, market::local_moment(zone, customer.now).today);
  if (wanted.summary_row && !plan.has_metrics) {
    throw invalid("requestError", "CANNOT_RETURN_SUMMARY_ROW_FOR_REQUEST_WITHOUT_METRICS",
                  "Cannot return summary row for a query without metrics.");
  }
  return streams ? stream(plan, wanted, customer, envelope) : search(plan, wanted, customer);
}

wire::Reply Api::list_customers(const Grant& grant) const {
  array names;
  const auto add = [&](std::uint64_t id) {
    if (grant.reaches(id)) names.emplace_back(fmt::format("customers/{}", id));
  };
  add(access_.manager());
  for (const auto& account : world_.accounts()) {
    if (account.platform == market::Platform::google) add(account.id);
  }
  wire::Reply reply;
  reply.body = json_text(object{{"resourceNames", std::move(names)}});
  return reply;
}

Customer Api::find_customer(const wire::Request& request, const Route& route, const Grant& grant) const {
  const auto login = wire::find(request.headers, "login-customer-id");
  const auto login_id = customer_id(login.value_or(""));
  if (login && !login_id) {
    throw invalid("headerError", "INVALID_LOGIN_CUSTOMER_ID", "The login customer ID could not be validated.");
  }
  const auto id = customer_id(route.customer);
  if (!id)
    throw invalid("requestError", "INVALID_CUSTOMER_ID", fmt::format("Invalid customer ID '{}'.", route.customer));
  const auto* account = world_.find_account(*id);
  const bool exists = *id == access_.manager() || (account != nullptr && account->platform == market::Platform::google);
  const auto through = login_id.value_or(*id);
  const bool above = through == *id || through == access_.manager();
  if (!exists || !above || !grant.reaches(through)) {
    throw denied("USER_PERMISSION_DENIED",
                 "User doesn't have permission to access customer. Note: If you're accessing a client customer, the "
                 "manager's customer id must be set in the 'login-customer-id' header. See "
                 "https://developers.google.com/google-ads/api/docs/concepts/call-structure#cid");
  }
  return {&world_, *id == access_.manager() ? nullptr : account, access_.manager(), clock_.now()};
}

/// Pages behind the first cost nothing. The quota runs on the real clock: days that somebody skips do not free it.
void Api::meter(std::string_view customer, bool first_page) {
  if (const auto fault = faults_.take(kPlatform, customer, {Kind::throttle})) throw throttled(*fault);
  if (!first_page) return;
  if (const auto wait = quota_.count(omnify::now())) throw exhausted("RESOURCE_EXHAUSTED", *wait);
}

wire::Reply Api::search(const Plan& plan, const SearchRequest& request, const Customer& customer) {
  wire::Reply reply;
  if (request.validate_only) {
    if (!request.page_token.empty()) {
      throw invalid("requestError", "VALIDATE_ONLY_REQUEST_HAS_PAGE_TOKEN", "A page token was given to validate only.");
    }
    reply.body = "{}";
    return reply;
  }
  const auto scope = fmt::format("{} {}", customer.id(), request.query);
  Position position;
  if (!request.page_token.empty()) position = decode_page_token(request.page_token, scope, customer.now);
  object body;
  if (!request.omit_results) {
    auto page = read_page(plan, customer, position, page_rows_);
    body["queryResourceConsumption"] = consumption(page.rows.size());
    if (!page.rows.empty()) body["results"] = to_array(page.rows);
    if (page.next) body["nextPageToken"] = encode_page_token(*page.next, scope, customer.now);
  }
  if (request.summary_row || request.total_count) {
    auto summary = summarise(plan, customer);
    if (request.total_count) body["totalResultsCount"] = std::to_string(summary.rows);
    if (request.summary_row) body["summaryRow"] = std::move(summary.row);
  }
  body["fieldMask"] = field_mask(plan);
  reply.body = json_text(body);
  return reply;
}

wire::Reply Api::stream(const Plan& plan, const SearchRequest& request, const Customer& customer,
                        const Envelope& envelope) {
  array batches;
  const auto add = [&](object batch) {
    batch["fieldMask"] = field_mask(plan);
    batch["requestId"] = envelope.request_id;
    batches.push_back(std::move(batch));
  };
  std::optional<Position> position = Position{};
  while (position && !request.omit_results) {
    auto page = read_page(plan, customer, *position, page_rows_);
    object batch{{"queryResourceConsumption", consumption(page.rows.size())}};
    if (!page.rows.empty()) batch["results"] = to_array(page.rows);
    add(std::move(batch));
    position = page.next;
  }
  if (request.summary_row) add(object{{"summaryRow", summarise(plan, customer).row}});
  wire::Reply reply;
  reply.body = json_text(batches);
  return reply;
}

}  // namespace omnify::sandbox::google
