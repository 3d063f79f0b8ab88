#include "platforms/shopify/orders.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"

namespace omnify::platforms::shopify {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kVisit = "{ occurredAt source landingPage utmParameters { source medium campaign } }";
constexpr std::string_view kMoney = "{ shopMoney { amount } }";
constexpr std::string_view kLine = "isGiftCard originalTotalSet { shopMoney { amount } }";

std::string order_fields() {
  return fmt::format(
      "id test processedAt updatedAt cancelledAt email customer {{ id }} subtotalPriceSet {0} totalDiscountsSet {0} "
      "totalTaxSet {0} totalShippingPriceSet {0} totalPriceSet {0} refunds {{ id }} "
      "customerJourneySummary {{ ready customerOrderIndex firstVisit {1} lastVisit {1} }}",
      kMoney, kVisit);
}

[[noreturn]] void malformed(std::string_view what) {
  throw Error(Code::upstream_retry, fmt::format("Shopify sent an answer that could not be read: {}.", what));
}

dom::element member(const dom::element& object, std::string_view name) {
  dom::element found;
  if (object[name].get(found) != simdjson::SUCCESS) malformed(name);
  return found;
}

std::string_view text(const dom::element& object, std::string_view name) {
  std::string_view found;
  if (member(object, name).get(found) != simdjson::SUCCESS) malformed(name);
  return found;
}

/// Empty for null.
std::string optional_text(const dom::element& object, std::string_view name) {
  return member(object, name).is_null() ? std::string() : std::string(text(object, name));
}

bool flag(const dom::element& object, std::string_view name) {
  bool found = false;
  if (member(object, name).get(found) != simdjson::SUCCESS) malformed(name);
  return found;
}

dom::array list(const dom::element& object, std::string_view name) {
  dom::array found;
  if (member(object, name).get(found) != simdjson::SUCCESS) malformed(name);
  return found;
}

/// Only the shop's own currency adds up.
Micros amount(const dom::element& object, std::string_view name) {
  const auto parsed = parse_decimal(text(member(member(object, name), "shopMoney"), "amount"));
  if (!parsed) malformed(name);
  return *parsed;
}

Instant time(const dom::element& object, std::string_view name) {
  const auto parsed = parse_instant(text(object, name));
  if (!parsed) malformed(name);
  return *parsed;
}

std::optional<VisitRow> read_visit(const dom::element& journey, std::string_view name) {
  const auto visit = member(journey, name);
  if (visit.is_null()) return std::nullopt;
  VisitRow row;
  row.at = time(visit, "occurredAt");
  row.click_id = click_id_of(optional_text(visit, "landingPage"));
  const auto parameters = member(visit, "utmParameters");
  if (parameters.is_null()) return row;
  row.source = optional_text(parameters, "source");
  row.medium = optional_text(parameters, "medium");
  row.campaign = optional_text(parameters, "campaign");
  return row;
}

void read_journey(const dom::element& order, OrderRow& row) {
  const auto journey = member(order, "customerJourneySummary");
  if (journey.is_null() || !flag(journey, "ready")) return;
  std::int64_t index = 0;
  if (member(journey, "customerOrderIndex").get(index) == simdjson::SUCCESS) row.returning = index > 1;
  row.first_visit = read_visit(journey, "firstVisit");
  row.last_visit = read_visit(journey, "lastVisit");
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

void take_gift_card(const dom::element& line, OrderRow& row) {
  if (flag(line, "isGiftCard")) row.gross -= amount(line, "originalTotalSet");
}

ReadOrder read_order(const dom::element& order, std::string_view zone) {
  ReadOrder read;
  auto& row = read.row;
  row.external_id = text(order, "id");
  row.test = flag(order, "test");
  row.processed = time(order, "processedAt");
  row.updated = time(order, "updatedAt");
  row.day = local_day(zone, row.processed);
  row.cancelled = !member(order, "cancelledAt").is_null();
  row.discounts = amount(order, "totalDiscountsSet");
  // What the lines cost before discounts: they need not all be read for that.
  row.gross = amount(order, "subtotalPriceSet") + row.discounts;
  row.tax = amount(order, "totalTaxSet");
  row.shipping = amount(order, "totalShippingPriceSet");
  row.total = amount(order, "totalPriceSet");
  const auto customer = member(order, "customer");
  row.buyer = customer.is_null() ? lower(optional_text(order, "email")) : std::string(text(customer, "id"));
  read_journey(order, row);
  read.has_refunds = list(order, "refunds").size() > 0;
  return read;
}

RefundRow read_refund(const dom::element& refund, std::string_view zone, bool& more_lines) {
  RefundRow row;
  row.day = local_day(zone, time(refund, "processedAt"));
  row.money = amount(refund, "totalRefundedSet");
  const auto lines = member(refund, "refundLineItems");
  for (const auto line : list(lines, "nodes")) {
    if (!flag(member(line, "lineItem"), "isGiftCard")) row.goods += amount(line, "subtotalSet");
  }
  more_lines = more_lines || flag(member(lines, "pageInfo"), "hasNextPage");
  return row;
}

/// Keeps the tree alive while `use` looks at it.
template <class Use>
auto with_document(const std::string& body, Use use) {
  dom::parser parser;
  dom::element document;
  if (parser.parse(body).get(document) != simdjson::SUCCESS) malformed("it is not complete");
  return use(document);
}

}  // namespace

std::string changes_query(int size) {
  return fmt::format(
      "query ($search: String!, $after: String) {{ orders(first: {}, after: $after, sortKey: UPDATED_AT, query: "
      "$search) {{ nodes {{ {} lineItems(first: 10) {{ nodes {{ {} }} pageInfo {{ hasNextPage }} }} }} pageInfo {{ "
      "hasNextPage endCursor }} }} }}",
      size, order_fields(), kLine);
}

std::string refunds_query(int lines) {
  return fmt::format(
      "query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Order {{ id refunds {{ processedAt totalRefundedSet {0} "
      "refundLineItems(first: {1}) {{ nodes {{ subtotalSet {0} lineItem {{ isGiftCard }} }} pageInfo {{ hasNextPage }} "
      "}} }} }} }} }}",
      kMoney, lines);
}

std::string bulk_query(std::string_view search) {
  return fmt::format(
      "{{ orders(query: \"{}\") {{ edges {{ node {{ {} lineItems {{ edges {{ node {{ id {} }} }} }} }} }} }} }}",
      search, order_fields(), kLine);
}

ShopRow read_shop(const std::string& body) {
  return with_document(body, [](const dom::element& document) {
    const auto shop = member(member(document, "data"), "shop");
    const auto currency = Currency::parse(text(shop, "currencyCode"));
    if (!currency) malformed("currencyCode");
    return ShopRow{std::string(text(shop, "id")),           std::string(text(shop, "myshopifyDomain")),
                   std::string(text(shop, "name")),         *currency,
                   std::string(text(shop, "ianaTimezone")), flag(shop, "taxesIncluded")};
  });
}

OrderPage read_changes(const std::string& body, std::string_view zone) {
  return with_document(body, [&](const dom::element& document) {
    const auto orders = member(member(document, "data"), "orders");
    OrderPage page;
    for (const auto order : list(orders, "nodes")) {
      auto read = read_order(order, zone);
      const auto lines = member(order, "lineItems");
      for (const auto line : list(lines, "nodes")) take_gift_card(line, read.row);
      read.more_lines = flag(member(lines, "pageInfo"), "hasNextPage");
      page.orders.push_back(std::move(read));
    }
    page.has_next = flag(member(orders, "pageInfo"), "hasNextPage");
    page.end_cursor = optional_text(member(orders, "pageInfo"), "endCursor");
    return page;
  });
}

std::vector<RefundsOfOrder> read_refunds(const std::string& body, std::string_view zone) {
  return with_document(body, [&](const dom::element& document) {
    std::vector<RefundsOfOrder> all;
    for (const auto order : list(member(document, "data"), "nodes")) {
      if (order.is_null()) continue;  // deleted meanwhile
      RefundsOfOrder one;
      one.order = text(order, "id");
      for (const auto refund : list(order, "refunds")) {
        one.refunds.push_back(read_refund(refund, zone, one.more_lines));
      }
      all.push_back(std::move(one));
    }
    return all;
  });
}

std::optional<ReadOrder> BulkReader::take(const std::string& line) {
  return with_document(line, [&](const dom::element& object) -> std::optional<ReadOrder> {
    std::string_view parent;
    if (object["__parentId"].get(parent) != simdjson::SUCCESS) {
      return std::exchange(current_, read_order(object, zone_));
    }
    if (!current_ || current_->row.external_id != parent) malformed("a line of another order");
    take_gift_card(object, current_->row);
    return std::nullopt;
  });
}

std::string click_id_of(std::string_view landing_page) {
  static constexpr std::array<std::string_view, 3> kNames{"fbclid", "gclid", "ttclid"};
  auto at = landing_page.find('?');
  while (at != std::string_view::npos) {
    landing_page.remove_prefix(at + 1);
    const auto item = landing_page.substr(0, landing_page.find_first_of("&#"));
    const auto equals = std::min(item.find('='), item.size());
    if (std::ranges::find(kNames, item.substr(0, equals)) != kNames.end() && equals < item.size()) {
      return std::string(item.substr(equals + 1));
    }
    at = landing_page.find('&');
  }
  return {};
}

}  // namespace omnify::platforms::shopify
