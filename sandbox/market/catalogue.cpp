#include "market/catalogue.h"

#include <numeric>

#include "market/names.h"
#include "market/random.h"

namespace omnify::sandbox::market {
namespace {

using std::chrono::days;

struct Locale {
  std::string_view currency;
  std::string_view time_zone;
  double price_level;
  std::int64_t minor_units;
};

constexpr std::array<Locale, 6> kLocales{{{"USD", "America/New_York", 1.0, 100},
                                          {"EUR", "Europe/Berlin", 0.9, 100},
                                          {"JPY", "Asia/Tokyo", 150.0, 1},
                                          {"GBP", "Europe/London", 0.78, 100},
                                          {"AUD", "Australia/Sydney", 1.5, 100},
                                          {"CAD", "America/Toronto", 1.36, 100}}};

/// What differs between the platforms, on average; 1 is what sandbox/market/delivery.cpp calls its base.
struct Traits {
  double price;
  double click_rate;
  double order_rate;
};

/// Searches cost most and are clicked most; short videos are cheap, and clicked and bought from least.
Traits traits_of(Platform platform) {
  switch (platform) {
    case Platform::google:
      return {3.0, 2.9, 1.1};
    case Platform::tiktok:
      return {0.6, 0.75, 0.75};
    case Platform::meta:
      break;
  }
  return {1, 1, 1};
}

/// A campaign's part in the account: twelve parts, then again from the first. Two of three are live.
constexpr std::array<Story, 8> kLiveStories{Story::strong,    Story::collapsing, Story::worn,   Story::mistargeted,
                                            Story::saturated, Story::improving,  Story::steady, Story::steady};
constexpr std::uint32_t kParts = 12;
constexpr std::uint32_t kFirstPausedPart = 8;
constexpr std::uint32_t kFirstEndedPart = 10;

Objective objective_of(std::uint32_t part, std::uint32_t round, Draw& draw) {
  // The stories about money need sales; the last two live parts show the other objectives in turn.
  if (part < 6) return Objective::sales;
  if (part == 6) return round % 2 == 0 ? Objective::traffic : Objective::awareness;
  if (part == 7) return round % 2 == 0 ? Objective::leads : Objective::engagement;
  const double u = draw.uniform();
  if (u < 0.6) return Objective::sales;
  if (u < 0.7) return Objective::traffic;
  if (u < 0.8) return Objective::leads;
  return u < 0.9 ? Objective::awareness : Objective::app;
}

/// Builds one account, campaign by campaign.
class Builder {
 public:
  Builder(Account& account, std::uint64_t seed, Day epoch) : account_(account), seed_(seed), epoch_(epoch) {}

  void add_campaigns(std::uint32_t count) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    Draw draw(key_of(seed_, 1U, account_.index));
    for (std::uint32_t i = count; i > 1; --i) std::swap(order[i - 1], order[draw.below(i)]);
    for (const auto place : order) add_campaign(place);
  }

 private:
  void add_campaign(std::uint32_t place) {
    const auto index = static_cast<std::uint32_t>(account_.campaigns.size());
    Draw draw(key_of(seed_, 2U, account_.index, index));
    const auto part = place % kParts;
    auto& campaign = account_.campaigns.emplace_back();
    campaign.objective = objective_of(part, place / kParts, draw);
    campaign.story = part < kLiveStories.size() ? kLiveStories[part] : Story::steady;
    campaign.name = campaign_name(campaign.objective, index, draw);
    campaign.shares_budget = campaign.story != Story::mistargeted && draw.chance(0.4);
    campaign.order_value = account_.price_level * draw.uniform(45, 85);
    set_life(campaign, part, draw);
    set_story(campaign, draw);
    add_ad_sets(campaign, index, draw);
  }

  void set_life(Campaign& campaign, std::uint32_t part, Draw& draw) {
    campaign.start = epoch_ - days(120 + draw.below(500));
    if (part >= kFirstEndedPart) {
      campaign.stop = epoch_ - days(3 + draw.below(110));
    } else if (part >= kFirstPausedPart) {
      campaign.paused_on = epoch_ - days(2 + draw.below(70));
    } else if (part == 6 && draw.chance(0.5)) {
      campaign.stop = epoch_ + days(20 + draw.below(60));
    }
    if (part >= 6 && draw.chance(0.5)) {
      campaign.break_from = epoch_ - days(30 + draw.below(50));
      campaign.break_until = *campaign.break_from + days(2 + draw.below(6));
    }
    account_.created = std::min(account_.created, campaign.start - days(30));
  }

  void set_story(Campaign& campaign, Draw& draw) const {
    campaign.order_rate = draw.uniform(0.9, 1.15);
    campaign.turn = epoch_ - days(35 + draw.below(20));
    switch (campaign.story) {
      case Story::strong:
        campaign.order_rate = draw.uniform(1.8, 2.3);
        break;
      case Story::collapsing:
        campaign.order_rate = draw.uniform(1.1, 1.35);
        campaign.turn_rate = -draw.uniform(0.028, 0.04);
        break;
      case Story::improving:
        campaign.turn_rate = draw.uniform(0.007, 0.012);
        break;
      case Story::saturated:
        campaign.order_rate = draw.uniform(1.2, 1.4);
        break;
      default:
        break;
    }
  }

  void add_ad_sets(const Campaign& campaign, std::uint32_t index, Draw& draw) {
    const auto count = campaign.story == Story::mistargeted ? 3 + draw.below(2) : 1 + draw.below(3);
    const double budget = account_.price_level *
                          (campaign.objective == Objective::sales ? draw.uniform(180, 620) : draw.uniform(40, 160));
    const auto audience = static_cast<std::uint32_t>(draw.below(audience_count()));
    auto& stored = account_.campaigns[index];
    stored.first_ad_set = static_cast<std::uint32_t>(account_.ad_sets.size());
    stored.ad_set_count = static_cast<std::uint32_t>(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto ad_set = static_cast<std::uint32_t>(account_.ad_sets.size());
      account_.ad_sets.push_back(make_ad_set(campaign, budget / static_cast<double>(count), draw));
      account_.ad_sets.back().campaign = index;
      account_.ad_sets.back().audience = audience + i;
      if (campaign.story == Story::mistargeted && i == 1) account_.ad_sets.back().order_rate *= draw.uniform(0.2, 0.35);
      add_ads(campaign, ad_set, draw);
    }
  }

  AdSet make_ad_set(const Campaign& campaign, double share, Draw& draw) const {
    AdSet ad_set;
    // Whole steps of five, as people set budgets.
    const double step = 5 * account_.price_level;
    ad_set.budget = std::max(step, std::round(share * draw.uniform(0.85, 1.15) / step) * step);
    double fill = draw.uniform(0.45, 0.8);
    if (campaign.story == Story::strong) fill = draw.uniform(0.1, 0.2);
    if (campaign.story == Story::saturated) fill = draw.uniform(2.2, 3.2);
    ad_set.saturation = ad_set.budget / fill;
    ad_set.population = std::round(draw.uniform(150'000, 2'500'000));
    const auto traits = traits_of(account_.platform);
    ad_set.price = draw.uniform(0.85, 1.2) * traits.price;
    ad_set.click_rate = draw.uniform(0.85, 1.2) * traits.click_rate;
    ad_set.order_rate = draw.uniform(0.88, 1.12) * traits.order_rate;
    return ad_set;
  }

  void add_ads(const Campaign& campaign, std::uint32_t ad_set, Draw& draw) {
    const auto count = campaign.story == Story::worn ? 3 + draw.below(2) : 1 + draw.below(3);
    account_.ad_sets[ad_set].first_ad = static_cast<std::uint32_t>(account_.ads.size());
    account_.ad_sets[ad_set].ad_count = static_cast<std::uint32_t>(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      auto ad = make_ad(campaign, draw);
      ad.ad_set = ad_set;
      if (campaign.story == Story::worn && i == 0) wear_out(ad, account_.ad_sets[ad_set], count, draw);
      const auto index = static_cast<std::uint32_t>(account_.ads.size());
      ad.creative = i > 0 && draw.chance(0.1) ? account_.ads.back().creative : index;
      account_.ads.push_back(ad);
    }
  }

  Ad make_ad(const Campaign& campaign, Draw& draw) const {
    Ad ad;
    ad.text = static_cast<std::uint32_t>(draw.below(ad_text_count()));
    ad.format = draw.chance(0.35) ? Format::video : Format::image;
    ad.launch = campaign.start + days(draw.chance(0.7) ? 0 : draw.below(90));
    ad.weight = draw.uniform(0.6, 1.4);
    ad.click_rate = draw.uniform(0.88, 1.14);
    ad.order_rate = draw.uniform(0.92, 1.08);
    if (draw.chance(0.06)) ad.paused_on = epoch_ - days(1 + draw.below(60));
    return ad;
  }

  /// A newer creative that began well and has been shown too often since: half its click rate is gone after about three
  /// weeks at the ad set's budget.
  void wear_out(Ad& ad, const AdSet& ad_set, std::uint64_t siblings, Draw& draw) const {
    ad.launch = epoch_ - days(40 + draw.below(20));
    ad.paused_on.reset();
    ad.click_rate = draw.uniform(1.25, 1.4);
    ad.weight = 1.3;
    const double dollars = ad_set.budget / account_.price_level / static_cast<double>(siblings);
    ad.wear_after = dollars / (11.0 * traits_of(account_.platform).price) * 1000.0 * draw.uniform(18, 26);
  }

  Account& account_;
  std::uint64_t seed_;
  Day epoch_;
};

/// As long as the platform's own: 15, 10 and 19 digits.
std::uint64_t account_id(Platform platform, std::uint64_t digits, std::uint32_t index) {
  switch (platform) {
    case Platform::google:
      return 5'100'000'000ULL + digits * 1'000ULL + index;
    case Platform::tiktok:
      return 7'100'000'000'000'000'000ULL + digits * 1'000'000ULL + index;
    case Platform::meta:
      break;
  }
  return 210'000'000'000'000ULL + digits * 1'000'000ULL + 1'000ULL + index;
}

/// `client` is whose account it is: one advertiser has the same name, currency and zone on every platform.
Account make_account(std::uint64_t seed, Platform platform, std::uint32_t index, std::uint32_t client,
                     std::uint32_t campaigns, Day epoch) {
  const auto& locale = kLocales[client % kLocales.size()];
  const auto digits = mix(seed) % 100'000;
  Account account;
  account.platform = platform;
  account.index = index;
  account.id = account_id(platform, digits, index);
  account.business = 310'000'000'000'000ULL + digits * 1'000'000ULL + index / 10;
  account.name = account_name(client);
  account.currency = Currency::parse(locale.currency).value_or(Currency{});
  account.minor_units = locale.minor_units;
  account.time_zone = locale.time_zone;
  account.price_level = locale.price_level;
  account.created = epoch - days(200);
  Builder(account, seed, epoch).add_campaigns(campaigns);
  return account;
}

/// Most of an advertiser's campaigns run on the first platform.
std::uint32_t campaigns_on(Platform platform, std::uint32_t on_first) {
  if (platform == Platform::meta) return on_first;
  return std::max(3U, on_first / (platform == Platform::google ? 2 : 3));
}

std::vector<std::uint32_t> campaign_counts(Size size) {
  switch (size) {
    case Size::small:
      return {24, 12, 6};
    case Size::large:
      return {420, 12, 6};
    case Size::agency:
      break;
  }
  std::vector<std::uint32_t> counts(52, 12);
  counts[0] = 24;
  counts[1] = 3000;
  return counts;
}

}  // namespace

std::optional<Size> parse_size(std::string_view text) noexcept {
  if (text == "small") return Size::small;
  if (text == "agency") return Size::agency;
  if (text == "large") return Size::large;
  return std::nullopt;
}

std::vector<Account> make_accounts(std::uint64_t seed, Size size, Day epoch) {
  std::vector<Account> accounts;
  const auto counts = campaign_counts(size);
  for (const auto platform : {Platform::meta, Platform::google, Platform::tiktok}) {
    for (std::uint32_t client = 0; client < counts.size(); ++client) {
      const auto index = static_cast<std::uint32_t>(accounts.size());
      accounts.push_back(make_account(seed, platform, index, client, campaigns_on(platform, counts[client]), epoch));
    }
  }
  return accounts;
}

}  // namespace omnify::sandbox::market
