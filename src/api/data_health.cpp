// Whether the figures can be trusted: the reconciliation ledger, and days that were restated.
#include "api/routes.h"

namespace omnify::api {
namespace {

Task<sync::Reconciliation> get_reconciliation(CallerCall call, http::Query<sync::ReconciliationQuery> query) {
  return call.context.services->sync.reconciliation(call.context.organization(), query.value);
}

Task<metrics::RestatedDays> get_restated_days(CallerCall call, http::Query<metrics::RestatedQuery> query) {
  return call.context.services->metrics.restated_days(call.context.organization(), query.value);
}

}  // namespace

std::vector<http::Route> data_health_routes(Services& services) {
  auto endpoints = private_endpoints(services);
  endpoints.add(
      {.method = http::Method::get,
       .path = "/api/v1/reconciliation",
       .operation = {.id = "getReconciliation",
                     .summary = "Our sums beside the platforms' own figures of each account and day",
                     .tag = "Data health",
                     .permission = "read",
                     .description = "Days of the accounts that are over. Without a range: the last 90 days."}},
      get_reconciliation);
  endpoints.add({.method = http::Method::get,
                 .path = "/api/v1/restated-days",
                 .operation = {.id = "getRestatedDays",
                               .summary = "Days whose figures changed after they were over",
                               .tag = "Data health",
                               .permission = "read",
                               .description = "Without `since`: changes of the last seven days."}},
                get_restated_days);
  return std::move(endpoints).routes();
}

}  // namespace omnify::api
