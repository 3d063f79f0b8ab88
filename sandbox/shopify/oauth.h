// The consent page and the token endpoint of a shop.
#pragma once

#include "market/shop_orders.h"
#include "shopify/access.h"
#include "wire/message.h"

namespace omnify::sandbox::shopify {

/// GET /admin/oauth/authorize: a merchant who always agrees; redirects back with a signed code.
[[nodiscard]] wire::Reply authorize(Access& access, const market::Shop& shop, const wire::Request& request,
                                    Instant now);
/// POST /admin/oauth/access_token, with JSON or a form.
[[nodiscard]] wire::Reply grant_token(Access& access, const market::Shop& shop, const wire::Request& request,
                                      Instant now);

}  // namespace omnify::sandbox::shopify
