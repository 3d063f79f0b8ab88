// Who the customers are and when they come back. All of it follows from a customer's key, so that any of them can be
// described without their history being stored.
#pragma once

#include <cstdint>
#include <string>

#include "market/shop_model.h"

namespace omnify::sandbox::market {

/// Further orders of a customer: days after the first, ascending and distinct. Behind the last one the customer is
/// lost.
struct Returns {
  static constexpr std::size_t kMost = 8;
  std::array<std::uint16_t, kMost> ages{};
  std::size_t count = 0;
};
/// No customer comes back later than this after the first order.
inline constexpr std::chrono::days kMemory{400};

struct Person {
  std::string first_name;
  std::string last_name;
  std::string email;
  std::string phone;
  bool subscribed = false;  ///< to e-mails
};

/// Bought without an account: the order has no customer, and nobody comes back.
[[nodiscard]] bool is_guest(std::uint64_t seed, const Shop& shop, const CustomerRef& customer) noexcept;
[[nodiscard]] Returns returns_of(std::uint64_t seed, const Shop& shop, const CustomerRef& customer) noexcept;
[[nodiscard]] Person person_of(std::uint64_t seed, const Shop& shop, const CustomerRef& customer);

/// Thirteen digits.
[[nodiscard]] std::uint64_t customer_id(const Shop& shop, const CustomerRef& customer) noexcept;
/// Any number has a reference, whether or not there is such a customer: on a day that has none, if need be.
[[nodiscard]] CustomerRef customer_of_id(const Shop& shop, std::uint64_t id) noexcept;

}  // namespace omnify::sandbox::market
