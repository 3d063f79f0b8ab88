#include "http/response_head.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

#include "base/uuid.h"

namespace omnify::http {
namespace {

/// Reference: OWASP ASVS 5.0 3.4.3 and 3.4.6. Styles set from scripts (charts) are not affected by style-src.
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; style-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'";

void add_unless_set(Response& response, std::string_view name, std::string_view value) {
  if (!response.headers.contains(name)) response.headers.add(std::string(name), std::string(value));
}

/// IMF-fixdate, made once a second.
const std::string& date() {
  static std::time_t made_at = 0;
  static std::string text;
  const auto time = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  if (time != made_at) {
    text = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(time));
    made_at = time;
  }
  return text;
}

std::string_view trim(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view opaque_part(std::string_view etag) noexcept {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  return etag;
}

bool has_no_body(int status) noexcept { return status == 204 || status == 304 || (status >= 100 && status < 200); }

}  // namespace

std::string request_id(std::string_view given) {
  const auto harmless = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  if (given.size() >= 8 && given.size() <= 64 && std::all_of(given.begin(), given.end(), harmless)) {
    return std::string(given);
  }
  return Uuid::random().text();
}

std::string client_address(const std::string& peer, const Headers& headers,
                           const std::vector<std::string>& trusted_proxies) {
  const auto is_trusted = [&](std::string_view address) {
    return std::find(trusted_proxies.begin(), trusted_proxies.end(), address) != trusted_proxies.end();
  };
  std::string address = peer;
  std::string chain;
  for (const auto& [name, value] : headers) {
    if (!equal_ignoring_case(name, "X-Forwarded-For")) continue;
    if (!chain.empty()) chain += ',';
    chain += value;
  }
  while (is_trusted(address) && !chain.empty()) {
    const auto comma = chain.rfind(',');
    const auto last = comma == std::string::npos ? std::string_view(chain) : std::string_view(chain).substr(comma + 1);
    const auto entry = trim(last);
    if (entry.empty() || entry.size() > 45) break;  // the longest text of an IPv6 address
    address = entry;
    chain.resize(comma == std::string::npos ? 0 : comma);
  }
  return address;
}

void add_common_headers(Response& response, const ServerOptions& options, std::string_view request_id, bool is_api) {
  response.headers.set("X-Request-Id", std::string(request_id));
  if (is_api || response.events) add_unless_set(response, "Cache-Control", "no-store");
  if (!options.security_headers) return;
  add_unless_set(response, "Content-Security-Policy", kContentPolicy);
  add_unless_set(response, "X-Content-Type-Options", "nosniff");
  add_unless_set(response, "Referrer-Policy", "strict-origin-when-cross-origin");
  add_unless_set(response, "Cross-Origin-Opener-Policy", "same-origin");
  add_unless_set(response, "Cross-Origin-Resource-Policy", "same-origin");
  if (options.behind_tls) {
    add_unless_set(response, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  }
}

std::string weak_etag(std::string_view contents) {
  // The same in every process of one build; after an update everything is simply sent once more.
  return fmt::format("W/\"{:016x}{:x}\"", std::hash<std::string_view>{}(contents), contents.size());
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) noexcept {
  while (!if_none_match.empty()) {
    const auto end = if_none_match.find(',');
    const auto item = trim(if_none_match.substr(0, end));
    if (item == "*" || (!item.empty() && opaque_part(item) == opaque_part(etag))) return true;
    if_none_match = end == std::string_view::npos ? std::string_view() : if_none_match.substr(end + 1);
  }
  return false;
}

void apply_etag(Response& response, std::string_view if_none_match) {
  if (response.status != 200 || response.events) return;
  if (!response.headers.contains("ETag")) {
    if (!response.headers.value("Content-Type").starts_with("application/json")) return;
    response.headers.add("ETag", weak_etag(response.body));
  }
  if (!matches_etag(if_none_match, response.headers.value("ETag"))) return;
  response.status = 304;
  response.body.clear();
  response.headers.remove("Content-Type");
  response.headers.remove("Content-Encoding");
}

std::string print_head(const Response& response, bool keep_alive) {
  std::string head;
  head.reserve(1024);
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                 reason_phrase(response.status), date());
  for (const auto& [name, value] : response.headers) head.append(name).append(": ").append(value).append("\r\n");
  if (!response.events && !has_no_body(response.status)) {
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body.size());
  }
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace omnify::http
