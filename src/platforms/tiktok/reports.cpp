#include "platforms/tiktok/reports.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/error.h"

namespace omnify::platforms::tiktok {
namespace {

namespace ondemand = simdjson::ondemand;

/// Today's names, and the older ones that old campaigns keep.
constexpr std::array<std::string_view, 5> kSalesObjectives{"WEB_CONVERSIONS", "PRODUCT_SALES", "CONVERSIONS",
                                                           "CATALOG_SALES", "SHOP_PURCHASES"};
constexpr std::array<std::string_view, 3> kPurchases{"complete_payment", "total_purchase", "onsite_shopping"};
constexpr std::array<std::string_view, 3> kRevenues{"total_complete_payment_rate", "total_purchase_value",
                                                    "total_onsite_shopping_value"};

[[noreturn]] void malformed(std::string_view what) {
  throw Error(Code::upstream_retry, "TikTok sent a report that could not be read: " + std::string(what) + ".");
}

/// Metrics are strings; nothing for "-", which stands for null.
std::optional<Micros> amount(ondemand::value value, std::string_view name) {
  if (value.is_null()) return std::nullopt;
  const std::string_view text = value.get_string();
  if (text == "-") return std::nullopt;
  const auto parsed = parse_decimal(text);
  if (!parsed) malformed(name);
  return parsed;
}

std::int64_t count(ondemand::value value, std::string_view name) {
  return amount(value, name).value_or(0) / kMicrosPerUnit;
}

std::string text(ondemand::value value) {
  const std::string_view found = value.get_string();
  return std::string(found);
}

void add(std::optional<Micros>& sum, std::optional<Micros> part) {
  if (part) sum = sum.value_or(0) + *part;
}

bool is_one_of(const std::array<std::string_view, 3>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

void read_dimensions(ondemand::object dimensions, FactRow& row) {
  bool has_day = false;
  for (auto field : dimensions) {
    const std::string_view key = field.unescaped_key();
    if (key == "ad_id") {
      row.ad_external_id = text(field.value());
    } else if (key == "stat_time_day") {
      // "2026-11-01 00:00:00"
      const std::string_view stamp = field.value().get_string();
      const auto day = parse_day(stamp.substr(0, 10));
      if (!day) malformed(key);
      row.day = *day;
      has_day = true;
    }
  }
  if (!has_day) malformed("a row without its day");
}

void read_metrics(ondemand::object metrics, FactRow& row) {
  bool sales = false;
  for (auto field : metrics) {
    const std::string_view key = field.unescaped_key();
    ondemand::value value = field.value();
    if (key == "campaign_id") {
      row.campaign_external_id = text(value);
    } else if (key == "adgroup_id") {
      row.ad_set_external_id = text(value);
    } else if (key == "objective_type") {
      sales = std::ranges::find(kSalesObjectives, text(value)) != kSalesObjectives.end();
    } else if (key == "spend") {
      row.spend = amount(value, key).value_or(0);
    } else if (key == "impressions") {
      row.impressions = count(value, key);
    } else if (key == "clicks") {
      row.clicks = count(value, key);
    } else if (is_one_of(kPurchases, key)) {
      add(row.conversions, amount(value, key));
    } else if (is_one_of(kRevenues, key)) {
      add(row.revenue, amount(value, key));
    }
  }
  const bool none = row.conversions.value_or(0) == 0 && row.revenue.value_or(0) == 0;
  if (none && !sales) row.conversions = row.revenue = std::nullopt;
}

/// `Row`: a FactRow with the ids of its ad and of the ad's parents, or an AccountDay, which has none.
template <class Row>
Row parse_row(ondemand::object object) {
  FactRow row;
  bool has_metrics = false;
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    if (key == "dimensions") {
      read_dimensions(field.value().get_object(), row);
    } else if (key == "metrics") {
      read_metrics(field.value().get_object(), row);
      has_metrics = true;
    }
  }
  if (!has_metrics || row.day == Day{}) malformed("a row without figures or without its day");
  if constexpr (std::is_same_v<Row, AccountDay>) {
    return {row.day, row.impressions, row.clicks, row.spend, row.conversions, row.revenue};
  } else {
    if (row.ad_external_id.empty() || row.ad_set_external_id.empty() || row.campaign_external_id.empty()) {
      malformed("a row without its ad or its campaign");
    }
    return row;
  }
}

template <class Page>
void read_data(ondemand::object data, Page& page) {
  using Row = typename decltype(page.rows)::value_type;
  bool has_list = false;
  bool has_pages = false;
  for (auto field : data) {
    const std::string_view key = field.unescaped_key();
    if (key == "list") {
      for (auto row : field.value().get_array()) page.rows.push_back(parse_row<Row>(row.get_object()));
      has_list = true;
    } else if (key == "page_info") {
      for (auto info : field.value().get_object()) {
        if (std::string_view(info.unescaped_key()) != "total_page") continue;
        page.pages = info.value().get_int64();
        has_pages = true;
      }
    }
  }
  if (!has_list || !has_pages) malformed("there is no list in it");
}

template <class Page>
Page parse_page(std::string body) {
  Page page;
  bool has_data = false;
  try {
    ondemand::parser parser;
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    ondemand::document document = parser.iterate(body);
    for (auto field : document.get_object()) {
      if (std::string_view(field.unescaped_key()) != "data") continue;
      read_data(field.value().get_object(), page);
      has_data = true;
    }
  } catch (const simdjson::simdjson_error& error) {
    malformed(error.what());
  }
  if (!has_data) malformed("there is no data in it");
  return page;
}

}  // namespace

ReportPage parse_report(std::string body) { return parse_page<ReportPage>(std::move(body)); }

AccountDaysPage parse_account_days(std::string body) { return parse_page<AccountDaysPage>(std::move(body)); }

}  // namespace omnify::platforms::tiktok
