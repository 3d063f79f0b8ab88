// The façade: answers a request as a shop's Admin API (2026-10) would.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "faults/faults.h"
#include "market/shop_orders.h"
#include "shopify/access.h"
#include "shopify/root.h"
#include "shopify/throttle.h"
#include "wire/message.h"

namespace omnify::sandbox::shopify {

struct ApiOptions {
  Plan plan = kStandard;
  std::chrono::milliseconds shortest_bulk{0};  ///< no bulk operation ends sooner
};

class Api {
 public:
  /// All references outlive this.
  Api(market::Shops& shops, const market::Clock& clock, faults::Faults& faults, Access& access, ApiOptions options)
      : shops_(shops),
        clock_(clock),
        faults_(faults),
        access_(access),
        throttle_(options.plan),
        bulk_(shops.world(), options.shortest_bulk) {}

  /// How clients reach the façade: the start of links in its answers.
  void set_url(std::string url) { url_ = std::move(url); }
  [[nodiscard]] Webhooks& webhooks() noexcept { return webhooks_; }
  [[nodiscard]] wire::Reply handle(const wire::Request& request);

 private:
  /// A request whose shop is known; `path` is what stands behind the shop's host.
  struct Call {
    const wire::Request& request;
    const market::Shop& shop;
    std::string path;
  };
  /// What a query is, apart from who asks.
  struct Question {
    graphql::Document document;
    const graphql::Operation* operation = nullptr;
    boost::json::object variables;
  };

  [[nodiscard]] wire::Reply answer(const Call& call);
  [[nodiscard]] wire::Reply faulty(const Call& call);
  [[nodiscard]] wire::Reply file(const std::string& path) const;
  [[nodiscard]] wire::Reply answer_query(const Call& call);
  [[nodiscard]] boost::json::object ask(const Call& call, const Grant& grant, const boost::json::object& body,
                                        wire::Reply& reply);
  [[nodiscard]] boost::json::object execute(const Question& question, Context& context, wire::Reply& reply);
  [[nodiscard]] std::optional<faults::Fault> take(const Call& call, faults::Kind kind);
  [[nodiscard]] boost::json::object cost(const market::Shop& shop, std::int64_t requested,
                                         std::optional<std::int64_t> actual);

  market::Shops& shops_;
  const market::Clock& clock_;
  faults::Faults& faults_;
  Access& access_;
  std::string url_;
  Throttle throttle_;
  UpdatedCache updated_;
  Webhooks webhooks_;
  Bulk bulk_;
};

}  // namespace omnify::sandbox::shopify
