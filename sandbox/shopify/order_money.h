// An order's sums, at purchase and as they stand after what was given back.
#pragma once

#include <cstdint>

#include "market/shop_model.h"

namespace omnify::sandbox::shopify {

/// Minor units of the shop's currency.
struct OrderMoney {
  std::int64_t items = 0;  ///< after discounts
  std::int64_t discounts = 0;
  std::int64_t tax = 0;
  std::int64_t shipping = 0;
  std::int64_t total = 0;
};
[[nodiscard]] OrderMoney at_purchase(const market::Order& order);
[[nodiscard]] OrderMoney after_returns(const market::Order& order);
/// The total of what was in the basket at the checkout, before any edit.
[[nodiscard]] std::int64_t original_total(const market::Order& order);
[[nodiscard]] std::int64_t returned_quantity(const market::Order& order, std::size_t line);

[[nodiscard]] bool is_paid(const market::Order& order);
/// As the filters and fields call it: "PAID", "PENDING", "PARTIALLY_REFUNDED", "REFUNDED".
[[nodiscard]] const char* financial_status(const market::Order& order);
[[nodiscard]] const char* fulfillment_status(const market::Order& order);

}  // namespace omnify::sandbox::shopify
