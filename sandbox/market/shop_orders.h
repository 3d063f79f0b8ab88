// Orders of the shops, computed on demand: what was bought, by whom, how they found the shop, and what became of it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "market/shop_demand.h"

namespace omnify::sandbox::market {

/// Nothing happens to an order later than this after its day.
inline constexpr std::chrono::days kLifetime{45};

/// Where an order is found.
struct OrderRef {
  Day day;
  std::uint32_t rank = 0;
  friend auto operator<=>(const OrderRef&, const OrderRef&) = default;
};

/// Thirteen digits.
[[nodiscard]] std::uint64_t order_id(const Shop& shop, const OrderRef& ref) noexcept;
/// Any number has a reference, whether or not there is such an order: on a day that has none, if need be.
[[nodiscard]] OrderRef order_of_id(const Shop& shop, std::uint64_t id) noexcept;

/// All shops of a world. Answers from keys; what it keeps are bounded caches. Not for several threads at once.
class Shops {
 public:
  /// `world` outlives this.
  explicit Shops(const World& world);

  [[nodiscard]] const std::vector<Shop>& all() const noexcept { return shops_; }
  /// By domain ("name.myshopify.com"); null for another.
  [[nodiscard]] const Shop* find(std::string_view domain) const noexcept;
  [[nodiscard]] Demand& demand() noexcept { return demand_; }
  [[nodiscard]] std::uint64_t seed() const noexcept { return world_.seed(); }
  [[nodiscard]] const World& world() const noexcept { return world_; }

  /// How many orders the day has when it is over.
  [[nodiscard]] std::uint32_t count(const Shop& shop, Day day) { return demand_.plan(shop, day).total; }
  /// What happens to an order and when, without its contents: many times cheaper. The order must exist.
  [[nodiscard]] Life life(const Shop& shop, const OrderRef& ref);
  /// The order as it stands at `as_of`; it must exist.
  [[nodiscard]] Order order(const Shop& shop, const OrderRef& ref, Instant as_of);
  /// The orders of a customer up to `as_of`, oldest first; none when there is no such customer.
  [[nodiscard]] std::vector<OrderRef> orders_of(const Shop& shop, const CustomerRef& customer, Instant as_of);

 private:
  [[nodiscard]] std::uint64_t key_of_order(const Shop& shop, const OrderRef& ref);

  const World& world_;
  std::vector<Shop> shops_;
  Demand demand_;
};

}  // namespace omnify::sandbox::market
