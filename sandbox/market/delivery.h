// What an ad buys on one day: the auction's prices, people's clicks, and how many orders its clicks will lead to.
#pragma once

#include <cstdint>

#include "market/model.h"

namespace omnify::sandbox::market {

/// A whole day, before anything is late. `numbers` holds no conversions.
struct Delivery {
  Numbers numbers;
  double expected_orders = 0;
  double expected_leads = 0;
};

/// Zero for an ad that is not live on `day`.
[[nodiscard]] Delivery deliver(std::uint64_t seed, const Account& account, std::uint32_t ad, Day day);

}  // namespace omnify::sandbox::market
