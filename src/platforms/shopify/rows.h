// What is read of a shop: the shop itself, and one row per order with what was given back.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "async/task.h"
#include "base/calendar.h"
#include "base/money.h"

namespace omnify::platforms::shopify {

struct ShopRow {
  std::string external_id;  ///< "gid://shopify/Shop/1"
  std::string domain;       ///< "demo.myshopify.com"
  std::string name;
  Currency currency;
  std::string time_zone;        ///< IANA name; the zone of the days below
  bool taxes_included = false;  ///< prices hold the tax
};

/// A visit with what its landing page said about the ad; empty texts where it said nothing.
struct VisitRow {
  Instant at{};
  std::string source;
  std::string medium;
  std::string campaign;
  std::string click_id;  ///< "fbclid", "gclid" or "ttclid", whichever the page had: its value
};

struct RefundRow {
  Day day;           ///< local, on which it was booked
  Micros goods = 0;  ///< at what was paid for them, gift cards left out
  Micros money = 0;  ///< all that was paid back
};

/// Amounts in micros of the shop's currency, as they stood at the purchase; gift cards are in no amount of goods.
struct OrderRow {
  std::string external_id;  ///< "gid://shopify/Order/1"
  Day day;                  ///< local, of `processed`
  Instant processed{};
  Instant updated{};
  bool test = false;
  bool cancelled = false;
  Micros gross = 0;      ///< goods at full price
  Micros discounts = 0;  ///< on them
  Micros tax = 0;
  Micros shipping = 0;
  Micros total = 0;
  std::vector<RefundRow> refunds;
  std::string buyer;              ///< to be hashed before it is stored: the customer's id, else the e-mail address
  std::optional<bool> returning;  ///< empty while, or where, the shop does not know
  std::optional<VisitRow> first_visit;
  std::optional<VisitRow> last_visit;
};

/// Receives rows in batches while the source is still reading; a coroutine owned by the caller for the whole call.
using OrderSink = std::function<Task<>(std::vector<OrderRow>)>;

}  // namespace omnify::platforms::shopify
