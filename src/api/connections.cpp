// Connections to ad accounts: kept by the room sync, their credentials by the vault.
#include "api/routes.h"
#include "base/log.h"
#include "platforms/registry.h"

namespace omnify::api {
namespace {

using Credentials = std::map<std::string, std::string>;

Task<sync::ConnectionList> with_credentials(Caller caller, sync::ConnectionList list) {
  const auto masked = co_await caller.services->vault.list(caller.organization());
  for (auto& connection : list.items) {
    for (const auto& entry : masked) {
      if (entry.connection == connection.id) connection.credentials.push_back({entry.field, entry.masked});
    }
  }
  co_return list;
}

Task<sync::Connection> one(Caller caller, ConnectionId id) {
  sync::ConnectionList list;
  list.items.push_back(co_await caller.services->sync.get(caller.organization(), id));
  list = co_await with_credentials(std::move(caller), std::move(list));
  co_return std::move(list.items.front());
}

Task<sync::ConnectionList> list_connections(CallerCall call) {
  auto list = co_await call.context.services->sync.list(call.context.organization());
  co_return co_await with_credentials(std::move(call.context), std::move(list));
}

/// Stores the credentials; whether they were stored.
Task<std::exception_ptr> try_store(Caller caller, ConnectionId id, Credentials credentials) {
  try {
    co_await caller.services->vault.store(caller.organization(), id, std::move(credentials));
  } catch (const std::exception&) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

Task<http::Created<sync::Connection>> create_connection(CallerCall call, http::Body<sync::NewConnection> body) {
  auto& services = *call.context.services;
  const auto organization = call.context.organization();
  const auto created = co_await services.sync.create(organization, body.value);
  const auto failure =
      co_await try_store(call.context, created.id, platforms::check_credentials(body->platform, body->credentials));
  if (failure) {
    // A connection without credentials could never sync and would keep the account's place.
    co_await services.sync.remove(organization, created.id);
    std::rethrow_exception(failure);
  }
  co_await services.sync.request_sync(organization, created.id);
  log_info("connection.created", {{"organization", organization.text()},
                                  {"connection", created.id.text()},
                                  {"platform", created.platform},
                                  {"user", call.context.principal.user.id.text()}});
  co_return http::Created<sync::Connection>{co_await one(call.context, created.id)};
}

Task<sync::ConnectionTest> test_new_connection(CallerCall call, http::Body<sync::NewConnection> body) {
  co_return co_await call.context.services->sync.test(body.value);
}

Task<sync::ConnectionTest> test_connection(CallerCall call, http::Path<IdPath> path) {
  co_return co_await call.context.services->sync.test(call.context.organization(), ConnectionId{path->id});
}

Task<http::Accepted<sync::SyncRun>> sync_connection(CallerCall call, http::Path<IdPath> path) {
  co_return http::Accepted<sync::SyncRun>{
      co_await call.context.services->sync.request_sync(call.context.organization(), ConnectionId{path->id})};
}

/// What is stored, or nothing when today's keys cannot open it: then all fields must be entered again.
Task<Credentials> readable_credentials(Caller caller, ConnectionId id) {
  try {
    co_return co_await caller.services->vault.read(caller.organization(), id);
  } catch (const Error& error) {
    if (error.code() != Code::upstream_reconnect) throw;
  }
  co_return Credentials{};
}

Task<sync::Connection> change_connection(CallerCall call, http::Path<IdPath> path,
                                         http::Body<sync::ConnectionChange> body) {
  auto& services = *call.context.services;
  const auto organization = call.context.organization();
  const ConnectionId id{path->id};
  const auto connection = co_await services.sync.get(organization, id);
  Credentials credentials;
  if (body->credentials) {
    // Fields that are left out stay as they are.
    credentials = co_await readable_credentials(call.context, id);
    for (const auto& [field, value] : *body->credentials) credentials[field] = value;
    credentials = platforms::check_credentials(connection.platform, std::move(credentials));
  }
  co_await services.sync.change(organization, id, body.value);
  if (body->credentials) {
    co_await services.vault.store(organization, id, std::move(credentials));
    co_await services.sync.credentials_changed(organization, id);
  }
  co_return co_await one(call.context, id);
}

Task<> delete_connection(CallerCall call, http::Path<IdPath> path) {
  auto& services = *call.context.services;
  co_await services.sync.remove(call.context.organization(), ConnectionId{path->id});
  log_info("connection.removed", {{"organization", call.context.organization().text()},
                                  {"connection", path->id.text()},
                                  {"user", call.context.principal.user.id.text()}});
}

http::Route row(http::Method method, std::string path, std::string id, std::string summary, std::string permission,
                std::string rate_class = "default") {
  return {.method = method,
          .path = "/api/v1/connections" + path,
          .operation = {.id = std::move(id),
                        .summary = std::move(summary),
                        .tag = "Connections",
                        .permission = std::move(permission),
                        .rate_class = std::move(rate_class)}};
}

}  // namespace

std::vector<http::Route> connection_routes(Services& services) {
  using http::Method;
  auto endpoints = private_endpoints(services);
  endpoints.add(row(Method::get, "", "listConnections", "Connections with their newest sync", "read"),
                list_connections);
  endpoints.add(row(Method::post, "", "createConnection", "Connect an ad account and start its first sync", "manage"),
                create_connection);
  endpoints.add(
      row(Method::post, "/test", "testNewConnection", "Try credentials without storing them", "manage", "expensive"),
      test_new_connection);
  endpoints.add(row(Method::post, "/{id}/test", "testConnection", "Try the stored credentials", "manage", "expensive"),
                test_connection);
  endpoints.add(row(Method::post, "/{id}/sync", "syncConnection", "Sync now", "manage", "expensive"), sync_connection);
  endpoints.add(row(Method::patch, "/{id}", "changeConnection",
                    "Rename, set how often it syncs, or enter new credentials", "manage"),
                change_connection);
  endpoints.add(row(Method::delete_, "/{id}", "deleteConnection", "Disconnect; what was loaded stays", "manage"),
                delete_connection);
  return std::move(endpoints).routes();
}

}  // namespace omnify::api
