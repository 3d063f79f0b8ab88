#include "platforms/meta/insights.h"

#include <simdjson.h>

#include <array>
#include <charconv>

#include "base/error.h"

namespace omnify::platforms::meta {
namespace {

namespace ondemand = simdjson::ondemand;

/// In the order of preference; see the header.
constexpr std::array<std::string_view, 4> kPurchaseTypes{
    "omni_purchase", "purchase", "offsite_conversion.fb_pixel_purchase", "onsite_conversion.purchase"};
/// ODAX, and the older names that old campaigns keep.
constexpr std::array<std::string_view, 3> kSalesObjectives{"OUTCOME_SALES", "CONVERSIONS", "PRODUCT_CATALOG_SALES"};

using PurchaseValues = std::array<std::optional<Micros>, kPurchaseTypes.size()>;

[[noreturn]] void malformed(std::string_view what) {
  throw Error(Code::upstream_retry, "Meta sent a report that could not be read: " + std::string(what) + ".");
}

/// Meta sends numbers as strings; a plain number is taken as well, by its digits and not as a double.
std::string_view number_text(ondemand::value value) {
  if (value.type() == ondemand::json_type::string) return value.get_string();
  auto token = std::string_view(value.raw_json_token());
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r'))
    token.remove_suffix(1);
  return token;
}

Micros micros(ondemand::value value, std::string_view name) {
  const auto amount = parse_decimal(number_text(value));
  if (!amount) malformed(name);
  return *amount;
}

std::int64_t count(ondemand::value value, std::string_view name) {
  const auto text = number_text(value);
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) malformed(name);
  return number;
}

std::string id(ondemand::value value) { return std::string(number_text(value)); }

PurchaseValues purchase_values(ondemand::value list, std::string_view name) {
  PurchaseValues values;
  for (auto item : list.get_array()) {
    std::optional<std::size_t> type;
    std::optional<Micros> amount;
    for (auto field : item.get_object()) {
      const std::string_view key = field.unescaped_key();
      if (key == "action_type") {
        const std::string_view found = field.value().get_string();
        for (std::size_t i = 0; i < kPurchaseTypes.size(); ++i) {
          if (kPurchaseTypes[i] == found) type = i;
        }
      } else if (key == "value") {
        const auto text = number_text(field.value());
        amount = parse_decimal(text);
      }
    }
    if (type && !amount) malformed(name);
    if (type) values[*type] = amount;
  }
  return values;
}

/// One type for both figures. A purchase without a value is worth nothing, but was reported.
void choose_purchases(const PurchaseValues& purchases, const PurchaseValues& revenues, bool sales, FactRow& row) {
  for (std::size_t i = 0; i < kPurchaseTypes.size(); ++i) {
    if (!purchases[i]) continue;
    row.conversions = *purchases[i];
    row.revenue = revenues[i].value_or(0);
    return;
  }
  if (!sales) return;
  row.conversions = 0;
  row.revenue = 0;
}

/// `Row`: a FactRow with the ids of its ad and of the ad's parents, or an AccountDay, which has none.
template <class Row>
Row parse_row(ondemand::object object) {
  constexpr bool kHasIds = std::is_same_v<Row, FactRow>;
  FactRow row;
  bool sales = false;
  bool has_day = false;
  PurchaseValues purchases;
  PurchaseValues revenues;
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    ondemand::value value = field.value();
    if (key == "ad_id") {
      row.ad_external_id = id(value);
    } else if (key == "adset_id") {
      row.ad_set_external_id = id(value);
    } else if (key == "campaign_id") {
      row.campaign_external_id = id(value);
    } else if (key == "objective") {
      sales = std::ranges::find(kSalesObjectives, std::string_view(value.get_string())) != kSalesObjectives.end();
    } else if (key == "impressions") {
      row.impressions = count(value, key);
    } else if (key == "clicks") {
      row.clicks = count(value, key);
    } else if (key == "spend") {
      row.spend = micros(value, key);
    } else if (key == "actions") {
      purchases = purchase_values(value, key);
    } else if (key == "action_values") {
      revenues = purchase_values(value, key);
    } else if (key == "date_start") {
      const auto day = parse_day(std::string_view(value.get_string()));
      if (!day) malformed(key);
      row.day = *day;
      has_day = true;
    }
  }
  const bool has_ids =
      !row.ad_external_id.empty() && !row.ad_set_external_id.empty() && !row.campaign_external_id.empty();
  if (!has_day || has_ids != kHasIds) malformed("a row without its ad or its day");
  choose_purchases(purchases, revenues, sales, row);
  if constexpr (kHasIds) {
    return row;
  } else {
    return {row.day, row.impressions, row.clicks, row.spend, row.conversions, row.revenue};
  }
}

/// The cursor counts only beside a `next`: it is there on the last page too.
std::optional<std::string> parse_paging(ondemand::object paging) {
  std::optional<std::string> after;
  bool has_next = false;
  for (auto field : paging) {
    const std::string_view key = field.unescaped_key();
    if (key == "next") {
      has_next = true;
    } else if (key == "cursors") {
      for (auto cursor : field.value().get_object()) {
        if (std::string_view(cursor.unescaped_key()) != "after") continue;
        after = std::string(std::string_view(cursor.value().get_string()));
      }
    }
  }
  return has_next ? after : std::nullopt;
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
      const std::string_view key = field.unescaped_key();
      if (key == "data") {
        for (auto row : field.value().get_array()) {
          page.rows.push_back(parse_row<typename decltype(page.rows)::value_type>(row.get_object()));
        }
        has_data = true;
      } else if (key == "paging") {
        page.after = parse_paging(field.value().get_object());
      }
    }
  } catch (const simdjson::simdjson_error& error) {
    malformed(error.what());
  }
  if (!has_data) malformed("there is no data in it");
  return page;
}

}  // namespace

InsightsPage parse_insights(std::string body) { return parse_page<InsightsPage>(std::move(body)); }

AccountDaysPage parse_account_days(std::string body) { return parse_page<AccountDaysPage>(std::move(body)); }

}  // namespace omnify::platforms::meta
