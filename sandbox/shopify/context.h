// What every object of an answer needs to know, and how values look on this wire.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "graphql/execute.h"
#include "market/shop_orders.h"
#include "shopify/access.h"

namespace omnify::sandbox::shopify {

/// One request (or bulk operation) while it is answered. Objects of the answer refer to it.
struct Context {
  market::Shops& shops;
  const market::Shop& shop;
  const Grant& grant;
  Instant now{};
  std::string base_url;              ///< how the client reaches us, for links
  bool bulk = false;                 ///< lists have no size, and no end
  boost::json::array warnings = {};  ///< of searches
};

/// Without `read_all_orders`, older orders do not exist.
inline constexpr std::chrono::days kOrderWall{60};

[[nodiscard]] std::string gid(std::string_view type, std::uint64_t id);
/// The number of "gid://shopify/<type>/<number>"; nothing for another type or text.
[[nodiscard]] std::optional<std::uint64_t> id_of(std::string_view gid, std::string_view type);
/// The type of any gid; empty for other text.
[[nodiscard]] std::string_view type_of(std::string_view gid);

/// To the second, in UTC; null for what has not happened.
[[nodiscard]] boost::json::value time_value(Instant at);
[[nodiscard]] boost::json::value time_value(Instant at, Instant now);
/// "12.50": as many digits as the currency has.
[[nodiscard]] std::string amount_text(std::int64_t minor, std::int64_t minor_units);
[[nodiscard]] boost::json::object money(std::int64_t minor, std::int64_t minor_units, const Currency& currency);
[[nodiscard]] boost::json::object money(std::int64_t minor, const market::Shop& shop);
/// In the currency of the shop and in that of the buyer.
[[nodiscard]] boost::json::object money_bag(std::int64_t minor, const market::Order& order);
[[nodiscard]] boost::json::value text_or_null(std::string_view text);

/// Throws ACCESS_DENIED, naming the scope.
void require(const Context& context, std::string_view scope, std::string_view field);
/// null, or the text when the app was approved for personal data.
[[nodiscard]] boost::json::value personal(const Context& context, std::string_view text);
/// Throws what the platform answers to a page without a size, or with one that it does not give.
void check_page(const Context& context, const graphql::Call& call);

}  // namespace omnify::sandbox::shopify
