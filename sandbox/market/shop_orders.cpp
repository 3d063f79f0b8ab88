#include "market/shop_orders.h"

#include <algorithm>

#include "market/random.h"
#include "market/shop_basket.h"
#include "market/shop_catalogue.h"
#include "market/shop_journey.h"

namespace omnify::sandbox::market {
namespace {

using std::chrono::days;
using std::chrono::duration;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t kOrderKey = 71;
constexpr std::uint64_t kLifeKey = 72;
constexpr std::uint64_t kClaimKey = 73;
constexpr std::uint64_t kFirstId = 5'000'000'000'000ULL;
constexpr unsigned kRankBits = 20;

constexpr double kTestShare = 0.004;
constexpr double kPointOfSaleShare = 0.04;
constexpr double kLatePaymentShare = 0.05;
constexpr double kEditShare = 0.015;
constexpr double kCancelShare = 0.022;
constexpr double kWholeRefundShare = 0.035;
constexpr double kPartialRefundShare = 0.065;
constexpr double kSecondRefundShare = 0.12;

std::chrono::microseconds hours_of(double hours) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration<double, std::ratio<3600>>(hours));
}

/// To the second, as the API shows times.
Instant whole_second(Instant instant) { return std::chrono::floor<seconds>(instant); }

/// The share of the day at which the share `x` of its orders has come: few at night, most in the afternoon. Inverts
/// x − 0.08 sin 2πx, whose slope is never far from 1, by Newton's method.
double time_of_day(double x) {
  double t = x;
  for (int i = 0; i < 5; ++i) {
    const double angle = 2 * std::numbers::pi * t;
    t -= (t - 0.08 * std::sin(angle) - x) / (1.0 - 0.16 * std::numbers::pi * std::cos(angle));
  }
  return std::clamp(t, 0.0, 0.999'999);
}

void draw_refunds(Life& life, Draw& draw) {
  const double u = draw.uniform();
  if (u >= kWholeRefundShare + kPartialRefundShare) return;
  const auto base = std::max(life.processed, life.paid == kNever ? life.processed : life.paid);
  auto& first = life.refunds[0];
  first.whole = u < kWholeRefundShare;
  first.at = whole_second(base + hours_of(24 * (2 + std::min(33.0, draw.exponential(8)))));
  if (!first.whole && draw.chance(kSecondRefundShare)) {
    life.refunds[1].at = whole_second(first.at + hours_of(24 * draw.uniform(0.5, 6)));
  }
}

Life draw_life(const DayPlan& plan, std::uint32_t rank, std::uint64_t key) {
  Draw draw(key_of(key, kLifeKey));
  Life life;
  const double share = time_of_day((rank + draw.uniform()) / plan.total);
  const auto length = duration<double, std::micro>(plan.ends - plan.begins);
  life.processed = whole_second(plan.begins + std::chrono::duration_cast<std::chrono::microseconds>(length * share));
  life.created = life.processed + seconds(1);
  life.journey_ready = whole_second(life.created + hours_of(draw.uniform(0.03, 0.5)));
  life.test = draw.chance(kTestShare);
  life.point_of_sale = draw.chance(kPointOfSaleShare);
  if (life.point_of_sale) {
    life.fulfilled = life.created;
  } else {
    if (draw.chance(kLatePaymentShare)) life.paid = whole_second(life.created + hours_of(draw.uniform(4, 70)));
    if (draw.chance(kEditShare)) life.edited = whole_second(life.created + hours_of(draw.uniform(0.1, 6)));
    life.fulfilled = whole_second(life.created + hours_of(draw.uniform(72, 110)));
  }
  // Only what was paid and not yet changed is cancelled: the rest would need a story of its own.
  if (life.paid == kNever && life.edited == kNever && draw.chance(kCancelShare)) {
    life.cancelled = whole_second(life.created + hours_of(draw.uniform(0.3, 48)));
    life.refunds[0] = {life.cancelled, true};
    life.fulfilled = kNever;
    return life;
  }
  draw_refunds(life, draw);
  return life;
}

}  // namespace

Instant Life::updated(Instant as_of) const noexcept {
  Instant latest = created;
  for (const auto at : {journey_ready, paid, edited, fulfilled, cancelled, refunds[0].at, refunds[1].at}) {
    if (at <= as_of) latest = std::max(latest, at);
  }
  return latest;
}

std::int64_t Order::items() const noexcept {
  std::int64_t sum = 0;
  for (const auto& line : lines) sum += line.discounted();
  return sum;
}

std::int64_t Order::tax() const noexcept {
  std::int64_t sum = 0;
  for (const auto& line : lines) sum += line.tax;
  return sum;
}

std::int64_t Order::total() const noexcept { return items() + shipping + (shop->taxes_included ? 0 : tax()); }

std::int64_t Order::refunded() const noexcept {
  std::int64_t sum = 0;
  for (const auto& refund : refunds) sum += refund.total;
  return sum;
}

std::uint64_t order_id(const Shop& shop, const OrderRef& ref) noexcept {
  return kFirstId + (static_cast<std::uint64_t>((ref.day - shop.opened).count()) << kRankBits) + ref.rank;
}

OrderRef order_of_id(const Shop& shop, std::uint64_t id) noexcept {
  if (id < kFirstId) return {shop.opened - days{1}, 0};
  const auto rest = id - kFirstId;
  return {shop.opened + days(rest >> kRankBits), static_cast<std::uint32_t>(rest & ((1ULL << kRankBits) - 1))};
}

Shops::Shops(const World& world) : world_(world), shops_(make_shops(world)), demand_(world) {}

const Shop* Shops::find(std::string_view domain) const noexcept {
  const auto found = std::ranges::find(shops_, domain, &Shop::domain);
  return found == shops_.end() ? nullptr : &*found;
}

std::uint64_t Shops::key_of_order(const Shop& shop, const OrderRef& ref) {
  return key_of(seed(), kOrderKey, shop.index, ref.day.time_since_epoch().count(), ref.rank);
}

Life Shops::life(const Shop& shop, const OrderRef& ref) {
  return draw_life(demand_.plan(shop, ref.day), ref.rank, key_of_order(shop, ref));
}

Order Shops::order(const Shop& shop, const OrderRef& ref, Instant as_of) {
  const auto& plan = demand_.plan(shop, ref.day);
  Order order;
  order.shop = &shop;
  order.day = ref.day;
  order.rank = ref.rank;
  order.id = order_id(shop, ref);
  order.number = 1001 + (order.id - kFirstId);
  order.key = key_of_order(shop, ref);
  order.as_of = as_of;
  order.life = draw_life(plan, ref.rank, order.key);
  const auto origin = plan.origin(plan.position_of(ref.rank));
  const bool returns = origin.kind == Origin::Kind::returning;
  const CustomerRef customer = returns ? origin.returning.customer : CustomerRef{ref.day, origin.source};
  if (returns || !is_guest(seed(), shop, customer)) order.customer = customer;
  if (returns) order.nth = origin.returning.nth;
  Draw draw(key_of(order.key, kClaimKey));
  std::optional<CampaignRef> clicked;
  if (origin.kind == Origin::Kind::ad) {
    order.cause = clicked = origin.campaign;
  } else if (!plan.claims.empty() && draw.chance(plan.claimed_share)) {
    const auto place = std::ranges::upper_bound(plan.claim_weights, draw.uniform(0, plan.claim_weights.back()));
    const auto index = std::min<std::ptrdiff_t>(place - plan.claim_weights.begin(), std::ssize(plan.claims) - 1);
    clicked = plan.claims[static_cast<std::size_t>(index)];
  }
  fill_basket(order);
  if (!order.life.point_of_sale) fill_journey(order, world_, clicked);
  return order;
}

std::vector<OrderRef> Shops::orders_of(const Shop& shop, const CustomerRef& customer, Instant as_of) {
  std::vector<OrderRef> refs;
  if (customer.first < shop.opened || customer.first > local_moment(shop.time_zone, as_of).today) return refs;
  const auto add = [&](Day day, std::uint32_t position) {
    const OrderRef ref{day, demand_.plan(shop, day).rank_of(position)};
    if (life(shop, ref).created <= as_of) refs.push_back(ref);
  };
  const auto position = demand_.plan(shop, customer.first).position_of_source(customer.source);
  if (!position || is_guest(seed(), shop, customer)) return refs;
  add(customer.first, *position);
  const auto returns = returns_of(seed(), shop, customer);
  for (std::size_t i = 0; i < returns.count; ++i) {
    const Day day = customer.first + days(returns.ages[i]);
    if (day_begins(shop.time_zone, day) > as_of) break;
    const auto& plan = demand_.plan(shop, day);
    const auto place = std::ranges::find(plan.returning, customer, &Returning::customer);
    if (place == plan.returning.end()) continue;  // an ad's customer outside the sample that may come back
    add(day, plan.fresh + static_cast<std::uint32_t>(place - plan.returning.begin()));
  }
  return refs;
}

}  // namespace omnify::sandbox::market
