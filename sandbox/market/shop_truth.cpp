#include "market/shop_truth.h"

#include <algorithm>

namespace omnify::sandbox::market {
namespace {

using std::chrono::days;

void count_sale(ShopDay& day, const Order& order) {
  ++day.orders;
  for (const auto& line : order.lines) {
    if (line.gift_card) continue;
    day.gross += line.original();
    day.discounts += line.discount;
    day.tax += line.tax;
  }
  day.shipping += order.shipping;
  if (order.customer) ++(order.nth == 1 ? day.new_customers : day.returning_customers);
  if (order.cause) ++day.incremental[static_cast<std::size_t>(order.cause->platform)];
}

void count_refund(ShopDay& day, const Order& order, const Refund& refund) {
  day.refunded += refund.total;
  for (const auto& line : refund.lines) {
    if (!order.lines[line.line].gift_card) day.refunds += line.subtotal;
  }
}

}  // namespace

ShopDay& ShopDay::operator+=(const ShopDay& other) noexcept {
  orders += other.orders;
  gross += other.gross;
  discounts += other.discounts;
  tax += other.tax;
  shipping += other.shipping;
  refunds += other.refunds;
  refunded += other.refunded;
  new_customers += other.new_customers;
  returning_customers += other.returning_customers;
  for (std::size_t i = 0; i < kPlatforms; ++i) incremental[i] += other.incremental[i];
  return *this;
}

std::vector<ShopDay> shop_truth(Shops& shops, const Shop& shop, Day first, Day last, Instant as_of) {
  std::vector<ShopDay> all;
  for (Day day = first; day <= last; day += days{1}) all.push_back({.day = day});
  const auto find = [&](Day day) {
    return day < first || day > last ? nullptr : &all[static_cast<std::size_t>((day - first).count())];
  };
  for (Day day = std::max(shop.opened, first - kLifetime); day <= last; day += days{1}) {
    const auto count = shops.count(shop, day);
    for (std::uint32_t rank = 0; rank < count; ++rank) {
      const auto life = shops.life(shop, {day, rank});
      if (life.created > as_of) break;
      if (life.test || (day < first && life.refunds[0].at > as_of)) continue;
      const auto order = shops.order(shop, {day, rank}, as_of);
      if (auto* sale = find(day)) count_sale(*sale, order);
      for (const auto& refund : order.refunds) {
        if (auto* back = find(local_day(shop.time_zone, refund.at))) count_refund(*back, order, refund);
      }
    }
  }
  return all;
}

}  // namespace omnify::sandbox::market
