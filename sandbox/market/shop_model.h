// The advertisers' shops: what they sell, and what one order looks like. Amounts are minor units of the shop's currency
// unless another is named; days are the shop's local days.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/money.h"
#include "market/model.h"

namespace omnify::sandbox::market {

inline constexpr Instant kNever = Instant::max();
inline constexpr std::size_t kPlatforms = 3;

struct Variant {
  std::uint32_t product = 0;
  std::string title;
  std::string sku;
  std::int64_t price = 0;
  std::int64_t unit_cost = 0;  ///< 0 for a gift card
};

struct Product {
  std::string title;
  std::string handle;
  std::string type;
  std::uint32_t first_variant = 0;
  std::uint32_t variant_count = 1;
  bool gift_card = false;  ///< money received for later, no sale
  Day created;
};

/// One client's shop. `accounts` are its ad accounts, in the order of Platform.
struct Shop {
  std::uint32_t index = 0;
  std::uint64_t id = 0;
  std::string domain;  ///< "alder-finch-outdoor.myshopify.com"
  std::string name;
  std::string country;  ///< ISO 3166, two letters
  Currency currency;
  std::int64_t minor_units = 100;
  std::string time_zone;
  double price_level = 1;       ///< major units per US dollar
  bool taxes_included = false;  ///< prices hold the tax; otherwise it comes on top
  double tax_rate = 0;
  Currency foreign_currency;  ///< what some buyers pay in
  std::int64_t foreign_minor_units = 100;
  double foreign_rate = 1;  ///< its major units for one of the shop's
  Day opened;
  double organic = 0;  ///< new customers a day that no ad brought, around the epoch
  double growth = 0;   ///< of that, in a year (0.2: by a fifth)
  std::array<const Account*, kPlatforms> accounts{};
  std::vector<Product> products;
  std::vector<Variant> variants;
};

/// A campaign of the shop's client.
struct CampaignRef {
  Platform platform = Platform::meta;
  std::uint32_t campaign = 0;
};

/// A customer is known by its first order: the day, and which of that day's first orders it was.
struct CustomerRef {
  Day first;
  std::uint32_t source = 0;
  friend bool operator==(const CustomerRef&, const CustomerRef&) = default;
};

/// What happens to an order, and when; kNever for what does not. Some of it lies in the future.
struct Life {
  struct Refund {
    Instant at = kNever;
    bool whole = false;
  };
  Instant processed{};
  Instant created{};
  Instant journey_ready{};
  Instant paid = kNever;
  Instant edited = kNever;  ///< a line is added
  Instant fulfilled = kNever;
  Instant cancelled = kNever;
  std::array<Refund, 2> refunds{};  ///< in the order of time; the first one of a cancelled order is the cancellation's
  bool test = false;
  bool point_of_sale = false;

  /// The latest change that has happened by `as_of`.
  [[nodiscard]] Instant updated(Instant as_of) const noexcept;
};

struct Line {
  std::uint64_t id = 0;
  std::uint32_t variant = 0;
  std::int64_t quantity = 1;
  std::int64_t unit_price = 0;
  std::int64_t discount = 0;  ///< of the code, over the whole line
  std::int64_t tax = 0;       ///< over the whole line, inside the price when the shop's taxes are included
  bool gift_card = false;
  bool added = false;  ///< by an edit after the purchase

  [[nodiscard]] std::int64_t original() const noexcept { return unit_price * quantity; }
  [[nodiscard]] std::int64_t discounted() const noexcept { return original() - discount; }
};

enum class Restock { returned, not_restocked, cancelled };

struct RefundLine {
  std::size_t line = 0;  ///< index in the order's lines
  std::int64_t quantity = 0;
  std::int64_t subtotal = 0;
  std::int64_t tax = 0;
  Restock restock = Restock::returned;
};

struct Refund {
  std::uint64_t id = 0;
  Instant at{};
  std::vector<RefundLine> lines;
  std::int64_t shipping = 0;
  std::int64_t discrepancy = 0;  ///< paid back beyond the lines and shipping; negative: kept
  std::int64_t total = 0;        ///< what the customer got
};

struct Visit {
  Instant at{};
  std::string landing_page;  ///< with the click's parameters, unless they were lost
  std::string referrer;
  std::string source;  ///< "Facebook", "Google", "direct"…
  bool paid = false;
  std::string utm_source;  ///< empty when the parameters were lost or there were none
  std::string utm_medium;
  std::string utm_campaign;
};

struct Discount {
  std::string code;  ///< empty: none
  int percent = 0;
};

/// An order as it stood at some instant: what had not happened by then is not in it.
struct Order {
  const Shop* shop = nullptr;
  Day day;
  std::uint32_t rank = 0;  ///< place within the day, in the order of time
  std::uint64_t id = 0;
  std::uint64_t number = 0;
  std::uint64_t key = 0;
  Instant as_of{};
  Life life;
  std::optional<CustomerRef> customer;  ///< none: a guest
  std::uint32_t nth = 1;                ///< the customer's how manieth order; 1 for a guest
  std::optional<CampaignRef> cause;     ///< the ad that truly brought it; none: it would have come anyway
  std::vector<Line> lines;
  Discount discount;
  std::int64_t shipping = 0;
  double tax_rate = 0;
  bool foreign = false;  ///< paid in the foreign currency
  double foreign_rate = 1;
  std::vector<Refund> refunds;
  std::optional<Visit> first_visit;  ///< none for sales outside the web
  std::optional<Visit> last_visit;

  [[nodiscard]] bool has_happened(Instant at) const noexcept { return at <= as_of; }
  [[nodiscard]] std::int64_t items() const noexcept;  ///< after discounts
  [[nodiscard]] std::int64_t tax() const noexcept;
  [[nodiscard]] std::int64_t total() const noexcept;  ///< items, shipping, and tax that is not inside
  [[nodiscard]] std::int64_t refunded() const noexcept;
};

}  // namespace omnify::sandbox::market
