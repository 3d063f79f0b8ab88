// What exists in the simulated market: ad accounts with campaigns, ad sets and ads, and the true parameters that drive
// them. A façade shows only what its platform would show.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/money.h"

namespace omnify::sandbox::market {

/// Whose ad account it is. A façade shows those of its own platform only.
enum class Platform { meta, google, tiktok };

enum class Objective { sales, leads, traffic, awareness, engagement, app };

/// How a campaign behaves in the long run. It sets only parameters; results follow from the simulation.
enum class Story { steady, strong, collapsing, worn, mistargeted, saturated, improving };

enum class Format { image, video };

/// Rates are multipliers of the account's base rates unless a unit is named. Days are the account's local days.
struct Ad {
  std::uint32_t ad_set = 0;
  std::uint32_t creative = 0;  ///< index of the ad whose creative this one shows: its own, mostly
  std::uint32_t text = 0;      ///< which of the texts
  Format format = Format::image;
  Day launch;
  std::optional<Day> paused_on;  ///< first day without delivery
  double weight = 1;             ///< share within the ad set, before normalisation
  double click_rate = 1;
  double order_rate = 1;
  double wear_after = 0;  ///< cumulative impressions at which the click rate has halved; 0: it does not wear out
};

struct AdSet {
  std::uint32_t campaign = 0;
  std::uint32_t first_ad = 0;
  std::uint32_t ad_count = 0;
  std::uint32_t audience = 0;  ///< which of the audience names
  double budget = 0;           ///< a day, in major units of the account's currency
  double saturation = 0;       ///< daily spend (major units) at which returns have clearly diminished
  double population = 0;       ///< people in the audience
  double price = 1;            ///< of a thousand impressions
  double click_rate = 1;
  double order_rate = 1;
  std::optional<Day> paused_on;
};

struct Campaign {
  std::string name;
  std::uint32_t first_ad_set = 0;
  std::uint32_t ad_set_count = 0;
  Objective objective = Objective::sales;
  Story story = Story::steady;
  bool shares_budget = false;  ///< the budget stands on the campaign, not on its ad sets
  Day start;
  std::optional<Day> stop;        ///< first day after its end
  std::optional<Day> paused_on;   ///< first day of a pause that lasts
  std::optional<Day> break_from;  ///< a pause that ended: [break_from, break_until)
  std::optional<Day> break_until;
  double order_value = 60;  ///< mean, in major units of the account's currency
  double order_rate = 1;
  Day turn;              ///< when the story begins to change the order rate
  double turn_rate = 0;  ///< change of the log order rate a day from then on
};

struct Account {
  Platform platform = Platform::meta;
  std::uint32_t index = 0;  ///< in the world, over all platforms
  std::uint64_t id = 0;
  std::uint64_t business = 0;
  std::string name;
  Currency currency;
  std::int64_t minor_units = 100;  ///< of one major unit; the market's smallest price step
  std::string time_zone;
  double price_level = 1;  ///< major units per US dollar
  Day created;
  std::vector<Campaign> campaigns;
  std::vector<AdSet> ad_sets;
  std::vector<Ad> ads;
};

enum class Kind : std::uint8_t { campaign = 1, ad_set = 2, ad = 3, creative = 4 };

enum class Channel : std::uint8_t { web, app, shop };
enum class Window : std::uint8_t { click_1d, click_7d, click_28d, view_1d };
inline constexpr std::size_t kChannels = 3;
inline constexpr std::size_t kWindows = 4;

/// `value` in minor units.
struct Tally {
  std::int64_t count = 0;
  std::int64_t value = 0;
  Tally& operator+=(const Tally& other) noexcept {
    count += other.count;
    value += other.value;
    return *this;
  }
};

/// Attributed conversions of one kind, by channel and attribution window. Click windows nest.
struct Conversions {
  std::array<std::array<Tally, kWindows>, kChannels> tallies{};

  Tally& at(Channel channel, Window window) noexcept {
    return tallies[static_cast<std::size_t>(channel)][static_cast<std::size_t>(window)];
  }
  [[nodiscard]] const Tally& at(Channel channel, Window window) const noexcept {
    return tallies[static_cast<std::size_t>(channel)][static_cast<std::size_t>(window)];
  }
  Conversions& operator+=(const Conversions& other) noexcept {
    for (std::size_t c = 0; c < kChannels; ++c)
      for (std::size_t w = 0; w < kWindows; ++w) tallies[c][w] += other.tallies[c][w];
    return *this;
  }
  /// Under the usual setting: seven days after a click, one day after a view.
  [[nodiscard]] Tally attributed(Channel channel) const noexcept {
    Tally sum = at(channel, Window::click_7d);
    return sum += at(channel, Window::view_1d);
  }
  [[nodiscard]] Tally attributed() const noexcept {
    Tally sum;
    for (const auto channel : {Channel::web, Channel::app, Channel::shop}) sum += attributed(channel);
    return sum;
  }
};

/// What one ad did on one day, or a sum of such; all of it adds up. `spend` in minor units.
struct Numbers {
  std::int64_t spend = 0;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  std::int64_t link_clicks = 0;
  std::int64_t landings = 0;
  std::int64_t reactions = 0;
  std::int64_t video_views = 0;
  std::int64_t carts = 0;
  Conversions purchases;
  Conversions leads;

  Numbers& operator+=(const Numbers& other) noexcept {
    spend += other.spend;
    impressions += other.impressions;
    clicks += other.clicks;
    link_clicks += other.link_clicks;
    landings += other.landings;
    reactions += other.reactions;
    video_views += other.video_views;
    carts += other.carts;
    purchases += other.purchases;
    leads += other.leads;
    return *this;
  }
  [[nodiscard]] bool delivered() const noexcept { return impressions > 0; }
};

}  // namespace omnify::sandbox::market
