#include "market/world.h"

#include <date/tz.h>
#include <fmt/format.h>

#include "base/error.h"
#include "market/delivery.h"
#include "market/orders.h"
#include "market/random.h"

namespace omnify::sandbox::market {
namespace {

// PPPP AAA K SSSS NNNNNN: platform, account, kind, four digits of the seed, number within the account.
std::uint64_t id_prefix(Platform platform) {
  switch (platform) {
    case Platform::google:
      return 2130;
    case Platform::tiktok:
      return 1728;
    case Platform::meta:
      break;
  }
  return 1202;
}

constexpr std::uint64_t kAccountUnit = 100'000'000'000ULL;
constexpr std::uint64_t kKindUnit = 10'000'000'000ULL;
constexpr std::uint64_t kSeedUnit = 1'000'000ULL;
constexpr double kAppShare = 0.12;
constexpr double kShopShare = 0.1;
constexpr double kLeadFormShare = 0.6;

std::uint64_t seed_digits(std::uint64_t seed) { return mix(seed) % 10'000; }

const date::time_zone& zone_of(std::string_view name) {
  try {
    return *date::locate_zone(name);
  } catch (const std::runtime_error&) {
    throw Error(Code::invalid_field, fmt::format("There is no time zone “{}”.", name));
  }
}

/// How much of a day's delivery has happened after this share of it: little at night, most in the afternoon.
double progress(double fraction) { return fraction - 0.08 * std::sin(2 * std::numbers::pi * fraction); }

void shorten(Numbers& numbers, double share) {
  for (auto* number : {&numbers.spend, &numbers.impressions, &numbers.clicks, &numbers.link_clicks, &numbers.landings,
                       &numbers.reactions, &numbers.video_views, &numbers.carts}) {
    *number = static_cast<std::int64_t>(static_cast<double>(*number) * share);
  }
}

std::size_t count_of(const Account& account, Kind kind) {
  switch (kind) {
    case Kind::campaign:
      return account.campaigns.size();
    case Kind::ad_set:
      return account.ad_sets.size();
    case Kind::ad:
    case Kind::creative:
      return account.ads.size();
  }
  return 0;
}

}  // namespace

const Account* World::find_account(std::uint64_t id) const noexcept {
  for (const auto& account : accounts_) {
    if (account.id == id) return &account;
  }
  return nullptr;
}

std::uint64_t World::object_id(const Account& account, Kind kind, std::uint32_t index) const noexcept {
  return id_prefix(account.platform) * kAccountUnit * 1000 + account.index * kAccountUnit +
         static_cast<std::uint64_t>(kind) * kKindUnit + seed_digits(seed_) * kSeedUnit + index + 1;
}

std::optional<Place> World::find_object(std::uint64_t id) const noexcept {
  if (id / kSeedUnit % 10'000 != seed_digits(seed_)) return std::nullopt;
  const auto account = id / kAccountUnit % 1000;
  const auto kind = id / kKindUnit % 10;
  const auto number = id % kSeedUnit;
  if (account >= accounts_.size() || kind < 1 || kind > 4 || number == 0) return std::nullopt;
  if (id / (kAccountUnit * 1000) != id_prefix(accounts_[account].platform)) return std::nullopt;
  const Place place{&accounts_[account], static_cast<Kind>(kind), static_cast<std::uint32_t>(number - 1)};
  if (place.index >= count_of(*place.account, place.kind)) return std::nullopt;
  // Ads that show another ad's creative have none of their own.
  if (place.kind == Kind::creative && place.account->ads[place.index].creative != place.index) return std::nullopt;
  return place;
}

Numbers World::observe(const Account& account, std::uint32_t ad, Day day, const Moment& moment) const {
  const double elapsed = static_cast<double>((moment.today - day).count()) + moment.fraction;
  if (elapsed <= 0) return {};
  auto delivery = deliver(seed_, account, ad, day);
  auto& numbers = delivery.numbers;
  if (!numbers.delivered()) return {};
  const auto& campaign = account.campaigns[account.ad_sets[account.ads[ad].ad_set].campaign];
  const auto day_number = static_cast<std::uint64_t>(day.time_since_epoch().count());
  if (delivery.expected_orders > 0) {
    const double value = campaign.order_value * static_cast<double>(account.minor_units);
    const auto key = key_of(seed_, 21U, account.index, ad, day_number);
    numbers.purchases = conversions_after({key, delivery.expected_orders, value, kAppShare, kShopShare}, elapsed);
  }
  if (delivery.expected_leads > 0) {
    const auto key = key_of(seed_, 22U, account.index, ad, day_number);
    numbers.leads = conversions_after({key, delivery.expected_leads, 0, 0, kLeadFormShare}, elapsed);
  }
  if (elapsed < 1) shorten(numbers, progress(elapsed));
  return numbers.delivered() ? numbers : Numbers{};
}

Moment local_moment(std::string_view time_zone, Instant instant) {
  const auto local = instant.time_since_epoch() + zone_of(time_zone).get_info(instant).offset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  return {Day{day}, static_cast<double>((local - day).count()) / 86'400e6};
}

Instant day_begins(std::string_view time_zone, Day day) {
  const auto local = date::local_days{day.time_since_epoch()};
  return std::chrono::time_point_cast<std::chrono::microseconds>(
      zone_of(time_zone).to_sys(local, date::choose::earliest));
}

std::chrono::seconds utc_offset(std::string_view time_zone, Instant instant) {
  return zone_of(time_zone).get_info(instant).offset;
}

std::string zone_abbreviation(std::string_view time_zone, Instant instant) {
  return zone_of(time_zone).get_info(instant).abbrev;
}

bool is_live(const Account& account, const Ad& ad, Day day) noexcept {
  const auto& ad_set = account.ad_sets[ad.ad_set];
  const auto& campaign = account.campaigns[ad_set.campaign];
  if (day < ad.launch || !may_deliver(campaign, day, day)) return false;
  if ((ad.paused_on && day >= *ad.paused_on) || (ad_set.paused_on && day >= *ad_set.paused_on)) return false;
  return !(campaign.break_from && day >= *campaign.break_from && day < *campaign.break_until);
}

bool may_deliver(const Campaign& campaign, Day first, Day last) noexcept {
  if (last < campaign.start) return false;
  return !(campaign.stop && first >= *campaign.stop) && !(campaign.paused_on && first >= *campaign.paused_on);
}

}  // namespace omnify::sandbox::market
