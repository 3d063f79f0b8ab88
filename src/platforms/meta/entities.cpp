#include "platforms/meta/entities.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <charconv>
#include <limits>

#include "base/error.h"
#include "platforms/entities.h"

namespace omnify::platforms::meta {
namespace {

using Object = boost::json::object;

[[noreturn]] void malformed(std::string_view what) {
  throw Error(Code::upstream_retry, "Meta sent an answer that could not be read: " + std::string(what) + ".");
}

Object parse_object(std::string_view body) {
  boost::system::error_code failure;
  auto document = boost::json::parse(body, failure);
  if (failure || !document.is_object()) malformed("it is not a JSON object");
  return std::move(document.get_object());
}

std::string required(const Object& object, std::string_view name) {
  auto found = text_in(object, name);
  if (!found) malformed(std::string(name) + " is missing");
  return std::move(*found);
}

std::optional<Instant> instant(const Object& object, std::string_view name) {
  const auto found = text_in(object, name);
  return found ? parse_instant(*found) : std::nullopt;
}

template <class Row, class ParseRow>
EntityPage<Row> parse_page(std::string_view body, ParseRow parse_row) {
  const auto document = parse_object(body);
  const auto* data = array_in(document, "data");
  if (data == nullptr) malformed("there is no data in it");
  EntityPage<Row> page;
  for (const auto& item : *data) {
    if (!item.is_object()) malformed("an entry is not an object");
    page.rows.push_back(parse_row(item.get_object()));
  }
  const auto* paging = object_in(document, "paging");
  if (paging == nullptr || !paging->contains("next")) return page;
  if (const auto* cursors = object_in(*paging, "cursors")) page.after = text_in(*cursors, "after");
  return page;
}

EntityStatus status_of(const Object& object, std::string_view end, Instant now) {
  return map_status(text_in(object, "effective_status").value_or(""), instant(object, end), now);
}

/// The text of the first entry of a list of {text}.
std::optional<std::string> first_text(const Object& feed, std::string_view list) {
  const auto* array = array_in(feed, list);
  if (array == nullptr || array->empty() || !array->front().is_object()) return std::nullopt;
  return text_in(array->front().get_object(), "text");
}

/// `title` and `body` of a creative are often empty: the words then stand in its story or its asset feed.
void read_creative(const Object& creative, AdRow& row) {
  row.creative_external_id = text_in(creative, "id");
  row.creative_title = text_in(creative, "title");
  row.creative_body = text_in(creative, "body");
  if (const auto* story = object_in(creative, "object_story_spec")) {
    if (const auto* link = object_in(*story, "link_data")) {
      if (!row.creative_title) row.creative_title = text_in(*link, "name");
      if (!row.creative_body) row.creative_body = text_in(*link, "message");
    }
    if (const auto* video = object_in(*story, "video_data")) {
      if (!row.creative_title) row.creative_title = text_in(*video, "title");
      if (!row.creative_body) row.creative_body = text_in(*video, "message");
    }
  }
  if (const auto* feed = object_in(creative, "asset_feed_spec")) {
    if (!row.creative_title) row.creative_title = first_text(*feed, "titles");
    if (!row.creative_body) row.creative_body = first_text(*feed, "bodies");
  }
}

}  // namespace

AccountRow parse_account(std::string_view body) {
  const auto object = parse_object(body);
  AccountRow row;
  row.external_id = required(object, "account_id");
  row.name = text_in(object, "name").value_or(row.external_id);
  const auto currency = Currency::parse(required(object, "currency"));
  if (!currency) malformed("the currency of the account is unknown");
  row.currency = *currency;
  row.time_zone = required(object, "timezone_name");
  if (!is_time_zone(row.time_zone)) malformed("the time zone of the account is unknown");
  return row;
}

EntityPage<CampaignRow> parse_campaigns(std::string_view body, const Currency& currency, Instant now) {
  return parse_page<CampaignRow>(body, [&](const Object& object) {
    CampaignRow row;
    row.external_id = required(object, "id");
    row.name = text_in(object, "name").value_or(row.external_id);
    row.status = status_of(object, "stop_time", now);
    row.objective = text_in(object, "objective");
    if (const auto budget = text_in(object, "daily_budget")) row.daily_budget = parse_minor_units(*budget, currency);
    return row;
  });
}

EntityPage<AdSetRow> parse_ad_sets(std::string_view body, Instant now) {
  return parse_page<AdSetRow>(body, [&](const Object& object) {
    AdSetRow row;
    row.external_id = required(object, "id");
    row.campaign_external_id = required(object, "campaign_id");
    row.name = text_in(object, "name").value_or(row.external_id);
    row.status = status_of(object, "end_time", now);
    return row;
  });
}

EntityPage<AdRow> parse_ads(std::string_view body) {
  return parse_page<AdRow>(body, [](const Object& object) {
    AdRow row;
    row.external_id = required(object, "id");
    row.ad_set_external_id = required(object, "adset_id");
    row.name = text_in(object, "name").value_or(row.external_id);
    row.status = map_status(text_in(object, "effective_status").value_or(""), std::nullopt, Instant{});
    if (const auto* creative = object_in(object, "creative")) read_creative(*creative, row);
    return row;
  });
}

EntityPage<std::string> parse_ids(std::string_view body) {
  return parse_page<std::string>(body, [](const Object& object) { return required(object, "id"); });
}

EntityStatus map_status(std::string_view effective_status, std::optional<Instant> end, Instant now) {
  static constexpr std::array<std::string_view, 2> kEnded{"ARCHIVED", "DELETED"};
  static constexpr std::array<std::string_view, 4> kActive{"ACTIVE", "IN_PROCESS", "WITH_ISSUES", "PREAPPROVED"};
  if (std::ranges::find(kEnded, effective_status) != kEnded.end()) return EntityStatus::ended;
  if (end && *end <= now) return EntityStatus::ended;
  if (std::ranges::find(kActive, effective_status) != kActive.end()) return EntityStatus::active;
  return EntityStatus::paused;
}

std::optional<Micros> parse_minor_units(std::string_view text, const Currency& currency) {
  static constexpr std::array<std::string_view, 11> kWhole{"CLP", "COP", "CRC", "HUF", "ISK", "IDR",
                                                           "JPY", "KRW", "PYG", "TWD", "VND"};
  std::int64_t minor = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), minor);
  if (failure != std::errc() || end != text.data() + text.size() || minor <= 0) return std::nullopt;
  const std::int64_t offset = std::ranges::find(kWhole, currency.text()) != kWhole.end() ? 1 : 100;
  const Micros unit = kMicrosPerUnit / offset;
  if (minor > std::numeric_limits<Micros>::max() / unit) return std::nullopt;
  return minor * unit;
}

}  // namespace omnify::platforms::meta
