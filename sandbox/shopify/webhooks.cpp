#include "shopify/webhooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <tuple>

#include "base/uuid.h"
#include "crypto/digest.h"
#include "shopify/order_money.h"

namespace omnify::sandbox::shopify {
namespace {

using boost::json::array;
using boost::json::object;
using graphql::Record;
using graphql::SourcePtr;

constexpr std::string_view kVersion = "2026-10";

bool is_loopback(std::string_view uri) {
  return uri.starts_with("http://127.0.0.1") || uri.starts_with("http://localhost");
}

/// The platform takes only https; loopback is for tests, which have no certificate.
bool is_acceptable(std::string_view uri) { return uri.starts_with("https://") || is_loopback(uri); }

std::vector<std::string> texts(const boost::json::value* list) {
  std::vector<std::string> all;
  if (list == nullptr || !list->is_array()) return all;
  for (const auto& item : list->as_array()) all.emplace_back(item.as_string());
  return all;
}

std::string text_in(const object& input, std::string_view name) {
  const auto* found = input.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

SourcePtr create_payload(SourcePtr subscription, array errors) {
  std::map<std::string, SourcePtr, std::less<>> links;
  links["webhookSubscription"] = std::move(subscription);
  return std::make_shared<Record>("WebhookSubscriptionCreatePayload", object{{"userErrors", std::move(errors)}},
                                  std::move(links));
}

void add_event(std::vector<Event>& events, const market::OrderRef& order, Instant at, const char* topic) {
  events.push_back({at, topic, order});
}

}  // namespace

std::string topic_path(std::string_view topic) {
  std::string path;
  for (const char c : topic) path += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  // The last word is what happened: ORDER_TRANSACTIONS_CREATE is order_transactions/create.
  if (const auto last = path.rfind('_'); last != std::string::npos) path[last] = '/';
  if (topic == "APP_SCOPES_UPDATE") return "app/scopes_update";
  return topic == "CUSTOMERS_DATA_REQUEST" ? "customers/data_request" : path;
}

SourcePtr Webhooks::create(const Context& context, const graphql::Call& call) {
  const std::string topic(call.text("topic"));
  const auto& input = call.arguments.at("webhookSubscription").as_object();
  const auto refused = [](const char* message) {
    return create_payload(nullptr, {object{{"field", array{"webhookSubscription", "uri"}}, {"message", message}}});
  };
  Subscription made;
  made.uri = text_in(input, "uri");
  if (!is_acceptable(made.uri)) return refused("Address is invalid");
  made.shop = context.shop.domain;
  made.topic = topic;
  made.format = text_in(input, "format").empty() ? "JSON" : text_in(input, "format");
  made.filter = text_in(input, "filter");
  made.name = text_in(input, "name");
  made.include_fields = texts(input.if_contains("includeFields"));
  made.created = context.now;
  if (made.format == "XML") return refused("Format XML is not simulated");
  const bool taken = std::ranges::any_of(all_, [&](const Subscription& one) {
    return one.shop == made.shop && one.topic == made.topic && one.uri == made.uri && one.filter == made.filter;
  });
  if (taken) return refused("Address for this topic has already been taken");
  made.id = ++next_id_;
  all_.push_back(std::move(made));
  return create_payload(show(all_.back()), {});
}

SourcePtr Webhooks::remove(const Context& context, std::string_view id) {
  const auto number = id_of(id, "WebhookSubscription");
  const auto removed =
      std::erase_if(all_, [&](const Subscription& one) { return one.id == number && one.shop == context.shop.domain; });
  if (removed == 1) {
    return std::make_shared<Record>("WebhookSubscriptionDeletePayload",
                                    object{{"deletedWebhookSubscriptionId", id}, {"userErrors", array{}}});
  }
  return std::make_shared<Record>(
      "WebhookSubscriptionDeletePayload",
      object{
          {"deletedWebhookSubscriptionId", nullptr},
          {"userErrors", array{object{{"field", array{"id"}}, {"message", "Webhook subscription does not exist"}}}}});
}

SourcePtr Webhooks::show(const Subscription& one) const {
  array fields;
  for (const auto& name : one.include_fields) fields.push_back(boost::json::value(name));
  return std::make_shared<Record>(
      "WebhookSubscription",
      object{{"id", gid("WebhookSubscription", one.id)},
             {"legacyResourceId", std::to_string(one.id)},
             {"topic", one.topic},
             {"uri", one.uri},
             {"format", one.format},
             {"filter", text_or_null(one.filter)},
             {"name", text_or_null(one.name)},
             {"includeFields", std::move(fields)},
             {"metafieldNamespaces", array{}},
             {"createdAt", time_value(one.created)},
             {"updatedAt", time_value(one.created)},
             {"apiVersion", object{{"handle", kVersion}, {"displayName", kVersion}, {"supported", true}}}});
}

SourcePtr Webhooks::find(const Context& context, std::string_view id) const {
  const auto number = id_of(id, "WebhookSubscription");
  for (const auto& one : all_) {
    if (one.id == number && one.shop == context.shop.domain) return show(one);
  }
  return nullptr;
}

std::vector<SourcePtr> Webhooks::list(const Context& context, const graphql::Call& call) const {
  const auto topics = texts(call.arguments.if_contains("topics"));
  const auto uri = call.text("uri");
  std::vector<SourcePtr> found;
  for (const auto& one : all_) {
    const bool wanted = topics.empty() || std::ranges::find(topics, one.topic) != topics.end();
    if (one.shop == context.shop.domain && wanted && (uri.empty() || uri == one.uri)) found.push_back(show(one));
  }
  return found;
}

bool Webhooks::listens(std::string_view shop) const noexcept {
  return std::ranges::find(all_, shop, &Subscription::shop) != all_.end();
}

std::vector<Subscription> Webhooks::subscriptions(std::string_view shop, std::string_view topic) const {
  std::vector<Subscription> found;
  for (const auto& one : all_) {
    if (one.shop == shop && one.topic == topic) found.push_back(one);
  }
  return found;
}

void Webhooks::forget_shop(std::string_view shop) {
  std::erase_if(all_, [&](const Subscription& one) { return one.shop == shop; });
}

void Webhooks::give_up(std::uint64_t subscription) {
  std::erase_if(all_, [&](const Subscription& one) { return one.id == subscription; });
}

std::vector<Event> events_between(market::Shops& shops, const market::Shop& shop, Instant from, Instant until) {
  std::vector<Event> events;
  const auto last = local_day(shop.time_zone, until);
  for (Day day = local_day(shop.time_zone, from) - market::kLifetime; day <= last; day += std::chrono::days{1}) {
    const auto count = shops.count(shop, day);
    for (std::uint32_t rank = 0; rank < count; ++rank) {
      const market::OrderRef ref{day, rank};
      const auto life = shops.life(shop, ref);
      if (life.created > until) break;
      const auto within = [&](Instant at) { return at > from && at <= until; };
      if (within(life.created)) {
        add_event(events, ref, life.created, "ORDERS_CREATE");
        if (life.paid == market::kNever) add_event(events, ref, life.created, "ORDERS_PAID");
      }
      if (within(life.paid)) add_event(events, ref, life.paid, "ORDERS_PAID");
      if (within(life.edited)) add_event(events, ref, life.edited, "ORDERS_EDITED");
      if (within(life.fulfilled)) add_event(events, ref, life.fulfilled, "ORDERS_FULFILLED");
      if (within(life.cancelled)) add_event(events, ref, life.cancelled, "ORDERS_CANCELLED");
      for (const auto& refund : life.refunds) {
        if (within(refund.at)) add_event(events, ref, refund.at, "REFUNDS_CREATE");
      }
      for (const auto at :
           {life.paid, life.edited, life.fulfilled, life.cancelled, life.refunds[0].at, life.refunds[1].at}) {
        if (within(at)) add_event(events, ref, at, "ORDERS_UPDATED");
      }
    }
  }
  std::ranges::sort(events, [](const Event& left, const Event& right) {
    return std::tie(left.at, left.order, left.topic) < std::tie(right.at, right.order, right.topic);
  });
  return events;
}

std::string event_body(market::Shops& shops, const market::Shop& shop, const Event& event) {
  const auto order = shops.order(shop, event.order, event.at);
  if (event.topic != "REFUNDS_CREATE") return boost::json::serialize(order_payload(shops, order));
  return boost::json::serialize(refund_payload(order, order.refunds.back()));
}

std::string sign_body(std::string_view secret, std::string_view body) {
  auto text =
      crypto::base64url_encode(crypto::as_view(crypto::hmac_sha256(secret, body)), crypto::Base64Padding::required);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  return text;
}

Delivery make_delivery(const Subscription& subscription, std::string body, std::string_view secret, Instant at) {
  Delivery delivery;
  delivery.subscription = subscription.id;
  delivery.uri = subscription.uri;
  delivery.headers = {{"Content-Type", "application/json"},
                      {"X-Shopify-Topic", topic_path(subscription.topic)},
                      {"X-Shopify-Shop-Domain", subscription.shop},
                      {"X-Shopify-API-Version", std::string(kVersion)},
                      {"X-Shopify-Hmac-Sha256", sign_body(secret, body)},
                      {"X-Shopify-Webhook-Id", Uuid::random().text()},
                      {"X-Shopify-Event-Id", Uuid::random().text()},
                      {"X-Shopify-Triggered-At", format_instant(at)}};
  if (!subscription.name.empty()) delivery.headers.emplace_back("X-Shopify-Name", subscription.name);
  delivery.body = std::move(body);
  return delivery;
}

}  // namespace omnify::sandbox::shopify
