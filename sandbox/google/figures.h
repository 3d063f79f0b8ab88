// What the market's numbers are as this platform counts them.
#pragma once

#include <cstdint>
#include <vector>

#include "market/world.h"

namespace omnify::sandbox::google {

/// Credit for conversions in quarters of one: data-driven attribution splits a conversion between the ads of an ad
/// group. `value` in minor units.
struct Credit {
  std::int64_t quarters = 0;
  std::int64_t value = 0;
  Credit& operator+=(const Credit& other) noexcept {
    quarters += other.quarters;
    value += other.value;
    return *this;
  }
};

/// Adds up. `spend` in minor units.
struct Figures {
  std::int64_t spend = 0;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  std::int64_t engagements = 0;
  std::int64_t video_views = 0;
  Credit purchases;
  Credit leads;
  Credit carts;  ///< a secondary action: in all_conversions only

  Figures& operator+=(const Figures& other) noexcept;
  [[nodiscard]] bool any() const noexcept;
};

/// The ads of one ad set (an ad group, or an asset group) on one day, in their order. Sums over the ad set are the
/// market's own.
[[nodiscard]] std::vector<Figures> figures_of(const market::World& world, const market::Account& account,
                                              std::uint32_t ad_set, Day day, const market::Moment& moment);

}  // namespace omnify::sandbox::google
