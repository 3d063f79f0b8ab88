// What an order holds: lines, discount, tax, shipping, and what was paid back.
#pragma once

#include "market/shop_model.h"

namespace omnify::sandbox::market {

/// Fills lines, discount, shipping and refunds of an order whose key, life, day and `nth` are known.
void fill_basket(Order& order);

}  // namespace omnify::sandbox::market
