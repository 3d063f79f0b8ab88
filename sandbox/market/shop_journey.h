// How the buyer of an order found the shop: the first and the last visit.
#pragma once

#include <optional>

#include "market/shop_model.h"
#include "market/world.h"

namespace omnify::sandbox::market {

/// Fills both visits of an order whose basket is known. `clicked`: the campaign whose ad the buyer clicked, whether or
/// not it caused the order.
void fill_journey(Order& order, const World& world, const std::optional<CampaignRef>& clicked);

}  // namespace omnify::sandbox::market
