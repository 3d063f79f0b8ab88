#include "api/context.h"

#include <fmt/format.h>

#include "base/error.h"
#include "http/csrf.h"

namespace omnify::api {
namespace {

void take_rate(Services& services, const http::Operation& operation, const std::string& address,
               const std::string& organization) {
  if (operation.rate_class == "login") services.limits.login.require(address);
  if (operation.rate_class == "expensive") services.limits.expensive.require(organization);
}

Task<Visitor> admit(Services* services, const http::Request& request, const http::Operation& operation) {
  http::check_csrf(request, services->options.origins);
  take_rate(*services, operation, request.remote_address, "");
  co_return Visitor{services};
}

Task<Caller> authenticate(Services* services, const http::Request& request, const http::Operation& operation) {
  std::string token(request.cookie(cookie_name(services->options)).value_or(""));
  auto principal = co_await services->sessions.find(token);
  if (!principal) throw Error(Code::unauthenticated, "Sign in first: there is no session, or it has ended.");
  const auto permission = json::enum_value<tenancy::Permission>(operation.permission);
  if (!permission) throw std::logic_error("route without a known permission: " + operation.id);
  http::check_csrf(request, services->options.origins);
  if (!principal->may(*permission)) {
    throw Error(Code::permission_denied, "Your role may see this organization's data but not change anything.");
  }
  take_rate(*services, operation, request.remote_address, principal->organization.text());
  co_return Caller{services, std::move(*principal), std::move(token)};
}

}  // namespace

http::Endpoints<Visitor> public_endpoints(Services& services) {
  return http::Endpoints<Visitor>([&services](const http::Request& request, const http::Operation& operation) {
    return admit(&services, request, operation);
  });
}

http::Endpoints<Caller> private_endpoints(Services& services) {
  return http::Endpoints<Caller>([&services](const http::Request& request, const http::Operation& operation) {
    return authenticate(&services, request, operation);
  });
}

std::string_view cookie_name(const ApiOptions& options) noexcept {
  return options.secure_cookies ? "__Host-omnify" : "omnify_session";
}

std::string session_cookie(const ApiOptions& options, std::string_view token) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}", cookie_name(options), token,
                     std::chrono::seconds(tenancy::kSessionLifetime).count(), options.secure_cookies ? "; Secure" : "");
}

std::string ended_cookie(const ApiOptions& options) {
  return fmt::format("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", cookie_name(options),
                     options.secure_cookies ? "; Secure" : "");
}

}  // namespace omnify::api
