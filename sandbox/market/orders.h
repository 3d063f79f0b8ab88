// The conversions that follow a day's clicks and views: when each becomes known, what it is worth, whether it stays.
#pragma once

#include <cstdint>

#include "market/model.h"

namespace omnify::sandbox::market {

/// What is drawn for one ad and day.
struct OrderPlan {
  std::uint64_t key = 0;
  double expected = 0;
  double mean_value = 0;  ///< minor units; 0 for conversions without a value
  double app_share = 0;   ///< the rest is split between web and the platform's own shop
  double shop_share = 0;
};

/// Those known `elapsed` days after the day's first moment.
[[nodiscard]] Conversions conversions_after(const OrderPlan& plan, double elapsed);

}  // namespace omnify::sandbox::market
