#include "shopify/order_money.h"

#include <cmath>

namespace omnify::sandbox::shopify {
namespace {

void add_total(OrderMoney& money, const market::Order& order) {
  money.total = money.items + money.shipping + (order.shop->taxes_included ? 0 : money.tax);
}

}  // namespace

OrderMoney at_purchase(const market::Order& order) {
  OrderMoney money;
  for (const auto& line : order.lines) {
    money.items += line.discounted();
    money.discounts += line.discount;
    money.tax += line.tax;
  }
  money.shipping = order.shipping;
  add_total(money, order);
  return money;
}

OrderMoney after_returns(const market::Order& order) {
  auto money = at_purchase(order);
  for (const auto& refund : order.refunds) {
    money.shipping -= refund.shipping;
    for (const auto& returned : refund.lines) {
      const auto& line = order.lines[returned.line];
      money.items -= returned.subtotal;
      money.tax -= returned.tax;
      money.discounts -=
          std::llround(static_cast<double>(line.discount * returned.quantity) / static_cast<double>(line.quantity));
    }
  }
  add_total(money, order);
  return money;
}

std::int64_t original_total(const market::Order& order) {
  OrderMoney money;
  for (const auto& line : order.lines) {
    if (line.added) continue;
    money.items += line.discounted();
    money.tax += line.tax;
  }
  money.shipping = order.shipping;
  add_total(money, order);
  return money.total;
}

std::int64_t returned_quantity(const market::Order& order, std::size_t line) {
  std::int64_t quantity = 0;
  for (const auto& refund : order.refunds) {
    for (const auto& returned : refund.lines) {
      if (returned.line == line) quantity += returned.quantity;
    }
  }
  return quantity;
}

bool is_paid(const market::Order& order) {
  return order.life.paid == market::kNever || order.has_happened(order.life.paid);
}

const char* financial_status(const market::Order& order) {
  if (!is_paid(order)) return "PENDING";
  const auto refunded = order.refunded();
  if (refunded == 0) return "PAID";
  return after_returns(order).total <= 0 || refunded >= order.total() ? "REFUNDED" : "PARTIALLY_REFUNDED";
}

const char* fulfillment_status(const market::Order& order) {
  return order.has_happened(order.life.fulfilled) ? "FULFILLED" : "UNFULFILLED";
}

}  // namespace omnify::sandbox::shopify
