// Webhook subscriptions of the shops, and the deliveries that are due. Nothing is sent here: see sender.h. Source:
// Shopify, "Webhooks", "Verify webhook deliveries".
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "shopify/context.h"

namespace omnify::sandbox::shopify {

struct Subscription {
  std::uint64_t id = 0;
  std::string shop;
  std::string topic;  ///< "ORDERS_CREATE"
  std::string uri;
  std::string format = "JSON";
  std::vector<std::string> include_fields;
  std::string filter;
  std::string name;
  Instant created{};
};

/// What one message holds; the same for every attempt.
struct Delivery {
  std::uint64_t subscription = 0;  ///< 0: of the app itself (privacy topics)
  std::string uri;
  std::string body;
  wire::Fields headers;
};

/// Something that happened in a shop.
struct Event {
  Instant at{};
  std::string topic;
  market::OrderRef order;
};

/// "orders/create", as the header writes a topic.
[[nodiscard]] std::string topic_path(std::string_view topic);
/// In the shape of the retired REST API, as webhooks still have it.
[[nodiscard]] boost::json::object order_payload(market::Shops& shops, const market::Order& order);
[[nodiscard]] boost::json::object refund_payload(const market::Order& order, const market::Refund& refund);

class Webhooks {
 public:
  /// Payloads of webhookSubscriptionCreate and …Delete.
  [[nodiscard]] graphql::SourcePtr create(const Context& context, const graphql::Call& call);
  [[nodiscard]] graphql::SourcePtr remove(const Context& context, std::string_view id);
  [[nodiscard]] graphql::SourcePtr find(const Context& context, std::string_view id) const;
  [[nodiscard]] std::vector<graphql::SourcePtr> list(const Context& context, const graphql::Call& call) const;

  [[nodiscard]] bool listens(std::string_view shop) const noexcept;
  [[nodiscard]] std::vector<Subscription> subscriptions(std::string_view shop, std::string_view topic) const;
  void forget_shop(std::string_view shop);
  /// All attempts of a delivery failed: the platform then removes the subscription.
  void give_up(std::uint64_t subscription);

 private:
  [[nodiscard]] graphql::SourcePtr show(const Subscription& subscription) const;

  std::uint64_t next_id_ = 1'400'000'000'000ULL;
  std::list<Subscription> all_;
};

/// What happened to the shop's orders in (from, until], in the order of time.
[[nodiscard]] std::vector<Event> events_between(market::Shops& shops, const market::Shop& shop, Instant from,
                                                Instant until);
/// What a message about the event says: the order as it stood right after it.
[[nodiscard]] std::string event_body(market::Shops& shops, const market::Shop& shop, const Event& event);
/// A message with its headers and signature. `secret`: the app's. A new webhook id each time.
[[nodiscard]] Delivery make_delivery(const Subscription& subscription, std::string body, std::string_view secret,
                                     Instant at);
/// Base64 of HMAC-SHA256 over the raw body.
[[nodiscard]] std::string sign_body(std::string_view secret, std::string_view body);

}  // namespace omnify::sandbox::shopify
