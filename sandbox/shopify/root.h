// The fields of the query and of the mutation root.
#pragma once

#include <functional>

#include "shopify/bulk.h"
#include "shopify/context.h"
#include "shopify/pages.h"
#include "shopify/webhooks.h"

namespace omnify::sandbox::shopify {

/// What an answer may need beyond its context. A bulk query has neither operations nor subscriptions of its own: null.
struct Services {
  UpdatedCache& updated;
  Bulk* bulk = nullptr;
  Webhooks* webhooks = nullptr;
  std::function<bool()> bulk_fails = {};  ///< a fault was ordered for the next operation
};

[[nodiscard]] graphql::SourcePtr query_root(Context& context, const Services& services);
[[nodiscard]] graphql::SourcePtr mutation_root(Context& context, const Services& services);

}  // namespace omnify::sandbox::shopify
