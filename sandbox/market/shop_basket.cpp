#include "market/shop_basket.h"

#include "market/random.h"

namespace omnify::sandbox::market {
namespace {

constexpr std::uint64_t kBasketKey = 81;
constexpr std::uint64_t kRefundKey = 82;
constexpr std::uint64_t kFirstLineId = 9;
constexpr std::uint64_t kLinesPerOrder = 16;

constexpr double kForeignShare = 0.06;
constexpr double kGiftCardShare = 0.012;
constexpr double kDiscountShare = 0.24;
constexpr double kDiscrepancyShare = 0.15;
constexpr double kShippingDollars = 5.95;
constexpr double kFreeShippingDollars = 75;

/// Popular products come first in the catalogue.
std::uint32_t pick_variant(const Shop& shop, Draw& draw, Day day) {
  const auto count = shop.products.size() - 1;  // without the gift card
  for (int attempt = 0; attempt < 6; ++attempt) {
    const double u = draw.uniform();
    const auto& product = shop.products[static_cast<std::size_t>(u * u * static_cast<double>(count))];
    const auto variant = product.first_variant + static_cast<std::uint32_t>(draw.below(product.variant_count));
    if (product.created <= day) return variant;
  }
  return 0;
}

Line make_line(Order& order, std::uint32_t variant, std::int64_t quantity) {
  const auto& shop = *order.shop;
  Line line;
  line.id =
      kFirstLineId * 1'000'000'000'000'000ULL + order.id % 1'000'000'000'000ULL * kLinesPerOrder + order.lines.size();
  line.variant = variant;
  line.quantity = quantity;
  line.unit_price = shop.variants[variant].price;
  line.gift_card = shop.products[shop.variants[variant].product].gift_card;
  return line;
}

/// Not all codes fit all customers; a shop has more of them in its big week.
Discount draw_discount(const Order& order, Draw& draw) {
  if (!draw.chance(kDiscountShare)) return {};
  if (order.nth == 1 && draw.chance(0.6)) return {"WELCOME10", 10};
  if (order.nth > 2 && draw.chance(0.5)) return {"VIP20", 20};
  return {"SAVE15", 15};
}

std::int64_t share_of(std::int64_t amount, double share) { return std::llround(static_cast<double>(amount) * share); }

void price(Line& line, const Order& order) {
  if (line.gift_card) return;
  if (!line.added) line.discount = share_of(line.original(), order.discount.percent / 100.0);
  const double rate = order.tax_rate;
  line.tax = share_of(line.discounted(), order.shop->taxes_included ? rate / (1 + rate) : rate);
}

void draw_lines(Order& order, Draw& draw) {
  const auto& shop = *order.shop;
  if (draw.chance(kGiftCardShare)) {
    order.lines.push_back(make_line(order, static_cast<std::uint32_t>(shop.variants.size() - 1), 1));
  }
  const auto count = 1 + std::min<std::int64_t>(4, draw.poisson(0.55));
  for (std::int64_t i = 0; i < count; ++i) {
    const auto variant = pick_variant(shop, draw, order.day);
    order.lines.push_back(make_line(order, variant, draw.chance(0.12) ? 2 : 1));
  }
  const auto extra = pick_variant(shop, draw, order.day);
  if (!order.has_happened(order.life.edited)) return;
  order.lines.push_back(make_line(order, extra, 1));
  order.lines.back().added = true;
}

std::int64_t draw_shipping(const Order& order, Draw& draw) {
  const double dollars = order.foreign ? kShippingDollars * 2.5 : kShippingDollars;
  const auto& shop = *order.shop;
  const double unit = shop.price_level * static_cast<double>(shop.minor_units);
  const bool express = draw.chance(0.15);
  if (order.life.point_of_sale) return 0;
  if (!express && static_cast<double>(order.items()) >= kFreeShippingDollars * unit) return 0;
  return std::llround(dollars * (express ? 2 : 1) * unit);
}

RefundLine refund_line(const Order& order, std::size_t index, std::int64_t quantity, Restock restock) {
  const auto& line = order.lines[index];
  const double share = static_cast<double>(quantity) / static_cast<double>(line.quantity);
  return {index, quantity, share_of(line.discounted(), share), share_of(line.tax, share), restock};
}

void add_whole_refund(Order& order, Refund& refund, Restock restock) {
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    refund.lines.push_back(refund_line(order, i, order.lines[i].quantity, restock));
  }
  refund.shipping = order.shipping;
}

/// One piece of one line: of the first line in a first refund, of the last in a second one, so that nothing is paid
/// back twice.
void add_partial_refund(Order& order, Refund& refund, std::size_t number, Restock restock) {
  const std::size_t index = number == 0 ? 0 : order.lines.size() - 1;
  const bool taken = number > 0 && (index == 0 || order.lines[index].added);
  if (!taken) refund.lines.push_back(refund_line(order, index, 1, restock));
}

void settle(Refund& refund, const Order& order, Draw& draw) {
  std::int64_t sum = refund.shipping;
  for (const auto& line : refund.lines) sum += line.subtotal + (order.shop->taxes_included ? 0 : line.tax);
  const bool differs = draw.chance(kDiscrepancyShare) || refund.lines.empty();
  // A fee that was kept, or something on top as an apology; money without goods is always the latter.
  const double part = draw.uniform(0.03, 0.12) * (draw.chance(0.7) && !refund.lines.empty() ? -1 : 1);
  const auto base = refund.lines.empty() ? order.items() : sum;
  if (differs && order.life.cancelled == kNever) refund.discrepancy = share_of(base, part);
  // What a first refund gave on top is missing in a second one: no more is paid back than was paid.
  refund.discrepancy = std::min(refund.discrepancy, order.total() - order.refunded() - sum);
  refund.total = sum + refund.discrepancy;
}

void add_refunds(Order& order) {
  for (std::size_t number = 0; number < order.life.refunds.size(); ++number) {
    const auto& planned = order.life.refunds[number];
    Draw draw(key_of(order.key, kRefundKey, number));
    const auto restock = draw.chance(0.7) ? Restock::returned : Restock::not_restocked;
    if (!order.has_happened(planned.at)) return;
    Refund refund;
    refund.id = order.id % 1'000'000'000'000ULL * 2 + number + 8'000'000'000'000'000ULL;
    refund.at = planned.at;
    if (planned.whole) {
      add_whole_refund(order, refund, order.life.cancelled == kNever ? restock : Restock::cancelled);
    } else {
      add_partial_refund(order, refund, number, restock);
    }
    settle(refund, order, draw);
    order.refunds.push_back(std::move(refund));
  }
}

/// The two currencies' rate wanders by a few per cent over the months.
double foreign_rate(const Shop& shop, Day day) {
  const auto t = static_cast<double>(day.time_since_epoch().count());
  return shop.foreign_rate * (1.0 + 0.03 * std::sin(2 * std::numbers::pi * t / 190.0));
}

}  // namespace

void fill_basket(Order& order) {
  Draw draw(key_of(order.key, kBasketKey));
  order.foreign = draw.chance(kForeignShare) && !order.life.point_of_sale;
  order.foreign_rate = foreign_rate(*order.shop, order.day);
  order.tax_rate = order.foreign ? 0 : order.shop->tax_rate;  // exports are free of the shop's tax
  order.discount = draw_discount(order, draw);
  draw_lines(order, draw);
  for (auto& line : order.lines) price(line, order);
  Draw shipping(key_of(order.key, kBasketKey, 1U));
  // An edit changes no shipping: it was chosen for what was in the basket then.
  auto first = order;
  std::erase_if(first.lines, [](const Line& line) { return line.added; });
  order.shipping = draw_shipping(first, shipping);
  add_refunds(order);
}

}  // namespace omnify::sandbox::market
