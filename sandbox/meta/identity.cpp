// Who the token belongs to, what it may do, and how long it lives.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "crypto/random.h"
#include "meta/api.h"
#include "meta/failure.h"
#include "meta/request.h"

namespace omnify::sandbox::meta {
namespace {

using boost::json::array;
using boost::json::object;

constexpr std::chrono::days kLongLived{60};
constexpr std::chrono::days kDataAccess{90};

std::int64_t unix_seconds(Instant instant) {
  return std::chrono::duration_cast<std::chrono::seconds>(instant.time_since_epoch()).count();
}

std::string_view type_name(TokenType type) {
  switch (type) {
    case TokenType::user:
      return "USER";
    case TokenType::system_user:
      return "SYSTEM_USER";
    case TokenType::app:
      break;
  }
  return "APP";
}

array texts(const std::vector<std::string>& list) {
  array out;
  for (const auto& text : list) out.emplace_back(text);
  return out;
}

std::uint64_t new_serial() {
  std::uint64_t serial = 0;
  for (const char byte : crypto::random_bytes(7)) serial = serial * 256 + static_cast<unsigned char>(byte);
  return serial;
}

}  // namespace

object Api::route_me(const Call& call) {
  if (call.path.size() == 1) return {{"name", "Sandbox System User"}, {"id", std::to_string(call.token.user_id)}};
  const auto& edge = call.path[1];
  if (edge == "adaccounts") {
    if (!call.token.may_read_ads()) {
      throw Failure(403, 200, "(#200) Requires ads_read or ads_management permission to manage the object");
    }
    return list_accounts(call);
  }
  if (edge == "permissions") {
    array data;
    for (const auto& scope : call.token.scopes) data.push_back(object{{"permission", scope}, {"status", "granted"}});
    return {{"data", std::move(data)}};
  }
  throw Failure(400, 2500, fmt::format("Unknown path components: /{}", edge));
}

object Api::route_oauth(const Call& call) {
  if (call.path.size() == 2 && call.path[1] == "access_token") return exchange_token(call);
  throw Failure(400, 2500, "Unknown path components: /oauth");
}

object Api::exchange_token(const Call& call) {
  if (value_of(call.parameters, "client_id") != access_.app_id()) {
    throw Failure(400, 101, "Error validating application. Cannot get application info due to a system error.");
  }
  if (value_of(call.parameters, "client_secret") != access_.app_secret()) {
    throw Failure(400, 1, "Error validating client secret.");
  }
  const auto grant = value_of(call.parameters, "grant_type");
  if (grant == "client_credentials") return {{"access_token", access_.app_token()}, {"token_type", "bearer"}};
  if (grant != "fb_exchange_token") throw bad_parameter("Missing or unsupported grant_type");
  auto token = access_.check(value_of(call.parameters, "fb_exchange_token"), call.now);
  token.serial = new_serial();
  token.issued = call.now;
  token.expires = call.now + kLongLived;
  const std::int64_t expires_in = std::chrono::duration_cast<std::chrono::seconds>(kLongLived).count();
  return {{"access_token", access_.issue(std::move(token))}, {"token_type", "bearer"}, {"expires_in", expires_in}};
}

object Api::debug_token(const Call& call) {
  (void)access_.authenticate(call.request, call.parameters, call.now);
  const auto input = value_of(call.parameters, "input_token");
  const auto token = access_.decode(input);
  if (!token) {
    object error{{"code", 190}, {"message", "Invalid OAuth access token - Cannot parse access token"}};
    return {{"data", object{{"error", std::move(error)}, {"is_valid", false}, {"scopes", array{}}}}};
  }
  array granular;
  for (const auto& scope : token->scopes) {
    array targets;
    for (const auto account : token->accounts) targets.emplace_back(std::to_string(account));
    object entry{{"scope", scope}};
    if (!targets.empty()) entry["target_ids"] = std::move(targets);
    granular.push_back(std::move(entry));
  }
  object data{{"app_id", access_.app_id()},
              {"type", type_name(token->type)},
              {"application", "OmniFy Sandbox"},
              {"user_id", std::to_string(token->user_id)},
              {"is_valid", true},
              {"issued_at", unix_seconds(token->issued)},
              {"expires_at", token->expires ? unix_seconds(*token->expires) : 0},
              {"data_access_expires_at", unix_seconds(token->issued + kDataAccess)},
              {"scopes", texts(token->scopes)},
              {"granular_scopes", std::move(granular)}};
  if (token->type == TokenType::system_user) data["data_access_expires_at"] = 0;
  try {
    (void)access_.check(input, call.now);
  } catch (const Failure& failure) {
    data["is_valid"] = false;
    data["error"] = object{{"code", failure.code()}, {"message", failure.what()}, {"subcode", failure.subcode()}};
  }
  return {{"data", std::move(data)}};
}

}  // namespace omnify::sandbox::meta
