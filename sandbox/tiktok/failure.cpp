#include "tiktok/failure.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/calendar.h"
#include "crypto/encoding.h"
#include "crypto/random.h"

namespace omnify::sandbox::tiktok {
namespace {

/// A time and random hexadecimal digits, as the original's.
std::string request_id() {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch()).count();
  return fmt::format("{}{}", seconds, crypto::hex(crypto::random_bytes(12)));
}

}  // namespace

wire::Reply envelope(std::int64_t code, std::string_view message, boost::json::object data) {
  const auto id = request_id();
  wire::Reply reply;
  reply.content_type = "application/json";
  reply.body = boost::json::serialize(
      boost::json::object{{"code", code}, {"message", message}, {"request_id", id}, {"data", std::move(data)}});
  reply.headers = {{"X-TT-LOGID", id}, {"x-tt-trace-id", crypto::hex(crypto::random_bytes(16))}};
  return reply;
}

wire::Reply page_not_found() {
  return {.status = 404, .body = "404 page not found", .content_type = "text/plain; charset=utf-8"};
}

Failure invalid(std::string_view parameter, std::string_view problem) {
  return {40002, fmt::format("{}: {}", parameter, problem)};
}

Failure no_permission(std::string_view advertiser) {
  return {40001, fmt::format("No permission to operate advertiser {}.", advertiser)};
}

Failure throttled(std::int64_t code) {
  return {code, "Too many requests: requests made by this app are temporarily restricted. Please try again later."};
}

}  // namespace omnify::sandbox::tiktok
