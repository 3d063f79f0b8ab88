#include "platforms/google/entities.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <charconv>

#include "base/error.h"
#include "platforms/entities.h"
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

/// What is not set is left out; an object without any member is so too.
const Object& member(const Object& object, std::string_view name) {
  static const Object kEmpty;
  const auto* found = object_in(object, name);
  return found != nullptr ? *found : kEmpty;
}

std::string required(const Object& object, std::string_view name) {
  auto found = text_in(object, name);
  if (!found) malformed(std::string(name) + " is missing");
  return std::move(*found);
}

bool flag(const Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// int64 travels as text; absent is zero.
std::int64_t integer(const Object& object, std::string_view name) {
  const auto found = text_in(object, name).value_or("0");
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
  page.page_token = text_in(document, "nextPageToken");
  return page;
}

/// A budget that several campaigns share belongs to none of them.
std::optional<Micros> daily_budget(const Object& budget) {
  const auto amount = integer(budget, "amountMicros");
  const bool shared = flag(budget, "explicitlyShared") && integer(budget, "referenceCount") > 1;
  if (amount <= 0 || shared || text_in(budget, "period").value_or("DAILY") != "DAILY") return std::nullopt;
  return amount;
}

EntityStatus campaign_status(const Object& campaign) {
  const bool ended = text_in(campaign, "servingStatus") == "ENDED" || text_in(campaign, "primaryStatus") == "ENDED";
  return ended ? EntityStatus::ended : map_status(text_in(campaign, "status").value_or(""));
}

AdSetRow parse_group(const Object& row, std::string_view kind) {
  const auto& group = member(row, kind);
  AdSetRow out;
  out.external_id = required(group, "id");
  out.campaign_external_id = required(member(row, "campaign"), "id");
  out.name = text_in(group, "name").value_or(out.external_id);
  out.status = map_status(text_in(group, "status").value_or(""));
  return out;
}

/// The text of the first entry of a list of {text}.
std::optional<std::string> first_text(const Object& object, std::string_view name) {
  const auto* list = array_in(object, name);
  if (list == nullptr || list->empty() || !list->front().is_object()) return std::nullopt;
  return text_in(list->front().get_object(), "text");
}

void read_words(const Object& ad, AdRow& row) {
  for (const auto kind : kResponsive) {
    const auto& words = member(ad, kind);
    if (!row.creative_title) row.creative_title = first_text(words, "headlines");
    if (!row.creative_body) row.creative_body = first_text(words, "descriptions");
  }
  const auto& expanded = member(ad, "expandedTextAd");
  if (!row.creative_title) row.creative_title = text_in(expanded, "headlinePart1");
  if (!row.creative_body) row.creative_body = text_in(expanded, "description");
}

/// Search ads have no name: people know them by their first headline.
AdRow parse_ad(const Object& row) {
  const auto& ad_group_ad = member(row, "adGroupAd");
  const auto& ad = member(ad_group_ad, "ad");
  AdRow out;
  const auto id = required(ad, "id");
  out.ad_set_external_id = required(member(row, "adGroup"), "id");
  out.external_id = ad_external_id(out.ad_set_external_id, id);
  out.status = map_status(text_in(ad_group_ad, "status").value_or(""));
  out.creative_external_id = id;
  read_words(ad, out);
  auto name = text_in(ad, "name");
  if (!name) name = out.creative_title;
  out.name = name.value_or(id);
  return out;
}

}  // namespace

AccountRow parse_account(std::string_view body) {
  const auto document = parse_object(body);
  const auto* results = array_in(document, "results");
  if (results == nullptr || results->empty() || !results->front().is_object()) malformed("there is no account in it");
  const auto& customer = member(results->front().get_object(), "customer");
  if (flag(customer, "manager")) {
    throw Error(Code::upstream_permanent, "This is a manager account. Connect the accounts below it instead.");
  }
  AccountRow row;
  row.external_id = required(customer, "id");
  row.name = text_in(customer, "descriptiveName").value_or(row.external_id);
  const auto currency = Currency::parse(required(customer, "currencyCode"));
  if (!currency) malformed("the currency of the account is unknown");
  row.currency = *currency;
  row.time_zone = required(customer, "timeZone");
  if (!is_time_zone(row.time_zone)) malformed("the time zone of the account is unknown");
  return row;
}

EntityPage<CampaignRow> parse_campaigns(std::string_view body) {
  return parse_page<CampaignRow>(body, [](const Object& row) {
    const auto& campaign = member(row, "campaign");
    CampaignRow out;
    out.external_id = required(campaign, "id");
    out.name = text_in(campaign, "name").value_or(out.external_id);
    out.status = campaign_status(campaign);
    out.objective = text_in(campaign, "advertisingChannelType");
    out.daily_budget = daily_budget(member(row, "campaignBudget"));
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

bool counts_purchases(std::string_view body) {
  const auto actions = parse_page<bool>(
      body, [](const Object& row) { return flag(member(row, "conversionAction"), "includeInConversionsMetric"); });
  return std::find(actions.rows.begin(), actions.rows.end(), true) != actions.rows.end();
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

}  // namespace omnify::platforms::google
