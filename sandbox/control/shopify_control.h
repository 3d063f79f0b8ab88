// The control interface's part for the shops: truth, tokens, webhooks on demand, removal of the app.
#pragma once

#include <string>

#include "market/shop_orders.h"
#include "shopify/access.h"
#include "shopify/api.h"
#include "shopify/sender.h"
#include "wire/message.h"

namespace omnify::sandbox::control {

/// What it steers; all of it outlives this. `sender` may be null: webhooks then cannot be ordered.
struct ShopifyParts {
  market::Shops& shops;
  const market::Clock& clock;
  shopify::Access& access;
  shopify::Api& api;
  shopify::Sender* sender = nullptr;
};

/// Every operation throws Error for a request that it refuses.
class ShopifyControl {
 public:
  ShopifyControl(ShopifyParts parts, std::string url) : parts_(parts), url_(std::move(url)) {}

  /// The member "shopify" of the ready file: {url, access_token, client_id, client_secret, shops: [{domain, name,
  /// currency, time_zone}]}.
  [[nodiscard]] boost::json::value access_document() const;
  /// GET /control/truth?shop=&day= or &first=&last=
  [[nodiscard]] std::string truth(const wire::Request& request) const;
  /// POST /control/tokens with "platform": "shopify"
  [[nodiscard]] std::string make_token(const std::string& body) const;
  /// POST /control/webhooks
  [[nodiscard]] std::string send_webhooks(const std::string& body) const;
  /// POST /control/uninstall {"shop"}
  [[nodiscard]] std::string uninstall(const std::string& body) const;
  /// GET /control/schema: what the façade offers, in the schema language
  [[nodiscard]] static std::string schema();

 private:
  [[nodiscard]] const market::Shop& shop(std::string_view domain) const;
  /// Of the last days, of that topic.
  [[nodiscard]] std::vector<shopify::Event> market_events(const market::Shop& from, const std::string& topic,
                                                          Instant now) const;

  ShopifyParts parts_;
  std::string url_;
};

}  // namespace omnify::sandbox::control
