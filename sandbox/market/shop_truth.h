// What a shop's books must show, and what its ads truly brought: for tests only.
#pragma once

#include <array>
#include <vector>

#include "market/shop_orders.h"

namespace omnify::sandbox::market {

/// One local day, as far as it is known. Test orders count nowhere; cancelled ones do, and are paid back. Amounts are
/// minor units of the shop's currency and hold the tax where the shop's prices do. Gift cards are in no amount of
/// goods.
struct ShopDay {
  Day day;
  std::int64_t orders = 0;
  std::int64_t gross = 0;      ///< goods of the day's orders, at full price
  std::int64_t discounts = 0;  ///< on them
  std::int64_t tax = 0;        ///< on them
  std::int64_t shipping = 0;
  std::int64_t refunds = 0;   ///< goods given back on this day, of whatever day's orders, at what was paid for them
  std::int64_t refunded = 0;  ///< money paid back on this day: goods, tax, shipping, discrepancies
  std::int64_t new_customers = 0;
  std::int64_t returning_customers = 0;
  std::array<std::int64_t, kPlatforms> incremental{};  ///< orders that only an ad of the platform brought

  [[nodiscard]] std::int64_t net() const noexcept { return gross - discounts - refunds; }
  ShopDay& operator+=(const ShopDay& other) noexcept;
};

/// Every day of [first, last], as known at `as_of`.
[[nodiscard]] std::vector<ShopDay> shop_truth(Shops& shops, const Shop& shop, Day first, Day last, Instant as_of);

}  // namespace omnify::sandbox::market
