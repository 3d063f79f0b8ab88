// Bodies of webhooks, in the shape of the retired REST API: snake_case, numeric ids, amounts as text, local times.
#include <fmt/format.h>

#include "shopify/objects.h"
#include "shopify/webhooks.h"

namespace omnify::sandbox::shopify {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

/// With the shop's own offset: "2026-03-01T05:00:00-05:00".
value local_time(const market::Shop& shop, Instant at) {
  const auto offset = market::utc_offset(shop.time_zone, at);
  auto text = format_instant(std::chrono::floor<std::chrono::seconds>(at) + offset);
  text.pop_back();  // the Z of UTC
  const auto minutes = std::abs(offset.count()) / 60;
  return value(fmt::format("{}{}{:02}:{:02}", text, offset.count() < 0 ? '-' : '+', minutes / 60, minutes % 60));
}

value local_time(const market::Shop& shop, Instant at, Instant now) {
  return at <= now ? local_time(shop, at) : value();
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

object line_payload(const market::Order& order, const market::Line& line) {
  const auto& shop = *order.shop;
  const auto& variant = shop.variants[line.variant];
  return {{"id", line.id},
          {"admin_graphql_api_id", gid("LineItem", line.id)},
          {"product_id", product_id(shop, variant.product)},
          {"variant_id", variant_id(shop, line.variant)},
          {"title", shop.products[variant.product].title},
          {"sku", variant.sku},
          {"quantity", line.quantity},
          {"price", amount_text(line.unit_price, shop.minor_units)},
          {"total_discount", amount_text(0, shop.minor_units)},
          {"gift_card", line.gift_card}};
}

value customer_payload(market::Shops& shops, const market::Order& order) {
  if (!order.customer) return nullptr;
  const auto id = market::customer_id(*order.shop, *order.customer);
  const auto person = market::person_of(shops.seed(), *order.shop, *order.customer);
  return object{{"id", id},
                {"admin_graphql_api_id", gid("Customer", id)},
                {"email", person.email},
                {"first_name", person.first_name},
                {"last_name", person.last_name}};
}

void add_journey(object& body, const market::Order& order) {
  const bool known = order.last_visit && order.has_happened(order.life.journey_ready);
  body["landing_site"] = known ? value(order.last_visit->landing_page) : value();
  body["referring_site"] = known ? text_or_null(order.last_visit->referrer) : value();
}

}  // namespace

object refund_payload(const market::Order& order, const market::Refund& refund) {
  const auto units = order.shop->minor_units;
  array lines;
  for (const auto& line : refund.lines) {
    lines.push_back(object{{"line_item_id", order.lines[line.line].id},
                           {"quantity", line.quantity},
                           {"subtotal", amount_text(line.subtotal, units)},
                           {"total_tax", amount_text(line.tax, units)}});
  }
  return {{"id", refund.id},
          {"admin_graphql_api_id", gid("Refund", refund.id)},
          {"order_id", order.id},
          {"created_at", local_time(*order.shop, refund.at)},
          {"processed_at", local_time(*order.shop, refund.at)},
          {"refund_line_items", std::move(lines)},
          {"transactions", array{object{{"kind", "refund"}, {"amount", amount_text(refund.total, units)}}}}};
}

object order_payload(market::Shops& shops, const market::Order& order) {
  const auto& shop = *order.shop;
  const auto now = order.as_of;
  const auto purchase = at_purchase(order);
  const auto current = after_returns(order);
  const auto amount = [&](std::int64_t minor) { return amount_text(minor, shop.minor_units); };
  array lines;
  for (const auto& line : order.lines) lines.push_back(line_payload(order, line));
  array refunds;
  for (const auto& refund : order.refunds) refunds.push_back(refund_payload(order, refund));
  const bool shipped = order.has_happened(order.life.fulfilled);
  object body{{"id", order.id},
              {"admin_graphql_api_id", gid("Order", order.id)},
              {"name", fmt::format("#{}", order.number)},
              {"number", order.number - 1000},
              {"order_number", order.number},
              {"created_at", local_time(shop, order.life.created)},
              {"processed_at", local_time(shop, order.life.processed)},
              {"updated_at", local_time(shop, order.life.updated(now))},
              {"cancelled_at", local_time(shop, order.life.cancelled, now)},
              {"closed_at", local_time(shop, order.life.fulfilled, now)},
              {"test", order.life.test},
              {"currency", shop.currency.text()},
              {"presentment_currency", (order.foreign ? shop.foreign_currency : shop.currency).text()},
              {"taxes_included", shop.taxes_included},
              {"subtotal_price", amount(purchase.items)},
              {"total_discounts", amount(purchase.discounts)},
              {"total_tax", amount(purchase.tax)},
              {"total_price", amount(purchase.total)},
              {"current_total_price", amount(current.total)},
              {"financial_status", lower(financial_status(order))},
              {"fulfillment_status", shipped ? value("fulfilled") : value()},
              {"source_name", order.life.point_of_sale ? "pos" : "web"},
              {"customer", customer_payload(shops, order)},
              {"line_items", std::move(lines)},
              {"refunds", std::move(refunds)}};
  add_journey(body, order);
  return body;
}

}  // namespace omnify::sandbox::shopify
