// Campaigns: the list and one of them.
#include "api/cached.h"
#include "api/routes.h"

namespace omnify::api {
namespace {

Task<metrics::CampaignPage> load_page(Caller caller, metrics::CampaignQuery query) {
  auto page = co_await caller.services->metrics.campaigns(caller.organization(), std::move(query));
  co_return co_await caller.services->insights.add_risks(caller.organization(), std::move(page));
}

Task<http::Response> list_campaigns(CallerCall call, http::Query<metrics::CampaignQuery> query) {
  return cached<metrics::CampaignPage>(std::move(call), "campaigns", [query = query.value](Caller caller) {
    return load_page(std::move(caller), query);
  });
}

Task<insights::CampaignDetail> get_campaign(CallerCall call, http::Path<IdPath> path,
                                            http::Query<metrics::RangeQuery> range) {
  co_return co_await call.context.services->insights.campaign(call.context.organization(), CampaignId{path->id},
                                                              range.value);
}

}  // namespace

std::vector<http::Route> campaign_routes(Services& services) {
  auto endpoints = private_endpoints(services);
  endpoints.add({.method = http::Method::get,
                 .path = "/api/v1/campaigns",
                 .operation = {.id = "listCampaigns",
                               .summary = "Campaigns with their figures, by pages",
                               .tag = "Memory",
                               .permission = "read",
                               .description = "next_cursor of a page is the cursor of the next one; null: the last."},
                 .response_schema = &json::schema<metrics::CampaignPage>},
                list_campaigns);
  endpoints.add({.method = http::Method::get,
                 .path = "/api/v1/campaigns/{id}",
                 .operation = {.id = "getCampaign",
                               .summary = "One campaign: trend, ads and risk",
                               .tag = "Memory",
                               .permission = "read"}},
                get_campaign);
  return std::move(endpoints).routes();
}

}  // namespace omnify::api
