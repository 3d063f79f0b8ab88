#include <gtest/gtest.h>

#include <map>

#include "market/delivery.h"
#include "market/orders.h"
#include "market/random.h"
#include "market/world.h"

namespace omnify::sandbox::market {
namespace {

using std::chrono::days;

const Day kEpoch = *parse_day("2026-11-24");

const World& world() {
  static const World kWorld(7, Size::small, kEpoch);
  return kWorld;
}

Moment at(Day day, double fraction = 0.5) { return {day, fraction}; }

Numbers sum_of(const World& market, const Account& account, Day first, Day last, const Moment& moment) {
  Numbers sum;
  for (std::uint32_t ad = 0; ad < account.ads.size(); ++ad)
    for (Day day = first; day <= last; day += days{1}) sum += market.observe(account, ad, day, moment);
  return sum;
}

TEST(Draw, PoissonHasItsMeanAndVarianceOnBothMethods) {
  for (const double mean : {0.3, 8.0, 150.0}) {
    double sum = 0;
    double squares = 0;
    constexpr int kDraws = 20'000;
    for (int i = 0; i < kDraws; ++i) {
      const auto x = static_cast<double>(Draw(key_of(5U, i)).poisson(mean));
      sum += x;
      squares += x * x;
    }
    const double average = sum / kDraws;
    EXPECT_NEAR(average, mean, 4 * std::sqrt(mean / kDraws));
    EXPECT_NEAR(squares / kDraws - average * average, mean, 0.06 * mean + 0.02);
  }
}

TEST(Market, SameSeedSameNumbersInAnyOrder) {
  const World again(7, Size::small, kEpoch);
  const auto& account = world().accounts()[0];
  const auto moment = at(kEpoch);
  for (auto ad = static_cast<std::uint32_t>(account.ads.size()); ad-- > 0;) {
    for (Day day = kEpoch; day > kEpoch - days{20}; day -= days{1}) {
      const auto backwards = again.observe(again.accounts()[0], ad, day, moment);
      const auto forwards = world().observe(account, ad, day, moment);
      ASSERT_EQ(backwards.spend, forwards.spend);
      ASSERT_EQ(backwards.purchases.attributed().value, forwards.purchases.attributed().value);
    }
  }
  const World other(8, Size::small, kEpoch);
  EXPECT_NE(sum_of(other, other.accounts()[0], kEpoch - days{5}, kEpoch, moment).spend,
            sum_of(world(), account, kEpoch - days{5}, kEpoch, moment).spend);
}

TEST(Market, ConversionsArriveLateThenSettleForGood) {
  const auto& account = world().accounts()[0];
  const Day day = kEpoch - days{60};
  const auto first = sum_of(world(), account, day, day, at(day, 0.999));
  std::int64_t highest = 0;
  Numbers week;
  for (int age = 0; age <= 8; ++age) {
    week = sum_of(world(), account, day, day, at(day + days{age}, 0.999));
    highest = std::max(highest, week.purchases.attributed().count);
  }
  const auto settled = sum_of(world(), account, day, day, at(day + days{28}));
  const auto later = sum_of(world(), account, day, day, at(day + days{300}));
  EXPECT_LT(first.purchases.attributed().count, week.purchases.attributed().count);
  EXPECT_LT(settled.purchases.attributed().count, highest) << "some are withdrawn";
  EXPECT_EQ(settled.purchases.attributed().count, later.purchases.attributed().count);
  EXPECT_EQ(settled.purchases.attributed().value, later.purchases.attributed().value);
  EXPECT_EQ(settled.spend, week.spend) << "only conversions are late";
}

TEST(Market, WithoutWithdrawalsKnownOrdersOnlyGrow) {
  const OrderPlan plan{99, 400, 5000, 0.1, 0.1};
  std::int64_t previous = 0;
  for (double elapsed = 0; elapsed < 1.0; elapsed += 0.05) {
    // Nothing is withdrawn before a day has passed.
    const auto count = conversions_after(plan, elapsed).attributed().count;
    EXPECT_GE(count, previous);
    previous = count;
  }
  EXPECT_GT(previous, 100);
}

TEST(Market, TodayGrowsAndTomorrowIsEmpty) {
  const auto& account = world().accounts()[0];
  Numbers previous;
  for (const double fraction : {0.1, 0.3, 0.6, 0.9, 0.999}) {
    const auto sum = sum_of(world(), account, kEpoch, kEpoch, at(kEpoch, fraction));
    EXPECT_GE(sum.spend, previous.spend);
    EXPECT_GE(sum.impressions, previous.impressions);
    previous = sum;
  }
  EXPECT_FALSE(sum_of(world(), account, kEpoch + days{1}, kEpoch + days{1}, at(kEpoch, 0.9)).delivered());
}

TEST(Market, AttributionWindowsNest) {
  const auto& account = world().accounts()[0];
  const auto sum = sum_of(world(), account, kEpoch - days{60}, kEpoch - days{40}, at(kEpoch));
  for (const auto channel : {Channel::web, Channel::app, Channel::shop}) {
    const auto& p = sum.purchases;
    EXPECT_GE(p.at(channel, Window::click_28d).count, p.at(channel, Window::click_7d).count);
    EXPECT_GE(p.at(channel, Window::click_7d).count, p.at(channel, Window::click_1d).count);
    EXPECT_GT(p.at(channel, Window::click_1d).count, 0);
  }
}

/// Revenue per spend of all campaigns of a story, over days.
double roas(const World& market, Story story, Day first, Day last) {
  double spend = 0;
  double revenue = 0;
  for (const auto& account : market.accounts()) {
    for (std::uint32_t ad = 0; ad < account.ads.size(); ++ad) {
      const auto& campaign = account.campaigns[account.ad_sets[account.ads[ad].ad_set].campaign];
      if (campaign.story != story || campaign.objective != Objective::sales) continue;
      for (Day day = first; day <= last; day += days{1}) {
        const auto numbers = market.observe(account, ad, day, at(kEpoch));
        spend += static_cast<double>(numbers.spend) / static_cast<double>(account.minor_units) / account.price_level;
        revenue += static_cast<double>(numbers.purchases.attributed().value) /
                   static_cast<double>(account.minor_units) / account.price_level;
      }
    }
  }
  return revenue / spend;
}

TEST(Market, ReturnsDiminishWithSpend) {
  const auto recent = kEpoch - days{20};
  EXPECT_GT(roas(world(), Story::strong, recent, kEpoch), 1.5 * roas(world(), Story::steady, recent, kEpoch));
  EXPECT_LT(roas(world(), Story::saturated, recent, kEpoch), 0.8 * roas(world(), Story::steady, recent, kEpoch));
}

TEST(Market, ACollapsingCampaignIsToBeSeen) {
  const double before = roas(world(), Story::collapsing, kEpoch - days{75}, kEpoch - days{56});
  const double now = roas(world(), Story::collapsing, kEpoch - days{17}, kEpoch - days{3});
  EXPECT_LT(now, 0.6 * before);
}

TEST(Market, AWornCreativeLosesItsClicksAndItsSiblingsDoNot) {
  const auto& account = world().accounts()[0];
  int worn = 0;
  for (std::uint32_t ad = 0; ad < account.ads.size(); ++ad) {
    if (account.ads[ad].wear_after <= 0) continue;
    ++worn;
    const auto rate = [&](Day first, Day last) {
      Numbers sum;
      for (Day day = first; day <= last; day += days{1}) sum += world().observe(account, ad, day, at(kEpoch));
      return static_cast<double>(sum.clicks) / static_cast<double>(sum.impressions);
    };
    const auto launch = account.ads[ad].launch;
    EXPECT_LT(rate(kEpoch - days{10}, kEpoch - days{1}), 0.6 * rate(launch, launch + days{8}));
  }
  EXPECT_GT(worn, 0);
}

TEST(Market, HasZeroSpendDaysPausesAndEnds) {
  const auto& account = world().accounts()[0];
  int idle = 0;
  for (std::uint32_t ad = 0; ad < account.ads.size(); ++ad) {
    for (Day day = kEpoch - days{60}; day < kEpoch; day += days{1}) {
      if (is_live(account, account.ads[ad], day) && !world().observe(account, ad, day, at(kEpoch)).delivered()) ++idle;
    }
  }
  EXPECT_GT(idle, 0);
  EXPECT_TRUE(std::any_of(account.campaigns.begin(), account.campaigns.end(),
                          [](const auto& campaign) { return campaign.stop && *campaign.stop < kEpoch; }));
  EXPECT_TRUE(std::any_of(account.campaigns.begin(), account.campaigns.end(),
                          [](const auto& campaign) { return campaign.paused_on.has_value(); }));
}

TEST(Market, IdsLeadBackToTheirObjects) {
  for (const auto& account : world().accounts()) {
    for (std::uint32_t ad = 0; ad < account.ads.size(); ++ad) {
      const auto place = world().find_object(world().object_id(account, Kind::ad, ad));
      ASSERT_TRUE(place);
      EXPECT_EQ(place->account, &account);
      EXPECT_EQ(place->index, ad);
    }
  }
  EXPECT_FALSE(world().find_object(120200000000000000ULL));
}

TEST(Market, EveryAdvertiserIsOnEveryPlatform) {
  const auto& accounts = world().accounts();
  ASSERT_EQ(accounts.size(), 9U);
  for (std::size_t client = 0; client < 3; ++client) {
    for (const auto* other : {&accounts[client + 3], &accounts[client + 6]}) {
      EXPECT_EQ(other->name, accounts[client].name);
      EXPECT_EQ(other->currency, accounts[client].currency);
      EXPECT_NE(other->platform, accounts[client].platform);
    }
  }
  EXPECT_EQ(std::to_string(accounts[3].id).size(), 10U);
  EXPECT_EQ(std::to_string(accounts[6].id).size(), 19U);
}

TEST(Market, SizesHoldWhatTheyPromise) {
  EXPECT_EQ(world().accounts()[0].campaigns.size(), 24U);
  EXPECT_GE(World(1, Size::large, kEpoch).accounts()[0].ads.size(), 1000U);
  const World agency(1, Size::agency, kEpoch);
  EXPECT_GE(agency.accounts().size(), 50U);
  EXPECT_EQ(agency.accounts()[1].campaigns.size(), 3000U);
}

TEST(Market, LocalDaysFollowTheAccountsZone) {
  const auto instant = *parse_instant("2026-11-24T02:00:00Z");
  EXPECT_EQ(format_day(local_moment("America/New_York", instant).today), "2026-11-23");
  EXPECT_EQ(format_day(local_moment("Asia/Tokyo", instant).today), "2026-11-24");
  EXPECT_EQ(format_instant(day_begins("America/New_York", kEpoch)), "2026-11-24T05:00:00Z");
}

}  // namespace
}  // namespace omnify::sandbox::market
