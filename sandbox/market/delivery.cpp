#include "market/delivery.h"

#include "market/random.h"
#include "market/world.h"

namespace omnify::sandbox::market {
namespace {

constexpr double kBasePrice = 11.0;       // US dollars for a thousand impressions
constexpr double kBaseClickRate = 0.013;  // all clicks per impression
constexpr double kBaseOrderRate = 0.047;  // orders per link click, far from saturation
constexpr double kBaseLeadRate = 0.09;
constexpr double kLinkShare = 0.8;  // of all clicks
// Streams of draws that must not repeat each other.
constexpr std::uint64_t kAccountDay = 11;
constexpr std::uint64_t kAdSetDay = 12;
constexpr std::uint64_t kAdDay = 13;
constexpr std::uint64_t kClicks = 14;

std::uint64_t number_of(Day day) { return static_cast<std::uint64_t>(day.time_since_epoch().count()); }

/// Share of the year that has passed.
double year_fraction(Day day) {
  const std::chrono::year_month_day date{day};
  const Day first{date.year() / std::chrono::January / 1};
  return static_cast<double>((day - first).count()) / 365.25;
}

double weekday_factor(Day day) {
  static constexpr std::array<double, 7> kFactors{1.01, 0.97, 0.96, 0.98, 1.0, 1.03, 1.05};  // from Sunday
  return kFactors[std::chrono::weekday(day).c_encoding()];
}

/// People buy more towards the end of the year, most around its big discount week.
double season(Day day) {
  const double t = year_fraction(day);
  const double week = (t - 0.906) * 365.25 / 6.0;
  return 1.0 + 0.08 * std::cos(2 * std::numbers::pi * (t - 0.945)) + 0.15 * std::exp(-week * week);
}

/// A slow wander of the auction's prices: two waves whose lengths and phases belong to the account.
double price_drift(std::uint64_t seed, const Account& account, Day day) {
  Draw draw(key_of(seed, 3U, account.index));
  const auto t = static_cast<double>(day.time_since_epoch().count());
  const double slow = std::sin(2 * std::numbers::pi * (t / draw.uniform(70, 110) + draw.uniform()));
  const double quick = std::sin(2 * std::numbers::pi * (t / draw.uniform(17, 29) + draw.uniform()));
  return 1.0 + 0.05 * slow + 0.025 * quick;
}

/// Whole days on which the platform barely delivers.
double outage(std::uint64_t seed, const Account& account, Day day) {
  return Draw(key_of(seed, kAccountDay, account.index, number_of(day))).chance(0.006) ? 0.15 : 1.0;
}

double share_in_ad_set(const Account& account, const AdSet& ad_set, std::uint32_t ad, Day day) {
  double sum = 0;
  for (std::uint32_t i = ad_set.first_ad; i < ad_set.first_ad + ad_set.ad_count; ++i) {
    if (is_live(account, account.ads[i], day)) sum += account.ads[i].weight;
  }
  return account.ads[ad].weight / sum;
}

/// Major units. Delivery follows the budget closely, over and under it by the day.
double ad_set_spend(std::uint64_t seed, const Account& account, std::uint32_t ad_set, Day day) {
  Draw draw(key_of(seed, kAdSetDay, account.index, ad_set, number_of(day)));
  const double pace = std::min(1.3, draw.uniform(0.93, 1.0) * std::pow(weekday_factor(day), 1.5) * draw.spread(0.05));
  return account.ad_sets[ad_set].budget * pace * outage(seed, account, day);
}

double price_of(std::uint64_t seed, const Account& account, const AdSet& ad_set, Objective objective, Day day) {
  const double goal = objective == Objective::sales ? 1.0 : objective == Objective::awareness ? 0.45 : 0.7;
  return kBasePrice * account.price_level * goal * ad_set.price * price_drift(seed, account, day) *
         std::pow(season(day), 0.7) * weekday_factor(day);
}

/// What is left of the click rate after the impressions that the ad has had, at its usual pace, since its launch.
double freshness(const Account& account, const AdSet& ad_set, const Ad& ad, double share, Day day) {
  if (ad.wear_after <= 0) return 1;
  const double usual = ad_set.budget * share / (kBasePrice * account.price_level * ad_set.price) * 1000.0;
  const double shown = usual * static_cast<double>((day - ad.launch).count());
  return 1.0 / (1.0 + std::pow(shown / ad.wear_after, 1.6));
}

double story_factor(const Campaign& campaign, Day day) {
  if (campaign.turn_rate == 0 || day <= campaign.turn) return 1;
  const auto past = static_cast<double>((day - campaign.turn).count());
  return std::clamp(std::exp(campaign.turn_rate * past), 0.28, 1.6);
}

double orders_per_click(Objective objective) {
  switch (objective) {
    case Objective::sales:
      return kBaseOrderRate;
    case Objective::app:
      return 0.01;
    case Objective::traffic:
    case Objective::engagement:
      return 0.003;
    default:
      return 0;
  }
}

/// The mean return of a unit of money when `spend` is spent: each further unit reaches people who are less likely to
/// buy.
double diminishing(double spend, double saturation) {
  const double x = spend / saturation;
  return x < 1e-9 ? 1.0 : (1.0 - std::exp(-x)) / x;
}

void fill_clicks(Numbers& numbers, double click_rate, const Ad& ad, Draw& draw) {
  numbers.clicks = draw.binomial(numbers.impressions, click_rate);
  numbers.link_clicks = draw.binomial(numbers.clicks, kLinkShare);
  numbers.landings = draw.binomial(numbers.link_clicks, 0.84);
  numbers.reactions = draw.binomial(numbers.clicks - numbers.link_clicks, 0.45);
  numbers.carts = draw.binomial(numbers.landings, 0.12);
  if (ad.format == Format::video) numbers.video_views = draw.binomial(numbers.impressions, 0.27);
}

}  // namespace

Delivery deliver(std::uint64_t seed, const Account& account, std::uint32_t ad_index, Day day) {
  const auto& ad = account.ads[ad_index];
  Delivery delivery;
  if (!is_live(account, ad, day)) return delivery;
  const auto& ad_set = account.ad_sets[ad.ad_set];
  const auto& campaign = account.campaigns[ad_set.campaign];
  Draw draw(key_of(seed, kAdDay, account.index, ad_index, number_of(day)));
  if (draw.chance(0.008)) return delivery;  // a day on which it wins no auction

  const double share = share_in_ad_set(account, ad_set, ad_index, day);
  const double spend_all = ad_set_spend(seed, account, ad.ad_set, day);
  const double price = price_of(seed, account, ad_set, campaign.objective, day) * draw.spread(0.04);
  auto& numbers = delivery.numbers;
  numbers.spend = std::llround(spend_all * share * draw.spread(0.06) * static_cast<double>(account.minor_units));
  numbers.impressions =
      std::llround(static_cast<double>(numbers.spend) / static_cast<double>(account.minor_units) / price * 1000.0);
  if (numbers.impressions <= 0) return Delivery{};

  const double fresh = freshness(account, ad_set, ad, share, day);
  Draw clicks(key_of(seed, kClicks, account.index, ad_index, number_of(day)));
  const double click_rate = kBaseClickRate * ad.click_rate * ad_set.click_rate * fresh * clicks.spread(0.04);
  fill_clicks(numbers, std::min(0.3, click_rate), ad, clicks);

  const double mood = ad.order_rate * ad_set.order_rate * campaign.order_rate * story_factor(campaign, day) *
                      season(day) * diminishing(spend_all, ad_set.saturation) * clicks.spread(0.05);
  const auto link_clicks = static_cast<double>(numbers.link_clicks);
  delivery.expected_orders = link_clicks * orders_per_click(campaign.objective) * mood;
  if (campaign.objective == Objective::leads) delivery.expected_leads = link_clicks * kBaseLeadRate * mood;
  return delivery;
}

}  // namespace omnify::sandbox::market
