#include "platforms/google/reports.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <cmath>
#include <type_traits>
#include <utility>

#include "base/error.h"

namespace omnify::platforms::google {
namespace {

namespace ondemand = simdjson::ondemand;

[[noreturn]] void malformed(std::string_view what) {
  throw Error(Code::upstream_retry, "Google Ads sent a report that could not be read: " + std::string(what) + ".");
}

/// The ids of a row's objects, and what they are selected from.
struct Source {
  std::string_view ids;
  std::string_view resource;
};

constexpr Source source_of(ReportLevel level) {
  switch (level) {
    case ReportLevel::ads:
      return {"campaign.id, ad_group.id, ad_group_ad.ad.id, ", "ad_group_ad"};
    case ReportLevel::asset_groups:
      return {"campaign.id, asset_group.id, ", "asset_group"};
    case ReportLevel::account:
      break;
  }
  return {"", "customer"};
}

std::string query_of(ReportLevel level, std::string_view columns, Day first, Day last, std::string_view condition) {
  const auto source = source_of(level);
  return fmt::format("SELECT {}segments.date, {} FROM {} WHERE segments.date BETWEEN '{}' AND '{}'{}", source.ids,
                     columns, source.resource, format_day(first), format_day(last), condition);
}

std::int64_t integer(ondemand::value value, std::string_view name) {
  // int64 travels as text.
  const std::string_view text = value.get_string();
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) malformed(name);
  return number;
}

/// Conversions and their value are doubles on the wire.
Micros micros(ondemand::value value, std::string_view name) {
  const double number = value.get_double();
  if (!(std::abs(number) < 9e12)) malformed(name);
  return std::llround(number * static_cast<double>(kMicrosPerUnit));
}

std::string id_in(ondemand::object object) {
  std::string id;
  for (auto field : object) {
    if (std::string_view(field.unescaped_key()) == "id") id = std::string(std::string_view(field.value().get_string()));
  }
  return id;
}

std::string ad_id_in(ondemand::object object) {
  std::string id;
  for (auto field : object) {
    if (std::string_view(field.unescaped_key()) == "ad") id = id_in(field.value().get_object());
  }
  return id;
}

void read_metrics(ondemand::object object, FactRow& row) {
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    if (key == "impressions") {
      row.impressions = integer(field.value(), key);
    } else if (key == "clicks") {
      row.clicks = integer(field.value(), key);
    } else if (key == "costMicros") {
      row.spend = integer(field.value(), key);
    } else if (key == "conversions") {
      row.conversions = micros(field.value(), key);
    } else if (key == "conversionsValue") {
      row.revenue = micros(field.value(), key);
    }
  }
}

bool read_day(ondemand::object object, FactRow& row) {
  bool found = false;
  for (auto field : object) {
    if (std::string_view(field.unescaped_key()) != "date") continue;
    const auto day = parse_day(std::string_view(field.value().get_string()));
    if (!day) malformed("a day that is none");
    row.day = *day;
    found = true;
  }
  return found;
}

/// `Row`: a FactRow with the ids of its ad and of the ad's parents, or an AccountDay, which has none.
template <class Row>
Row parse_row(ondemand::object object) {
  FactRow row;
  std::string ad;
  bool has_day = false;
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    if (key == "campaign") {
      row.campaign_external_id = id_in(field.value().get_object());
    } else if (key == "adGroup") {
      row.ad_set_external_id = id_in(field.value().get_object());
    } else if (key == "adGroupAd") {
      ad = ad_id_in(field.value().get_object());
    } else if (key == "assetGroup") {
      row.ad_set_external_id = id_in(field.value().get_object());
      row.ad_external_id = asset_group_ad_id(row.ad_set_external_id);
    } else if (key == "segments") {
      has_day = read_day(field.value().get_object(), row);
    } else if (key == "metrics") {
      read_metrics(field.value().get_object(), row);
    }
  }
  if (!has_day) malformed("a row without its day");
  if constexpr (std::is_same_v<Row, AccountDay>) {
    return {row.day, row.impressions, row.clicks, row.spend, row.conversions, row.revenue};
  } else {
    if (!ad.empty()) row.ad_external_id = ad_external_id(row.ad_set_external_id, ad);
    if (row.ad_external_id.empty() || row.ad_set_external_id.empty() || row.campaign_external_id.empty()) {
      malformed("a row without its ad");
    }
    return row;
  }
}

template <class Row>
ReportPage<Row> parse_page(std::string body) {
  ReportPage<Row> page;
  try {
    ondemand::parser parser;
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    ondemand::document document = parser.iterate(body);
    for (auto field : document.get_object()) {
      const std::string_view key = field.unescaped_key();
      if (key == "results") {
        for (auto row : field.value().get_array()) page.rows.push_back(parse_row<Row>(row.get_object()));
      } else if (key == "nextPageToken") {
        page.page_token = std::string(std::string_view(field.value().get_string()));
      }
    }
  } catch (const simdjson::simdjson_error& error) {
    malformed(error.what());
  }
  if (page.page_token && page.page_token->empty()) page.page_token.reset();
  return page;
}

}  // namespace

std::string ad_external_id(std::string_view ad_group, std::string_view ad) {
  return fmt::format("{}~{}", ad_group, ad);
}

std::string asset_group_ad_id(std::string_view asset_group) { return fmt::format("assetGroups/{}", asset_group); }

std::string delivery_query(ReportLevel level, Day first, Day last) {
  return query_of(level, "metrics.impressions, metrics.clicks, metrics.cost_micros", first, last, "");
}

std::string purchases_query(ReportLevel level, Day first, Day last) {
  return query_of(level, "segments.conversion_action_category, metrics.conversions, metrics.conversions_value", first,
                  last, " AND segments.conversion_action_category = 'PURCHASE'");
}

ReportPage<FactRow> parse_report(std::string body) { return parse_page<FactRow>(std::move(body)); }

ReportPage<AccountDay> parse_account_days(std::string body) { return parse_page<AccountDay>(std::move(body)); }

}  // namespace omnify::platforms::google
