#include "market/shop_demand.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "market/delivery.h"
#include "market/random.h"

namespace omnify::sandbox::market {
namespace {

using std::chrono::days;

// Streams of draws that must not repeat each other.
constexpr std::uint64_t kDayKey = 61;
constexpr std::uint64_t kFreshKey = 62;
constexpr std::uint64_t kAdKey = 63;
constexpr std::uint64_t kShareKey = 64;
constexpr std::uint64_t kOrderOfTimeKey = 65;

/// Days between a click or view and its order; what the market's later orders hold is left out.
constexpr std::array<double, 7> kLags{0.64, 0.15, 0.085, 0.05, 0.03, 0.025, 0.02};
/// Of the orders that a platform can claim, how many it truly brought: people who search would mostly have found the
/// shop anyway.
constexpr std::array<double, kPlatforms> kIncremental{0.6, 0.45, 0.7};
/// Campaigns per account whose customers may come back. A fixed sample keeps the cost of a day bounded for accounts of
/// thousands of campaigns.
constexpr std::uint32_t kSample = 24;
constexpr days kBlock{32};
constexpr double kMostClaimed = 0.55;

// A new customer's source: two bits of origin (0: none, else platform + 1), 13 of campaign, 13 of number; organic ones
// use all lower bits as number.
constexpr unsigned kNumberBits = 13;
constexpr unsigned kOriginShift = 26;
constexpr std::uint32_t kMostPerCampaign = (1U << kNumberBits) - 1;

std::uint32_t ad_source(const CampaignRef& ref, std::uint32_t number) {
  return ((static_cast<std::uint32_t>(ref.platform) + 1) << kOriginShift) | (ref.campaign << kNumberBits) | number;
}

std::uint64_t number_of(Day day) { return static_cast<std::uint64_t>(day.time_since_epoch().count()); }

/// The Friday after the fourth Thursday of November.
Day big_friday(std::chrono::year year) {
  return Day{year / std::chrono::November / std::chrono::Thursday[4]} + days{1};
}

double holidays(Day day) {
  const std::chrono::year_month_day date{day};
  const auto past = (day - big_friday(date.year())).count();
  static constexpr std::array<double, 4> kDiscountDays{2.2, 1.8, 1.6, 2.0};
  if (past >= 0 && past < 4) return kDiscountDays[static_cast<std::size_t>(past)];
  const auto month = static_cast<unsigned>(date.month());
  const auto number = static_cast<unsigned>(date.day());
  if (month == 12 && number <= 18) return 1.25;
  if (month == 12 && number >= 24 && number <= 26) return 0.55;
  if (month == 1 && number == 1) return 0.65;
  return 1;
}

double weekday(Day day) {
  static constexpr std::array<double, 7> kFactors{1.1, 1.1, 0.98, 0.95, 0.96, 0.92, 0.99};  // from Sunday
  return kFactors[std::chrono::weekday(day).c_encoding()];
}

double yearly(Day day) {
  const std::chrono::year_month_day date{day};
  const auto passed = static_cast<double>((day - Day{date.year() / std::chrono::January / 1}).count());
  return 1.0 + 0.12 * std::cos(2 * std::numbers::pi * (passed / 365.25 - 0.93));
}

std::uint64_t modular_inverse(std::uint64_t value, std::uint64_t modulus) {
  std::int64_t previous = 0;
  std::int64_t current = 1;
  auto rest = static_cast<std::int64_t>(modulus);
  auto divisor = static_cast<std::int64_t>(value % modulus);
  while (divisor > 1) {
    const auto quotient = rest / divisor;
    std::tie(rest, divisor) = std::pair(divisor, rest % divisor);
    std::tie(previous, current) = std::pair(current, previous - quotient * current);
  }
  const auto inverse = current % static_cast<std::int64_t>(modulus);
  return static_cast<std::uint64_t>(inverse < 0 ? inverse + static_cast<std::int64_t>(modulus) : inverse);
}

/// Retargeting and loyalty campaigns reach people who were about to buy.
double incremental_share(std::uint64_t seed, const Shop& shop, const CampaignRef& ref) {
  Draw draw(key_of(seed, kShareKey, shop.index, static_cast<unsigned>(ref.platform), ref.campaign));
  const auto& name = shop.accounts[static_cast<std::size_t>(ref.platform)]->campaigns[ref.campaign].name;
  const bool warm = name.find("Retargeting") != std::string::npos || name.find("Loyalty") != std::string::npos;
  return kIncremental[static_cast<std::size_t>(ref.platform)] * draw.uniform(0.8, 1.2) * (warm ? 0.6 : 1.0);
}

}  // namespace

std::uint32_t DayPlan::position_of(std::uint32_t rank) const noexcept {
  return static_cast<std::uint32_t>((rank * step + shift) % total);
}

std::uint32_t DayPlan::rank_of(std::uint32_t position) const noexcept {
  return static_cast<std::uint32_t>((position + total - shift % total) % total * modular_inverse(step, total) % total);
}

Origin DayPlan::origin(std::uint32_t position) const {
  Origin origin;
  origin.source = position;
  if (position < fresh) return origin;
  if (position - fresh < returning.size()) {
    origin.kind = Origin::Kind::returning;
    origin.returning = returning[position - fresh];
    return origin;
  }
  const auto& found = *std::ranges::upper_bound(ads, position, {}, &AdOrders::behind);
  origin.kind = Origin::Kind::ad;
  origin.campaign = found.campaign;
  origin.source = ad_source(found.campaign, position - (found.behind - found.count));
  return origin;
}

std::optional<std::uint32_t> DayPlan::position_of_source(std::uint32_t source) const noexcept {
  if ((source >> kOriginShift) == 0) return source < fresh ? std::optional(source) : std::nullopt;
  for (const auto& orders : ads) {
    const auto first = ad_source(orders.campaign, 0);
    if (source >= first && source - first < orders.count) return orders.behind - orders.count + (source - first);
  }
  return std::nullopt;
}

std::uint32_t Demand::fresh_customers(const Shop& shop, Day day) const {
  if (day < shop.opened) return 0;
  const double years = static_cast<double>((day - world_.epoch()).count()) / 365.25;
  Draw noise(key_of(world_.seed(), kDayKey, shop.index, number_of(day)));
  const double mean = shop.organic * std::pow(1.0 + shop.growth, years) * yearly(day) * weekday(day) * holidays(day) *
                      noise.spread(0.06);
  return static_cast<std::uint32_t>(Draw(key_of(world_.seed(), kFreshKey, shop.index, number_of(day))).poisson(mean));
}

std::vector<float> Demand::clicks_of(const Shop& shop, Day day, Scope scope) const {
  std::vector<float> orders;
  for (const auto* account : shop.accounts) {
    const auto count = static_cast<std::uint32_t>(account->campaigns.size());
    const auto stride = scope == Scope::all ? 1U : std::max(1U, (count + kSample - 1) / kSample);
    for (std::uint32_t campaign = 0; campaign < count; campaign += stride) {
      const auto& found = account->campaigns[campaign];
      double sum = 0;
      if (may_deliver(found, day, day)) {
        const auto last = found.first_ad_set + found.ad_set_count - 1;
        const auto behind = account->ad_sets[last].first_ad + account->ad_sets[last].ad_count;
        for (auto ad = account->ad_sets[found.first_ad_set].first_ad; ad < behind; ++ad) {
          sum += deliver(world_.seed(), *account, ad, day).expected_orders;
        }
      }
      orders.push_back(static_cast<float>(sum));
    }
  }
  return orders;
}

const std::vector<float>& Demand::cached_clicks(const Shop& shop, Day day, Scope scope) {
  auto& cache = scope == Scope::all ? clicks_ : sampled_clicks_;
  return cache.get({shop.index, day}, [&] { return clicks_of(shop, day, scope); });
}

std::vector<Demand::Expected> Demand::expected(const Shop& shop, Day day, Scope scope) {
  std::vector<Expected> all;
  for (std::size_t platform = 0; platform < kPlatforms; ++platform) {
    const auto count = static_cast<std::uint32_t>(shop.accounts[platform]->campaigns.size());
    const auto stride = scope == Scope::all ? 1U : std::max(1U, (count + kSample - 1) / kSample);
    for (std::uint32_t campaign = 0; campaign < count; campaign += stride) {
      all.push_back({{static_cast<Platform>(platform), campaign}, 0, 0});
    }
  }
  for (std::size_t lag = 0; lag < kLags.size(); ++lag) {
    const auto& clicks = cached_clicks(shop, day - days(lag), scope);
    for (std::size_t i = 0; i < all.size(); ++i) all[i].orders += kLags[lag] * static_cast<double>(clicks[i]);
  }
  std::erase_if(all, [](const Expected& one) { return one.orders <= 0; });
  for (auto& one : all) one.share = incremental_share(world_.seed(), shop, one.campaign);
  return all;
}

double Demand::expected_incremental(const Shop& shop, Platform platform, Day day) {
  double sum = 0;
  for (const auto& one : expected(shop, day, Scope::all)) {
    if (one.campaign.platform == platform) sum += one.orders * one.share;
  }
  return sum;
}

std::uint32_t Demand::ad_orders(const Shop& shop, Day day, const Expected& one) const {
  if (day < shop.opened) return 0;
  const auto key = key_of(world_.seed(), kAdKey, shop.index, number_of(day),
                          static_cast<unsigned>(one.campaign.platform), one.campaign.campaign);
  const auto count = Draw(key).poisson(one.orders * one.share);
  return static_cast<std::uint32_t>(std::min<std::int64_t>(count, kMostPerCampaign));
}

void Demand::add_returns(std::vector<std::vector<Returning>>& found, const Shop& shop, const CustomerRef& customer,
                         Day first) const {
  const auto returns = returns_of(world_.seed(), shop, customer);
  for (std::size_t i = 0; i < returns.count; ++i) {
    const auto at = (customer.first + days(returns.ages[i]) - first).count();
    if (at < 0 || at >= kBlock.count()) continue;
    found[static_cast<std::size_t>(at)].push_back({customer, static_cast<std::uint32_t>(i) + 2});
  }
}

/// The customers who come back within a block of days, found by going through all who bought for the first time not too
/// long before.
std::vector<std::vector<Returning>> Demand::make_returning(const Shop& shop, Day first) {
  std::vector<std::vector<Returning>> found(static_cast<std::size_t>(kBlock.count()));
  for (Day day = std::max(shop.opened, first - kMemory); day < first + kBlock; day += days{1}) {
    const auto fresh = fresh_customers(shop, day);
    for (std::uint32_t i = 0; i < fresh; ++i) add_returns(found, shop, {day, i}, first);
    for (const auto& one : expected(shop, day, Scope::sample)) {
      const auto count = ad_orders(shop, day, one);
      for (std::uint32_t i = 0; i < count; ++i) add_returns(found, shop, {day, ad_source(one.campaign, i)}, first);
    }
  }
  return found;
}

void Demand::plan_ads(DayPlan& plan, const Shop& shop) {
  double claimed = 0;
  plan.total = plan.fresh + static_cast<std::uint32_t>(plan.returning.size());
  const double others = plan.total;
  for (const auto& one : expected(shop, plan.day, Scope::all)) {
    const auto count = ad_orders(shop, plan.day, one);
    claimed += one.orders * (1.0 - one.share);
    plan.claims.push_back(one.campaign);
    plan.claim_weights.push_back(claimed);
    if (count == 0) continue;
    plan.total += count;
    plan.ads.push_back({one.campaign, count, plan.total});
  }
  plan.claimed_share = others > 0 ? std::min(kMostClaimed, claimed / others) : 0;
}

DayPlan Demand::make_plan(const Shop& shop, Day day) {
  DayPlan plan;
  plan.day = day;
  plan.begins = day_begins(shop.time_zone, day);
  plan.ends = day_begins(shop.time_zone, day + days{1});
  if (day < shop.opened) return plan;
  plan.fresh = fresh_customers(shop, day);
  const Day block{days{day.time_since_epoch().count() / kBlock.count() * kBlock.count()}};
  const auto& returning = returning_.get({shop.index, block}, [&] { return make_returning(shop, block); });
  plan.returning = returning[static_cast<std::size_t>((day - block).count())];
  plan_ads(plan, shop);
  if (plan.total < 2) return plan;
  Draw draw(key_of(world_.seed(), kOrderOfTimeKey, shop.index, number_of(day)));
  do {
    plan.step = 1 + draw.below(plan.total - 1);
  } while (std::gcd(plan.step, plan.total) != 1);
  plan.shift = draw.below(plan.total);
  return plan;
}

const DayPlan& Demand::plan(const Shop& shop, Day day) {
  return plans_.get({shop.index, day}, [&] { return make_plan(shop, day); });
}

}  // namespace omnify::sandbox::market
