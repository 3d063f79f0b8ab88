#include "platforms/tiktok/entities.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <cmath>
#include <map>

#include "base/error.h"
#include "platforms/entities.h"

namespace omnify::platforms::tiktok {
namespace {

using Object = boost::json::object;

[[noreturn]] void malformed(std::string_view what) {
  throw Error(Code::upstream_retry, "TikTok sent an answer that could not be read: " + std::string(what) + ".");
}

std::string required(const Object& object, std::string_view name) {
  auto found = text_in(object, name);
  if (!found) malformed(std::string(name) + " is missing");
  return std::move(*found);
}

/// The first text of a list, which may be null.
std::optional<std::string> first_text(const Object& object, std::string_view name) {
  const auto* list = array_in(object, name);
  if (list == nullptr || list->empty() || !list->front().is_string()) return std::nullopt;
  return std::string(list->front().get_string());
}

template <class Row, class ParseRow>
EntityPage<Row> parse_page(std::string_view body, ParseRow parse_row) {
  boost::system::error_code failure;
  const auto document = boost::json::parse(body, failure);
  if (failure || !document.is_object()) malformed("it is not a JSON object");
  const auto* data = object_in(document.get_object(), "data");
  const auto* list = data != nullptr ? array_in(*data, "list") : nullptr;
  if (list == nullptr) malformed("there is no list in it");
  EntityPage<Row> page;
  for (const auto& item : *list) {
    if (!item.is_object()) malformed("an entry is not an object");
    page.rows.push_back(parse_row(item.get_object()));
  }
  if (const auto* info = object_in(*data, "page_info")) {
    const auto* pages = info->if_contains("total_page");
    if (pages == nullptr || !pages->is_int64()) malformed("the number of pages is missing");
    page.pages = pages->get_int64();
  }
  return page;
}

EntityStatus status_of(const Object& object) {
  return map_status(text_in(object, "secondary_status").value_or(""), text_in(object, "operation_status").value_or(""));
}

/// Only what is spent a day; TikTok sends budgets as JSON numbers in major units, 0 for none.
std::optional<Micros> daily_budget(const Object& object) {
  const auto mode = text_in(object, "budget_mode").value_or("");
  if (mode != "BUDGET_MODE_DAY" && mode != "BUDGET_MODE_DYNAMIC_DAILY_BUDGET") return std::nullopt;
  const auto* value = object.if_contains("budget");
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const auto budget = value->to_number<double>();
  if (!(budget > 0) || budget > 1e12) return std::nullopt;
  return std::llround(budget * static_cast<double>(kMicrosPerUnit));
}

/// The part behind "ADGROUP_STATUS_" and its like.
std::string_view status_word(std::string_view status) {
  static constexpr std::string_view kMark = "_STATUS_";
  const auto at = status.find(kMark);
  return at == std::string_view::npos ? status : status.substr(at + kMark.size());
}

}  // namespace

std::optional<AccountRow> parse_account(std::string_view body) {
  auto page = parse_page<AccountRow>(body, [](const Object& object) {
    AccountRow row;
    row.external_id = required(object, "advertiser_id");
    row.name = text_in(object, "name").value_or(row.external_id);
    const auto currency = Currency::parse(required(object, "currency"));
    if (!currency) malformed("the currency of the account is unknown");
    row.currency = *currency;
    row.time_zone = required(object, "timezone");
    if (!is_time_zone(row.time_zone)) row.time_zone = text_in(object, "display_timezone").value_or("");
    if (!is_time_zone(row.time_zone)) malformed("the time zone of the account is unknown");
    return row;
  });
  if (page.rows.empty()) return std::nullopt;
  return std::move(page.rows.front());
}

EntityPage<CampaignRow> parse_campaigns(std::string_view body) {
  return parse_page<CampaignRow>(body, [](const Object& object) {
    CampaignRow row;
    row.external_id = required(object, "campaign_id");
    row.name = text_in(object, "campaign_name").value_or(row.external_id);
    row.status = status_of(object);
    row.objective = text_in(object, "objective_type");
    row.daily_budget = daily_budget(object);
    return row;
  });
}

EntityPage<AdSetRow> parse_ad_groups(std::string_view body) {
  return parse_page<AdSetRow>(body, [](const Object& object) {
    AdSetRow row;
    row.external_id = required(object, "adgroup_id");
    row.campaign_external_id = required(object, "campaign_id");
    row.name = text_in(object, "adgroup_name").value_or(row.external_id);
    row.status = status_of(object);
    return row;
  });
}

EntityPage<AdRow> parse_ads(std::string_view body) {
  return parse_page<AdRow>(body, [](const Object& object) {
    AdRow row;
    row.external_id = required(object, "ad_id");
    row.ad_set_external_id = required(object, "adgroup_id");
    row.name = text_in(object, "ad_name").value_or(row.external_id);
    row.status = status_of(object);
    // TikTok knows no creatives apart from ads: what two ads share is the video, the post or the picture.
    row.creative_external_id = text_in(object, "video_id");
    if (!row.creative_external_id) row.creative_external_id = text_in(object, "tiktok_item_id");
    if (!row.creative_external_id) row.creative_external_id = first_text(object, "image_ids");
    row.creative_body = text_in(object, "ad_text");
    if (!row.creative_body) row.creative_body = first_text(object, "ad_texts");
    return row;
  });
}

EntityPage<std::string> parse_ids(std::string_view body, std::string_view name) {
  return parse_page<std::string>(body, [name](const Object& object) { return required(object, name); });
}

EntityStatus map_status(std::string_view secondary_status, std::string_view operation_status) {
  static constexpr std::array<std::string_view, 6> kActive{"ENABLE",    "DELIVERY_OK",   "PARTIAL_AUDIT_DELIVERY_OK",
                                                           "NOT_START", "BUDGET_EXCEED", "CAMPAIGN_EXCEED"};
  const auto word = status_word(secondary_status.empty() ? operation_status : secondary_status);
  if (word.ends_with("DELETE") || word == "TIME_DONE" || word == "DONE") return EntityStatus::ended;
  return std::ranges::find(kActive, word) != kActive.end() ? EntityStatus::active : EntityStatus::paused;
}

void settle_ends(EntityRows& rows) {
  std::map<std::string_view, bool> running;  // campaigns that have ad groups, and whether one of them goes on
  for (const auto& row : rows.ad_sets) running[row.campaign_external_id] |= row.status != EntityStatus::ended;
  for (auto& row : rows.campaigns) {
    const auto found = running.find(row.external_id);
    if (found != running.end() && !found->second) row.status = EntityStatus::ended;
  }
  end_with_parents(rows);
}

}  // namespace omnify::platforms::tiktok
