// The caller's organization.
#include <boost/json.hpp>

#include "api/routes.h"

namespace omnify::api {
namespace {

struct OrganizationChange {
  static constexpr bool kRequest = true;
  std::optional<std::string> name;
  std::optional<double> target_roas;
  std::optional<Currency> reporting_currency;
  std::optional<std::string> time_zone;
};
BOOST_DESCRIBE_STRUCT(OrganizationChange, (), (name, target_roas, reporting_currency, time_zone))

Task<tenancy::Organization> get_organization(CallerCall call) {
  co_return co_await call.context.services->accounts.organization(call.context.organization());
}

Task<tenancy::Organization> patch_organization(CallerCall call, http::Body<OrganizationChange> body) {
  auto& services = *call.context.services;
  tenancy::OrganizationChange change;
  change.name = body->name;
  change.reporting_currency = body->reporting_currency;
  change.time_zone = body->time_zone;
  // null takes the target away; an absent member leaves it, and both read as empty.
  change.set_target_roas = json::parse_document(call.request.body).as_object().contains("target_roas");
  change.target_roas = body->target_roas;
  auto changed = co_await services.accounts.change_organization(call.context.organization(), std::move(change));
  services.events.publish(call.context.organization(), R"({"kind":"data"})");
  co_return changed;
}

}  // namespace

std::vector<http::Route> organization_routes(Services& services) {
  using http::Method;
  auto endpoints = private_endpoints(services);
  endpoints.add({.method = Method::get,
                 .path = "/api/v1/organization",
                 .operation = {.id = "getOrganization",
                               .summary = "The organization",
                               .tag = "Organization",
                               .permission = "read"}},
                get_organization);
  endpoints.add({.method = Method::patch,
                 .path = "/api/v1/organization",
                 .operation = {.id = "changeOrganization",
                               .summary = "Change the organization",
                               .tag = "Organization",
                               .permission = "manage",
                               .description = "Members that are left out stay. target_roas null: no target."}},
                patch_organization);
  return std::move(endpoints).routes();
}

}  // namespace omnify::api
