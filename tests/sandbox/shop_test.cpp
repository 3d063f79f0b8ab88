#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "market/shop_orders.h"
#include "market/shop_truth.h"

namespace omnify::sandbox::market {
namespace {

using std::chrono::days;
using std::chrono::hours;

const Day kEpoch = *parse_day("2026-11-24");

/// One small world, whose days are dear enough to be shared by all tests.
class ShopMarket : public testing::Test {
 protected:
  static const World& world() {
    static const World kWorld(7, Size::small, kEpoch);
    return kWorld;
  }
  static Shops& shops() {
    static Shops shops(world());
    return shops;
  }
  static const Shop& shop(std::size_t index = 0) { return shops().all().at(index); }
  static Instant late(const Shop& of, Day day) { return day_begins(of.time_zone, day + days{1}); }

  template <class Visit>
  static void each_order(const Shop& of, Day first, Day last, Instant as_of, Visit visit) {
    for (Day day = first; day <= last; day += days{1})
      for (std::uint32_t rank = 0; rank < shops().count(of, day); ++rank) visit(shops().order(of, {day, rank}, as_of));
  }
  static double daily_mean(const Shop& of, Day first, int count) {
    double sum = 0;
    for (int i = 0; i < count; ++i) sum += shops().count(of, first + days{i});
    return sum / count;
  }
};

TEST_F(ShopMarket, EveryClientHasOneShopWithItsAccounts) {
  EXPECT_EQ(shops().all().size(), 3U);
  std::set<std::string> domains;
  for (const auto& one : shops().all()) {
    domains.insert(one.domain);
    EXPECT_THAT(one.domain, testing::EndsWith(".myshopify.com"));
    for (std::size_t platform = 0; platform < kPlatforms; ++platform) {
      EXPECT_EQ(one.accounts[platform]->platform, static_cast<Platform>(platform));
      EXPECT_EQ(one.accounts[platform]->name, one.name);
      EXPECT_EQ(one.accounts[platform]->currency, one.currency);
    }
    EXPECT_EQ(shops().find(one.domain), &one);
  }
  EXPECT_EQ(domains.size(), 3U);
  EXPECT_EQ(shops().find("nobody.myshopify.com"), nullptr);
}

TEST_F(ShopMarket, SameSeedSameOrdersInAnyOrder) {
  const World again(7, Size::small, kEpoch);
  Shops others(again);
  const auto& other = others.all()[0];
  const auto now = late(shop(), kEpoch);
  for (const int age : {3, 200, 1, 90}) {
    const Day day = kEpoch - days{age};
    ASSERT_EQ(others.count(other, day), shops().count(shop(), day));
    for (std::uint32_t rank = others.count(other, day); rank-- > 0;) {
      const auto left = others.order(other, {day, rank}, now);
      const auto right = shops().order(shop(), {day, rank}, now);
      ASSERT_EQ(left.id, right.id);
      ASSERT_EQ(left.total(), right.total());
      ASSERT_EQ(left.customer, right.customer);
      ASSERT_EQ(left.refunded(), right.refunded());
    }
  }
  const World changed(8, Size::small, kEpoch);
  Shops strange(changed);
  EXPECT_NE(strange.order(strange.all()[0], {kEpoch - days{3}, 0}, now).total(),
            shops().order(shop(), {kEpoch - days{3}, 0}, now).total());
}

TEST_F(ShopMarket, RanksAndPositionsAreOneToOne) {
  const auto& plan = shops().demand().plan(shop(), kEpoch - days{5});
  ASSERT_GT(plan.total, 100U);
  std::set<std::uint32_t> positions;
  for (std::uint32_t rank = 0; rank < plan.total; ++rank) {
    positions.insert(plan.position_of(rank));
    EXPECT_EQ(plan.rank_of(plan.position_of(rank)), rank);
    const auto origin = plan.origin(plan.position_of(rank));
    if (origin.kind != Origin::Kind::returning) {
      EXPECT_EQ(plan.position_of_source(origin.source), plan.position_of(rank));
    }
  }
  EXPECT_EQ(positions.size(), plan.total);
}

TEST_F(ShopMarket, IdsLeadBackAndTimesAscendWithinTheLocalDay) {
  for (const auto& one : shops().all()) {
    const Day day = kEpoch - days{10};
    Instant previous{};
    each_order(one, day, day, late(one, kEpoch), [&](const Order& order) {
      EXPECT_EQ(order_of_id(one, order.id), (OrderRef{order.day, order.rank}));
      EXPECT_GE(order.life.processed, previous);
      EXPECT_EQ(local_day(one.time_zone, order.life.processed), day);
      previous = order.life.processed;
    });
  }
}

TEST_F(ShopMarket, DaysOfTwentyFiveAndTwentyThreeHoursHoldTheirOrders) {
  // Clocks of New York: back on 2026-11-01, forward on 2026-03-08.
  ASSERT_EQ(shop().time_zone, "America/New_York");
  const std::pair<const char*, int> changes[] = {{"2026-11-01", 25}, {"2026-03-08", 23}};
  for (const auto& [text, length] : changes) {
    const Day day = *parse_day(text);
    const auto& plan = shops().demand().plan(shop(), day);
    EXPECT_EQ(plan.ends - plan.begins, hours(length));
    const auto last = shops().life(shop(), {day, plan.total - 1}).processed;
    EXPECT_LT(last, plan.ends);
    EXPECT_GT(last, plan.ends - hours(3));
  }
}

TEST_F(ShopMarket, SumsOfAnOrderAgree) {
  std::size_t seen = 0;
  for (const auto& one : shops().all()) {
    each_order(one, kEpoch - days{52}, kEpoch - days{50}, late(one, kEpoch), [&](const Order& order) {
      ++seen;
      ASSERT_FALSE(order.lines.empty());
      std::int64_t items = 0;
      for (const auto& line : order.lines) {
        items += line.unit_price * line.quantity - line.discount;
        EXPECT_LE(line.discount, line.original());
        EXPECT_LT(line.tax, line.original());
        if (line.gift_card) EXPECT_EQ(line.discount + line.tax, 0);
      }
      EXPECT_EQ(order.items(), items);
      EXPECT_EQ(order.total(), items + order.shipping + (one.taxes_included ? 0 : order.tax()));
      EXPECT_LE(order.refunded(), order.total()) << "nothing is paid back that was not paid";
      for (const auto& refund : order.refunds) {
        std::int64_t sum = refund.shipping + refund.discrepancy;
        for (const auto& line : refund.lines) sum += line.subtotal + (one.taxes_included ? 0 : line.tax);
        EXPECT_EQ(refund.total, sum);
      }
    });
  }
  EXPECT_GT(seen, 500U);
}

TEST_F(ShopMarket, HoldsEveryKindOfOrder) {
  std::map<std::string, int> found;
  each_order(shop(), kEpoch - days{75}, kEpoch - days{60}, late(shop(), kEpoch), [&](const Order& order) {
    found["test"] += order.life.test;
    found["guest"] += !order.customer;
    found["returning"] += order.nth > 1;
    found["foreign"] += order.foreign;
    found["code"] += !order.discount.code.empty();
    found["cancelled"] += order.has_happened(order.life.cancelled);
    found["edited"] += order.has_happened(order.life.edited);
    found["late payment"] += order.life.paid != kNever;
    found["two refunds"] += order.refunds.size() == 2;
    found["gift card"] += order.lines.front().gift_card;
    found["no journey"] += !order.first_visit;
    found["caused"] += order.cause.has_value();
    for (const auto& refund : order.refunds) {
      found["partial"] += refund.total < order.total() / 2;
      found["discrepancy"] += refund.discrepancy != 0;
      for (const auto& line : refund.lines) found["not restocked"] += line.restock == Restock::not_restocked;
    }
    if (!order.last_visit || order.last_visit->source != "Facebook") return;
    found["lost"] += order.last_visit->utm_source.empty();
    found["click id"] += order.last_visit->landing_page.find("fbclid=") != std::string::npos;
    found["no click id"] +=
        !order.last_visit->utm_source.empty() && order.last_visit->landing_page.find("fbclid=") == std::string::npos;
  });
  for (const auto& [kind, count] : found) EXPECT_GT(count, 0) << kind;
}

TEST_F(ShopMarket, ACustomerIsTheSamePersonOverTime) {
  const auto now = late(shop(), kEpoch);
  std::size_t checked = 0;
  each_order(shop(), kEpoch - days{4}, kEpoch - days{4}, now, [&](const Order& order) {
    if (!order.customer || order.nth == 1) return;
    const auto orders = shops().orders_of(shop(), *order.customer, now);
    ASSERT_GE(orders.size(), order.nth);
    EXPECT_EQ(orders.front().day, order.customer->first);
    EXPECT_EQ(orders[order.nth - 1], (OrderRef{order.day, order.rank}));
    for (std::size_t i = 0; i < orders.size(); ++i) {
      const auto other = shops().order(shop(), orders[i], now);
      EXPECT_EQ(other.customer, order.customer);
      EXPECT_EQ(other.nth, i + 1);
    }
    EXPECT_EQ(customer_of_id(shop(), customer_id(shop(), *order.customer)), *order.customer);
    EXPECT_EQ(person_of(7, shop(), *order.customer).email, person_of(7, shop(), *order.customer).email);
    ++checked;
  });
  EXPECT_GT(checked, 20U);
}

TEST_F(ShopMarket, CustomersChurn) {
  std::array<int, 5> bought{};
  for (std::uint32_t i = 0; i < 4000; ++i) {
    const auto returns = returns_of(7, shop(), {kEpoch - days{500}, i});
    ++bought[std::min<std::size_t>(returns.count, 4)];
    for (std::size_t n = 1; n < returns.count; ++n) EXPECT_GT(returns.ages[n], returns.ages[n - 1]);
  }
  EXPECT_GT(bought[0], 2000) << "most never come back";
  EXPECT_GT(bought[1], bought[2]);
  EXPECT_GT(bought[2], bought[3]);
  EXPECT_GT(bought[3], 0);
}

TEST_F(ShopMarket, SellsMoreInTheBigWeekAndGrows) {
  const double quiet = daily_mean(shop(), *parse_day("2025-07-01"), 14);
  EXPECT_GT(shops().count(shop(), *parse_day("2025-11-28")), 1.3 * quiet) << "the Friday after Thanksgiving";
  const auto& plan = [&](const char* day) -> const DayPlan& { return shops().demand().plan(shop(), *parse_day(day)); };
  EXPECT_LT(plan("2025-12-25").fresh, plan("2025-12-15").fresh);
  double before = 0;
  double after = 0;
  for (int i = 0; i < 56; ++i) {
    before += shops().demand().plan(shop(), *parse_day("2025-03-03") + days{i}).fresh;
    after += shops().demand().plan(shop(), *parse_day("2026-03-02") + days{i}).fresh;
  }
  EXPECT_NEAR(after / before, 1 + shop().growth, 0.06);
}

TEST_F(ShopMarket, ChangesAppearOnlyWhenTheirTimeHasCome) {
  const Day day = kEpoch - days{60};
  const auto evening = late(shop(), day);
  const auto settled = evening + kLifetime;
  std::int64_t refunded_then = 0;
  std::int64_t refunded_now = 0;
  each_order(shop(), day, day, evening, [&](const Order& order) {
    const auto later = shops().order(shop(), {order.day, order.rank}, settled);
    refunded_then += order.refunded();
    refunded_now += later.refunded();
    EXPECT_GE(later.lines.size(), order.lines.size());
    EXPECT_LE(order.life.updated(evening), evening);
    EXPECT_GE(order.life.updated(settled), order.life.updated(evening));
    for (const auto& refund : later.refunds) EXPECT_GE(order.life.updated(settled), refund.at);
    EXPECT_EQ(order.life.updated(settled), order.life.updated(settled + days{400})) << "nothing happens after that";
  });
  EXPECT_LT(refunded_then, refunded_now);
  EXPECT_GT(refunded_now, 0);
}

TEST_F(ShopMarket, TruthIsTheSumOfTheOrders) {
  for (const auto& one : shops().all()) {
    const Day day = kEpoch - days{48};
    const auto now = late(one, kEpoch);
    ShopDay sum;
    each_order(one, day - kLifetime, day, now, [&](const Order& order) {
      if (order.life.test) return;
      for (const auto& refund : order.refunds) {
        if (local_day(one.time_zone, refund.at) == day) sum.refunded += refund.total;
      }
      if (order.day != day) return;
      ++sum.orders;
      sum.shipping += order.shipping;
      for (const auto& line : order.lines) {
        if (!line.gift_card) sum.gross += line.original();
      }
      sum.new_customers += order.customer && order.nth == 1;
    });
    const auto known = shop_truth(shops(), one, day, day, now);
    ASSERT_EQ(known.size(), 1U);
    EXPECT_EQ(known[0].orders, sum.orders);
    EXPECT_EQ(known[0].gross, sum.gross);
    EXPECT_EQ(known[0].shipping, sum.shipping);
    EXPECT_EQ(known[0].refunded, sum.refunded);
    EXPECT_EQ(known[0].new_customers, sum.new_customers);
    EXPECT_GT(known[0].refunds, 0);
    EXPECT_LT(known[0].net(), known[0].gross);
  }
}

TEST_F(ShopMarket, TruthOfADayOnlyGrowsByWhatIsLate) {
  const Day day = kEpoch - days{30};
  const auto noon = shop_truth(shops(), shop(), day, day, day_begins(shop().time_zone, day) + hours(12))[0];
  const auto evening = shop_truth(shops(), shop(), day, day, late(shop(), day))[0];
  const auto settled = shop_truth(shops(), shop(), day, day, late(shop(), kEpoch))[0];
  EXPECT_LT(noon.orders, evening.orders);
  EXPECT_EQ(evening.orders, settled.orders);
  EXPECT_LE(evening.gross, settled.gross) << "edits add lines";
  EXPECT_EQ(evening.refunds, settled.refunds) << "refunds are booked on their own day";
}

TEST_F(ShopMarket, PlatformsClaimMoreThanTheyBring) {
  const Day first = kEpoch - days{75};
  const Day last = kEpoch - days{46};
  const auto now = late(shop(), kEpoch);
  ShopDay total;
  for (const auto& day : shop_truth(shops(), shop(), first, last, now)) total += day;
  std::int64_t brought = 0;
  std::int64_t claimed = 0;
  for (std::size_t platform = 0; platform < kPlatforms; ++platform) {
    const auto& account = *shop().accounts[platform];
    Numbers numbers;
    for (std::uint32_t ad = 0; ad < account.ads.size(); ++ad)
      for (Day day = first; day <= last; day += days{1})
        numbers += world().observe(account, ad, day, local_moment(account.time_zone, now));
    double expected = 0;
    for (Day day = first; day <= last; day += days{1}) {
      expected += shops().demand().expected_incremental(shop(), static_cast<Platform>(platform), day);
    }
    // Test orders are in the market's process and not in the truth.
    EXPECT_NEAR(static_cast<double>(total.incremental[platform]), expected, 0.01 * expected + 4 * std::sqrt(expected));
    EXPECT_LT(total.incremental[platform], 0.85 * static_cast<double>(numbers.purchases.attributed().count));
    EXPECT_GT(total.incremental[platform], 0);
    brought += total.incremental[platform];
    claimed += numbers.purchases.attributed().count;
  }
  EXPECT_GT(claimed, 1.4 * static_cast<double>(brought));
  EXPECT_LT(brought, total.orders);
}

TEST(ShopMarketAgency, AThousandCampaignsCostNoMoreThanTheirDays) {
  const World world(3, Size::agency, kEpoch);
  Shops shops(world);
  EXPECT_EQ(shops.all().size(), 52U);
  const auto& large = shops.all()[1];
  ASSERT_EQ(large.accounts[0]->campaigns.size(), 3000U);
  const auto count = shops.count(large, kEpoch - days{3});
  EXPECT_GT(count, 10'000U);
  const auto now = day_begins(large.time_zone, kEpoch);
  const auto order = shops.order(large, {kEpoch - days{3}, count - 1}, now);
  EXPECT_EQ(order_of_id(large, order.id), (OrderRef{kEpoch - days{3}, count - 1}));
}

}  // namespace
}  // namespace omnify::sandbox::market
