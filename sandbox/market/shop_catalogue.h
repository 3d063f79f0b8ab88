// Makes the clients' shops, their products and prices.
#pragma once

#include <vector>

#include "market/shop_model.h"
#include "market/world.h"

namespace omnify::sandbox::market {

/// One shop for each client of `world`, which outlives them.
[[nodiscard]] std::vector<Shop> make_shops(const World& world);

}  // namespace omnify::sandbox::market
