// Pages of what a shop has, filtered and sorted as the platform does it.
#pragma once

#include <list>

#include "shopify/context.h"

namespace omnify::sandbox::shopify {

/// It exists by now, and the grant reaches so far back.
[[nodiscard]] bool is_visible(const Context& context, const market::Life& life);

/// What is kept of a long search by time of change, so that its next page need not look at everything again.
struct UpdatedCache {
  struct Entry {
    std::string key;
    Instant made{};
    Instant changed_after{};                                  ///< orders changed at or before it are not in `found`
    bool complete = false;                                    ///< nothing lies behind the last one
    std::vector<std::pair<Instant, market::OrderRef>> found;  ///< ascending
  };
  std::list<Entry> entries;  ///< the newest first
};

[[nodiscard]] graphql::Connection orders_page(Context& context, UpdatedCache& cache, const graphql::Call& call);
[[nodiscard]] boost::json::object orders_count(Context& context, const graphql::Call& call);
[[nodiscard]] graphql::Connection customers_page(Context& context, const graphql::Call& call);
[[nodiscard]] boost::json::object customers_count(Context& context, const graphql::Call& call);
[[nodiscard]] graphql::Connection products_page(Context& context, const graphql::Call& call);
[[nodiscard]] graphql::Connection variants_page(Context& context, const graphql::Call& call);

}  // namespace omnify::sandbox::shopify
