#include "shopify/oauth.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "crypto/encoding.h"

namespace omnify::sandbox::shopify {
namespace {

constexpr std::string_view kOfflineToken = "urn:shopify:params:oauth:token-type:offline-access-token";
constexpr std::string_view kTokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

wire::Reply refused(std::string_view error, std::string_view description) {
  const boost::json::object body{{"error", error}, {"error_description", description}};
  return {.status = 400, .body = boost::json::serialize(body)};
}

wire::Fields read_body(const wire::Request& request) {
  if (!wire::find(request.headers, "content-type").value_or("").starts_with("application/json")) {
    return wire::parse_form(request.body);
  }
  wire::Fields fields;
  boost::system::error_code failure;
  const auto document = boost::json::parse(request.body, failure);
  if (failure || !document.is_object()) return fields;
  for (const auto& [name, value] : document.as_object()) {
    fields.emplace_back(name, value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value));
  }
  return fields;
}

wire::Reply show(const TokenPair& pair) {
  boost::json::object body{{"access_token", pair.access_token}, {"scope", pair.scope}};
  if (pair.expires_in) body["expires_in"] = *pair.expires_in;
  if (pair.refresh_token) body["refresh_token"] = *pair.refresh_token;
  if (pair.refresh_expires_in) body["refresh_token_expires_in"] = *pair.refresh_expires_in;
  return {.body = boost::json::serialize(body)};
}

}  // namespace

wire::Reply authorize(Access& access, const market::Shop& shop, const wire::Request& request, Instant now) {
  const auto target = wire::find(request.query, "redirect_uri").value_or("");
  if (wire::find(request.query, "client_id") != access.client_id() || target.empty()) {
    return refused("invalid_request", "The redirect_uri is missing or not whitelisted");
  }
  Grant grant{shop.domain, parse_scopes(wire::find(request.query, "scope").value_or("")), true};
  const auto name = shop.domain.substr(0, shop.domain.find('.'));
  wire::Fields query{
      {"code", access.issue_code(std::move(grant), now)},
      {"host", crypto::base64url_encode("admin.shopify.com/store/" + name, crypto::Base64Padding::absent)},
      {"shop", shop.domain},
      {"state", std::string(wire::find(request.query, "state").value_or(""))},
      {"timestamp", std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count())}};
  query.emplace_back("hmac", access.sign_query(query));
  std::string location(target);
  char separator = location.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [key, value] : query) {
    location += fmt::format("{}{}={}", std::exchange(separator, '&'), key, wire::url_encode(value));
  }
  return {.status = 302, .headers = {{"Location", std::move(location)}}};
}

wire::Reply grant_token(Access& access, const market::Shop& shop, const wire::Request& request, Instant now) {
  const auto fields = read_body(request);
  const auto field = [&](std::string_view name) { return wire::find(fields, name).value_or(""); };
  if (!access.knows_app(field("client_id"), field("client_secret"))) {
    return refused("invalid_client", "Client authentication failed");
  }
  const bool expiring = field("expiring") == "1" || field("expiring") == "true";
  const auto kind = field("grant_type");
  std::optional<TokenPair> pair;
  if (kind == "refresh_token") {
    pair = access.refresh(field("refresh_token"), shop.domain, now);
  } else if (kind == "client_credentials") {
    pair = access.client_credentials(shop.domain, now);
  } else if (kind == kTokenExchange) {
    const bool offline = field("subject_token_type") == kOfflineToken && expiring;
    if (offline) pair = access.migrate(field("subject_token"), shop.domain, now);
  } else if (kind.empty() || kind == "authorization_code") {
    pair = access.exchange_code(field("code"), shop.domain, expiring, now);
  } else {
    return refused("unsupported_grant_type", "The authorization grant type is not supported");
  }
  if (pair) return show(*pair);
  return kind == "refresh_token"
             ? refused("invalid_grant", "The refresh token is invalid or has expired")
             : refused("invalid_request", "The authorization code was not found or was already used");
}

}  // namespace omnify::sandbox::shopify
