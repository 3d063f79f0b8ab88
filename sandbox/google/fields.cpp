#include "google/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "google/entity_fields.h"

namespace omnify::sandbox::google {
namespace {

using market::Kind;

constexpr std::array<std::pair<std::string_view, Resource>, 8> kResources{
    {{"customer", Resource::customer},
     {"customer_client", Resource::customer_client},
     {"campaign", Resource::campaign},
     {"campaign_budget", Resource::campaign_budget},
     {"ad_group", Resource::ad_group},
     {"ad_group_ad", Resource::ad_group_ad},
     {"asset_group", Resource::asset_group},
     {"conversion_action", Resource::conversion_action}}};

std::map<std::string_view, const Field*> index_fields() {
  std::map<std::string_view, const Field*> all;
  for (const auto table : {account_fields(), campaign_fields(), ad_fields(), metric_fields()}) {
    for (const auto& field : table) all.emplace(field.name, &field);
  }
  return all;
}

std::uint64_t id_of(const Context& context, Kind kind, std::uint32_t index) {
  return context.world->object_id(*context.account, kind, index);
}

}  // namespace

std::optional<Resource> parse_resource(std::string_view name) noexcept {
  for (const auto& [text, resource] : kResources) {
    if (text == name) return resource;
  }
  return std::nullopt;
}

const Field* find_field(std::string_view name) noexcept {
  static const auto kFields = index_fields();
  const auto found = kFields.find(name);
  return found == kFields.end() ? nullptr : found->second;
}

std::uint32_t ad_set_index(const Context& context) noexcept {
  return context.from == Resource::ad_group_ad ? context.account->ads[context.index].ad_set : context.index;
}

std::uint32_t campaign_index(const Context& context) noexcept {
  if (context.from == Resource::campaign || context.from == Resource::campaign_budget) return context.index;
  return context.account->ad_sets[ad_set_index(context)].campaign;
}

bool is_performance_max(const market::Campaign& campaign, std::uint32_t index) noexcept {
  return campaign.objective == market::Objective::sales && index % 3 == 2;
}

std::string_view channel_of(const market::Campaign& campaign, std::uint32_t index) noexcept {
  switch (campaign.objective) {
    case market::Objective::sales:
      return is_performance_max(campaign, index) ? "PERFORMANCE_MAX" : "SEARCH";
    case market::Objective::leads:
      return "SEARCH";
    case market::Objective::traffic:
      return "DISPLAY";
    case market::Objective::awareness:
      return "VIDEO";
    case market::Objective::engagement:
      return "DEMAND_GEN";
    case market::Objective::app:
      break;
  }
  return "MULTI_CHANNEL";
}

std::string resource_name(const Context& context, std::string_view message) {
  if (message == "customer") return {};
  if (message == "customer_client") {
    return fmt::format("customerClients/{}", context.account == nullptr ? context.manager : context.account->id);
  }
  if (message == "conversion_action") return fmt::format("conversionActions/{}", context.account->id + context.index);
  if (message == "campaign")
    return fmt::format("campaigns/{}", id_of(context, Kind::campaign, campaign_index(context)));
  if (message == "campaign_budget") {
    return fmt::format("campaignBudgets/{}", id_of(context, Kind::creative, campaign_index(context)));
  }
  const auto group = id_of(context, Kind::ad_set, ad_set_index(context));
  if (message == "ad_group") return fmt::format("adGroups/{}", group);
  if (message == "asset_group") return fmt::format("assetGroups/{}", group);
  const auto ad = id_of(context, Kind::ad, context.index);
  return message == "ad" ? fmt::format("ads/{}", ad) : fmt::format("adGroupAds/{}~{}", group, ad);
}

}  // namespace omnify::sandbox::google
