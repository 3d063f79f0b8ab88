#include "control/shopify_control.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"
#include "market/shop_truth.h"
#include "shopify/schema.h"

namespace omnify::sandbox::control {
namespace {

using boost::json::array;
using boost::json::object;

/// Days before now in which the events of a topic are looked for.
constexpr std::chrono::days kEventDays{10};
constexpr std::int64_t kMostMessages = 1000;

enum class TokenState { valid, expired, revoked, no_permission };
BOOST_DESCRIBE_ENUM(TokenState, valid, expired, revoked, no_permission)

struct TokenRequest {
  std::string platform;
  std::optional<TokenState> state;                 ///< valid without it
  std::optional<std::string> shop;                 ///< domain; every shop without it
  std::optional<std::vector<std::string>> scopes;  ///< all without it
  std::optional<bool> personal_data;
};
BOOST_DESCRIBE_STRUCT(TokenRequest, (), (platform, state, shop, scopes, personal_data))

struct WebhookRequest {
  std::string shop;
  std::string topic;                  ///< "orders/updated", "customers/redact"
  std::optional<std::string> uri;     ///< instead of the subscriptions'; privacy topics need it
  std::optional<std::int64_t> count;  ///< of the latest events; one without it
  std::optional<std::int64_t> copies;
  std::optional<bool> reversed;
};
BOOST_DESCRIBE_STRUCT(WebhookRequest, (), (shop, topic, uri, count, copies, reversed))

struct ShopRequest {
  std::string shop;
};
BOOST_DESCRIBE_STRUCT(ShopRequest, (), (shop))

Day read_day(const wire::Request& request, std::string_view name, std::string_view otherwise) {
  const auto day = parse_day(wire::find(request.query, name).value_or(otherwise));
  if (!day) throw Error(Code::invalid_request, fmt::format("The parameter {} must be a day as YYYY-MM-DD.", name));
  return *day;
}

object day_view(const market::Shop& shop, std::string_view label, const market::ShopDay& day) {
  const auto amount = [&](std::int64_t minor) { return format_decimal(minor * (kMicrosPerUnit / shop.minor_units)); };
  return {{"day", label},
          {"orders", day.orders},
          {"gross_sales", amount(day.gross)},
          {"discounts", amount(day.discounts)},
          {"refunds", amount(day.refunds)},
          {"net_sales", amount(day.net())},
          {"tax", amount(day.tax)},
          {"shipping", amount(day.shipping)},
          {"refunded", amount(day.refunded)},
          {"new_customers", day.new_customers},
          {"returning_customers", day.returning_customers},
          {"incremental",
           object{{"meta", day.incremental[0]}, {"google", day.incremental[1]}, {"tiktok", day.incremental[2]}}}};
}

std::string upper_topic(std::string_view path) {
  std::string topic;
  for (const char c : path) topic += c == '/' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return topic;
}

/// Bodies of topics that no event of an order triggers.
std::string plain_body(const market::Shop& shop, std::string_view topic) {
  object body{{"shop_id", shop.id}, {"shop_domain", shop.domain}};
  if (topic.starts_with("CUSTOMERS_")) {
    body["customer"] = object{{"id", 7'000'000'000'000ULL}, {"email", "somebody@example.com"}, {"phone", nullptr}};
    body[topic == "CUSTOMERS_REDACT" ? "orders_to_redact" : "orders_requested"] = array{};
  }
  if (topic == "APP_UNINSTALLED" || topic == "SHOP_UPDATE") {
    body = {
        {"id", shop.id}, {"name", shop.name}, {"myshopify_domain", shop.domain}, {"currency", shop.currency.text()}};
  }
  return boost::json::serialize(body);
}

}  // namespace

const market::Shop& ShopifyControl::shop(std::string_view domain) const {
  const auto* found = parts_.shops.find(domain);
  if (found == nullptr) throw Error(Code::not_found, "There is no such shop.");
  return *found;
}

boost::json::value ShopifyControl::access_document() const {
  array shops;
  for (const auto& one : parts_.shops.all()) {
    shops.push_back(object{
        {"domain", one.domain}, {"name", one.name}, {"currency", one.currency.text()}, {"time_zone", one.time_zone}});
  }
  return object{{"url", url_},
                {"access_token", parts_.access.default_token()},
                {"client_id", parts_.access.client_id()},
                {"client_secret", parts_.access.client_secret()},
                {"shops", std::move(shops)}};
}

std::string ShopifyControl::truth(const wire::Request& request) const {
  const auto& wanted = shop(wire::find(request.query, "shop").value_or(""));
  const auto now = parts_.clock.now();
  const auto day = wire::find(request.query, "day").value_or("");
  const Day first = read_day(request, "first", day);
  const Day last = std::min(read_day(request, "last", day), local_day(wanted.time_zone, now));
  object view{{"shop", wanted.domain}, {"currency", wanted.currency.text()}};
  array days;
  market::ShopDay total;
  for (const auto& one : market::shop_truth(parts_.shops, wanted, first, last, now)) {
    days.push_back(day_view(wanted, format_day(one.day), one));
    total += one;
  }
  view["days"] = std::move(days);
  view["total"] = day_view(wanted, "total", total);
  return boost::json::serialize(view);
}

std::string ShopifyControl::make_token(const std::string& body) const {
  const auto wanted = json::parse<TokenRequest>(body);
  shopify::Grant grant;
  if (wanted.shop) grant.shop = shop(*wanted.shop).domain;
  grant.scopes = shopify::all_scopes();
  if (wanted.scopes) {
    grant.scopes = std::set<std::string, std::less<>>(wanted.scopes->begin(), wanted.scopes->end());
  }
  const auto state = wanted.state.value_or(TokenState::valid);
  if (state == TokenState::no_permission) grant.scopes.clear();
  grant.personal_data = wanted.personal_data.value_or(true);
  const auto token = parts_.access.issue(std::move(grant));
  if (state == TokenState::expired || state == TokenState::revoked) parts_.access.expire(token);
  return boost::json::serialize(object{{"access_token", token}});
}

std::string ShopifyControl::send_webhooks(const std::string& body) const {
  const auto wanted = json::parse<WebhookRequest>(body);
  const auto& from = shop(wanted.shop);
  if (parts_.sender == nullptr) throw Error(Code::conflict, "Webhooks cannot be sent here.");
  const auto topic = upper_topic(wanted.topic);
  auto targets = parts_.api.webhooks().subscriptions(from.domain, topic);
  if (wanted.uri) {
    shopify::Subscription target;
    target.shop = from.domain;
    target.topic = topic;
    target.uri = *wanted.uri;
    targets.assign(1, target);
  }
  const auto now = parts_.clock.now();
  auto events = market_events(from, topic, now);
  const auto count = std::clamp<std::int64_t>(wanted.count.value_or(1), 1, kMostMessages);
  if (std::cmp_greater(events.size(), count)) events.erase(events.begin(), events.end() - count);
  if (wanted.reversed.value_or(false)) std::ranges::reverse(events);
  std::vector<shopify::Delivery> deliveries;
  const auto& secret = parts_.access.client_secret();
  for (const auto& target : targets) {
    for (const auto& event : events) {
      deliveries.push_back(
          shopify::make_delivery(target, shopify::event_body(parts_.shops, from, event), secret, event.at));
    }
    if (events.empty()) deliveries.push_back(shopify::make_delivery(target, plain_body(from, topic), secret, now));
  }
  const auto sent = deliveries.size();
  parts_.sender->send(std::move(deliveries),
                      static_cast<int>(std::clamp<std::int64_t>(wanted.copies.value_or(1), 1, 10)));
  return boost::json::serialize(object{{"messages", sent}});
}

std::vector<shopify::Event> ShopifyControl::market_events(const market::Shop& from, const std::string& topic,
                                                          Instant now) const {
  auto events = shopify::events_between(parts_.shops, from, now - kEventDays, now);
  std::erase_if(events, [&](const shopify::Event& event) { return event.topic != topic; });
  return events;
}

std::string ShopifyControl::uninstall(const std::string& body) const {
  const auto& removed = shop(json::parse<ShopRequest>(body).shop);
  const auto targets = parts_.api.webhooks().subscriptions(removed.domain, "APP_UNINSTALLED");
  std::vector<shopify::Delivery> deliveries;
  for (const auto& target : targets) {
    deliveries.push_back(shopify::make_delivery(target, plain_body(removed, "APP_UNINSTALLED"),
                                                parts_.access.client_secret(), parts_.clock.now()));
  }
  parts_.access.uninstall(removed.domain);
  parts_.api.webhooks().forget_shop(removed.domain);
  if (parts_.sender != nullptr) parts_.sender->send(std::move(deliveries), 1);
  return boost::json::serialize(object{{"done", true}});
}

std::string ShopifyControl::schema() { return boost::json::serialize(object{{"sdl", shopify::schema_text()}}); }

}  // namespace omnify::sandbox::control
