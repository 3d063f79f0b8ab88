#include "platforms/google/entities.h"

#include <array>
#include <boost/json/parse.hpp>
#include <charconv>
#include <set>

#include "base/error.h"
#include "platforms/google/reports.h"

namespace omnify::platforms::google {
namespace {

using Object = boost::json::object;

/// The kinds of ads that have words; of an ad exactly one of these is set.
constexpr std::array<std::string_view, 5> kResponsive{"responsiveSearchAd", "responsiveDisplayAd", "videoResponsiveAd",
                                                      "demandGenMultiAssetAd", "appAd"};

[[noreturn]] void malformed(std::string_view what) {
  throw Error(Code::upstream_retry, "Google Ads sent an answer that could not be read: " + std::string(what) + ".");
}

Object parse_object(std::string_view body) {
  boost::system::error_code failure;
  auto document = boost::json::parse(body, failure);
  if (failure || !document.is_object()) malformed("it is not a JSON object");
  return std::move(document.get_object());
}

const boost::json::array* array_in(const Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr ? value->if_array() : nullptr;
}

/// What is not set is left out; an object without any member is so too.
const Object& object_in(const Object& object, std::string_view name) {
  static const Object kEmpty;
  const auto* value = object.if_contains(name);
  const auto* found = value != nullptr ? value->if_object() : nullptr;
  return found != nullptr ? *found : kEmpty;
}

std::optional<std::string> text(const Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* found = value != nullptr ? value->if_string() : nullptr;
  if (found == nullptr || found->empty()) return std::nullopt;
  return std::string(*found);
}

std::string required(const Object& object, std::string_view name) {
  auto found = text(object, name);
  if (!found) malformed(std::string(name) + " is missing");
  return std::move(*found);
}

bool flag(const Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// int64 travels as text; absent is zero.
std::int64_t integer(const Object& object, std::string_view name) {
  const auto found = text(object, name).value_or("0");
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(found.data(), found.data() + found.size(), number);
  if (failure != std::errc() || end != found.data() + found.size()) malformed(name);
  return number;
}

template <class Row, class ParseRow>
EntityPage<Row> parse_page(std::string_view body, ParseRow parse_row) {
  const auto document = parse_object(body);
  EntityPage<Row> page;
  if (const auto* results = array_in(document, "results")) {
    for (const auto& item : *results) {
      if (!item.is_object()) malformed("an entry is not an object");
      page.rows.push_back(parse_row(item.get_object()));
    }
  }
  page.page_token = text(document, "nextPageToken");
  return page;
}

/// A budget that several campaigns share belongs to none of them.
std::optional<Micros> daily_budget(const Object& budget) {
  const auto amount = integer(budget, "amountMicros");
  const bool shared = flag(budget, "explicitlyShared") && integer(budget, "referenceCount") > 1;
  if (amount <= 0 || shared || text(budget, "period").value_or("DAILY") != "DAILY") return std::nullopt;
  return amount;
}

EntityStatus campaign_status(const Object& campaign) {
  const bool ended = text(campaign, "servingStatus") == "ENDED" || text(campaign, "primaryStatus") == "ENDED";
  return ended ? EntityStatus::ended : map_status(text(campaign, "status").value_or(""));
}

AdSetRow parse_group(const Object& row, std::string_view kind) {
  const auto& group = object_in(row, kind);
  AdSetRow out;
  out.external_id = required(group, "id");
  out.campaign_external_id = required(object_in(row, "campaign"), "id");
  out.name = text(group, "name").value_or(out.external_id);
  out.status = map_status(text(group, "status").value_or(""));
  return out;
}

/// The text of the first entry of a list of {text}.
std::optional<std::string> first_text(const Object& object, std::string_view name) {
  const auto* list = array_in(object, name);
  if (list == nullptr || list->empty() || !list->front().is_object()) return std::nullopt;
  return text(list->front().get_object(), "text");
}

void read_words(const Object& ad, AdRow& row) {
  for (const auto kind : kResponsive) {
    const auto& words = object_in(ad, kind);
    if (!row.creative_title) row.creative_title = first_text(words, "headlines");
    if (!row.creative_body) row.creative_body = first_text(words, "descriptions");
  }
  const auto& expanded = object_in(ad, "expandedTextAd");
  if (!row.creative_title) row.creative_title = text(expanded, "headlinePart1");
  if (!row.creative_body) row.creative_body = text(expanded, "description");
}

/// Search ads have no name: people know them by their first headline.
AdRow parse_ad(const Object& row) {
  const auto& ad_group_ad = object_in(row, "adGroupAd");
  const auto& ad = object_in(ad_group_ad, "ad");
  AdRow out;
  out.external_id = required(ad, "id");
  out.ad_set_external_id = required(object_in(row, "adGroup"), "id");
  out.status = map_status(text(ad_group_ad, "status").value_or(""));
  // An ad is its own creative here.
  out.creative_external_id = out.external_id;
  read_words(ad, out);
  auto name = text(ad, "name");
  if (!name) name = out.creative_title;
  out.name = name.value_or(out.external_id);
  return out;
}

}  // namespace

AccountRow parse_account(std::string_view body) {
  const auto document = parse_object(body);
  const auto* results = array_in(document, "results");
  if (results == nullptr || results->empty() || !results->front().is_object()) malformed("there is no account in it");
  const auto& customer = object_in(results->front().get_object(), "customer");
  if (flag(customer, "manager")) {
    throw Error(Code::upstream_permanent, "This is a manager account. Connect the accounts below it instead.");
  }
  AccountRow row;
  row.external_id = required(customer, "id");
  row.name = text(customer, "descriptiveName").value_or(row.external_id);
  const auto currency = Currency::parse(required(customer, "currencyCode"));
  if (!currency) malformed("the currency of the account is unknown");
  row.currency = *currency;
  row.time_zone = required(customer, "timeZone");
  if (!is_time_zone(row.time_zone)) malformed("the time zone of the account is unknown");
  return row;
}

EntityPage<CampaignRow> parse_campaigns(std::string_view body) {
  return parse_page<CampaignRow>(body, [](const Object& row) {
    const auto& campaign = object_in(row, "campaign");
    CampaignRow out;
    out.external_id = required(campaign, "id");
    out.name = text(campaign, "name").value_or(out.external_id);
    out.status = campaign_status(campaign);
    out.objective = text(campaign, "advertisingChannelType");
    out.daily_budget = daily_budget(object_in(row, "campaignBudget"));
    return out;
  });
}

EntityPage<AdSetRow> parse_ad_groups(std::string_view body) {
  return parse_page<AdSetRow>(body, [](const Object& row) { return parse_group(row, "adGroup"); });
}

EntityPage<AdSetRow> parse_asset_groups(std::string_view body) {
  return parse_page<AdSetRow>(body, [](const Object& row) { return parse_group(row, "assetGroup"); });
}

EntityPage<AdRow> parse_ads(std::string_view body) { return parse_page<AdRow>(body, parse_ad); }

bool has_rows(std::string_view body) {
  const auto document = parse_object(body);
  const auto* results = array_in(document, "results");
  return results != nullptr && !results->empty();
}

AdRow ad_of_asset_group(const AdSetRow& asset_group) {
  return {.external_id = asset_group_ad_id(asset_group.external_id),
          .ad_set_external_id = asset_group.external_id,
          .name = asset_group.name,
          .status = asset_group.status,
          .creative_external_id = {},
          .creative_title = {},
          .creative_body = {}};
}

EntityStatus map_status(std::string_view status) {
  if (status == "REMOVED") return EntityStatus::ended;
  return status == "ENABLED" ? EntityStatus::active : EntityStatus::paused;
}

void end_with_parents(EntityRows& rows) {
  std::set<std::string_view> ended;
  for (const auto& row : rows.campaigns) {
    if (row.status == EntityStatus::ended) ended.insert(row.external_id);
  }
  std::set<std::string_view> ended_groups;
  for (auto& row : rows.ad_sets) {
    if (ended.contains(row.campaign_external_id)) row.status = EntityStatus::ended;
    if (row.status == EntityStatus::ended) ended_groups.insert(row.external_id);
  }
  for (auto& row : rows.ads) {
    if (ended_groups.contains(row.ad_set_external_id)) row.status = EntityStatus::ended;
  }
}

}  // namespace omnify::platforms::google
