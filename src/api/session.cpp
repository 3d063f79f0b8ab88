// Signing in and out, and who is signed in.
#include "api/routes.h"
#include "base/calendar.h"

namespace omnify::api {
namespace {

struct LoginRequest {
  static constexpr bool kRequest = true;
  std::string email;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(LoginRequest, (), (email, password))

struct Session {
  tenancy::User user;
  tenancy::Organization organization;
  tenancy::Role role = tenancy::Role::viewer;
  Day today;
};
BOOST_DESCRIBE_STRUCT(Session, (), (user, organization, role, today))

Task<Session> describe(Services* services, tenancy::Principal principal) {
  auto organization = co_await services->accounts.organization(principal.organization);
  const auto today = local_day(organization.time_zone, now());
  co_return Session{std::move(principal.user), std::move(organization), principal.role, today};
}

Task<http::Reply<Session>> post_session(VisitorCall call, http::Body<LoginRequest> body) {
  auto& services = *call.context.services;
  // A session that was there before ends: a token that somebody planted must not become a signed-in one.
  if (const auto old = call.request.cookie(cookie_name(services.options))) {
    co_await services.sessions.logout(std::string(*old));
  }
  const auto started = co_await services.sessions.login(body->email, body->password, call.request.remote_address);
  http::Reply<Session> reply{co_await describe(&services, started.principal)};
  reply.headers.add("Set-Cookie", session_cookie(services.options, started.token));
  co_return reply;
}

Task<Session> get_session(CallerCall call) {
  co_return co_await describe(call.context.services, call.context.principal);
}

Task<http::NoContent> delete_session(CallerCall call) {
  auto& services = *call.context.services;
  co_await services.sessions.logout(call.context.token);
  services.events.end_session(call.context.token);
  http::NoContent reply;
  reply.headers.add("Set-Cookie", ended_cookie(services.options));
  co_return reply;
}

}  // namespace

std::vector<http::Route> session_routes(Services& services) {
  using http::Method;
  auto open = public_endpoints(services);
  open.add(
      {.method = Method::post,
       .path = "/api/v1/session",
       .operation = {.id = "signIn",
                     .summary = "Sign in",
                     .tag = "Session",
                     .permission = "",
                     .rate_class = "login",
                     .description = "Sets the session cookie. After 5 failures each further attempt has to wait."}},
      post_session);
  auto own = private_endpoints(services);
  own.add({.method = Method::get,
           .path = "/api/v1/session",
           .operation = {.id = "getSession", .summary = "Who is signed in", .tag = "Session", .permission = "read"}},
          get_session);
  own.add({.method = Method::delete_,
           .path = "/api/v1/session",
           .operation = {.id = "signOut", .summary = "Sign out", .tag = "Session", .permission = "read"}},
          delete_session);
  auto routes = std::move(open).routes();
  for (auto& route : std::move(own).routes()) routes.push_back(std::move(route));
  return routes;
}

}  // namespace omnify::api
