#include "http/csrf.h"

namespace omnify::http {
namespace {

constexpr std::string_view kHeader = "X-OmniFy-CSRF";

bool is_own_origin(const Request& request, std::string_view origin, const std::vector<std::string>& origins) {
  if (!origins.empty()) return std::find(origins.begin(), origins.end(), origin) != origins.end();
  const auto host = request.header("Host");
  if (host.empty()) return false;
  const auto scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return false;
  const auto scheme = origin.substr(0, scheme_end);
  return (scheme == "https" || scheme == "http") && equal_ignoring_case(origin.substr(scheme_end + 3), host);
}

bool is_from_us(const Request& request, const std::vector<std::string>& origins) {
  if (const auto site = request.headers.find("Sec-Fetch-Site")) return *site == "same-origin" || *site == "none";
  if (const auto origin = request.headers.find("Origin")) return is_own_origin(request, *origin, origins);
  // Browsers send one of the two with every request that changes something. Without a cookie there is nothing that
  // another site could abuse: a program that logs in.
  return request.headers.contains(kHeader) || !request.headers.contains("Cookie");
}

bool no_form_could_send(const Request& request) {
  if (request.headers.contains(kHeader)) return true;
  const auto type = request.media_type();
  if (type.empty()) return request.method != Method::post;
  return type == "application/json" || type.ends_with("+json");
}

}  // namespace

void check_csrf(const Request& request, const std::vector<std::string>& origins) {
  if (is_safe(request.method)) return;
  if (is_from_us(request, origins) && no_form_could_send(request)) return;
  throw Error(Code::permission_denied,
              "This request did not come from our own pages. Programs send the header X-OmniFy-CSRF: 1.");
}

}  // namespace omnify::http
