#include "market/orders.h"

#include "market/random.h"

namespace omnify::sandbox::market {
namespace {

constexpr double kViewShare = 0.14;       // bought after seeing, without a click
constexpr double kSameDayShare = 0.62;    // of those who clicked
constexpr double kMuchLaterShare = 0.03;  // beyond the seven days that count by default
constexpr double kWithdrawnShare = 0.025;
constexpr double kValueSpread = 0.55;  // standard deviation of the log order value

struct Order {
  Channel channel = Channel::web;
  bool viewed = false;
  double lag = 0;  // days from the click or view
  double known_from = 0;
  double known_until = 1e9;
  std::int64_t value = 0;
};

double draw_lag(Draw& draw) {
  const double u = draw.uniform();
  if (u < kSameDayShare) return std::min(0.999, draw.exponential(0.22));
  if (u < 1.0 - kMuchLaterShare) return 1.0 + std::min(5.99, draw.exponential(1.7));
  return draw.uniform(7.01, 20.0);
}

Order draw_order(const OrderPlan& plan, std::uint64_t number) {
  Draw draw(key_of(plan.key, number));
  Order order;
  const double u = draw.uniform();
  if (u < plan.app_share) {
    order.channel = Channel::app;
  } else if (u < plan.app_share + plan.shop_share) {
    order.channel = Channel::shop;
  }
  order.viewed = draw.chance(kViewShare);
  order.lag = order.viewed ? draw.uniform(0, 0.999) : draw_lag(draw);
  order.known_from = draw.uniform() + order.lag;
  if (draw.chance(kWithdrawnShare) && order.lag < 7.0) order.known_until = order.known_from + draw.uniform(1, 14);
  if (plan.mean_value > 0) {
    order.value = std::max<std::int64_t>(1, std::llround(plan.mean_value * draw.spread(kValueSpread)));
  }
  return order;
}

void count(Conversions& conversions, const Order& order) {
  const Tally tally{1, order.value};
  if (order.viewed) {
    conversions.at(order.channel, Window::view_1d) += tally;
    return;
  }
  if (order.lag < 1.0) conversions.at(order.channel, Window::click_1d) += tally;
  if (order.lag < 7.0) conversions.at(order.channel, Window::click_7d) += tally;
  conversions.at(order.channel, Window::click_28d) += tally;
}

}  // namespace

Conversions conversions_after(const OrderPlan& plan, double elapsed) {
  Conversions conversions;
  const auto total = static_cast<std::uint64_t>(Draw(plan.key).poisson(plan.expected));
  for (std::uint64_t i = 0; i < total; ++i) {
    const auto order = draw_order(plan, i);
    if (order.known_from <= elapsed && elapsed < order.known_until) count(conversions, order);
  }
  return conversions;
}

}  // namespace omnify::sandbox::market
