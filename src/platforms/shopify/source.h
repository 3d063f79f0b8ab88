// One shop: what changed since a moment, and the whole history in bulk.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "async/task.h"
#include "platforms/shopify/client.h"
#include "platforms/shopify/orders.h"

namespace omnify::platforms::shopify {

/// For one coroutine at a time; it has no state that must survive. Throws what AdminClient throws.
class ShopSource {
 public:
  ShopSource(http::Client& http, AdminAccess access) : client_(http, std::move(access)) {}

  /// Proves that the token reaches the shop.
  Task<ShopRow> fetch_shop();
  /// Every order that changed at or after `since`, in the order of the changes; one that changes meanwhile may come
  /// again. Ask next time from the newest change that came, less some minutes: several may bear the same second.
  Task<> fetch_changes(Instant since, std::string zone, OrderSink sink);
  /// Every order of the closed range of local days, each once, in a background operation of Shopify's that may take
  /// long. Without the scope `read_all_orders` those older than 60 days are left out, and nothing tells.
  Task<> backfill(Day first, Day last, std::string zone, OrderSink sink);

  /// Gets words for the user about what is going on.
  void on_activity(std::function<void(std::string)> sink);

 private:
  /// Fills what the rows lack, and hands them on.
  Task<> deliver(std::vector<ReadOrder> orders, std::string zone, OrderSink sink);
  Task<> add_refunds(std::vector<ReadOrder>& orders, std::string zone, int lines);
  Task<std::string> start_bulk(std::string query);
  /// The link to its file once it is done; empty when nothing was found.
  Task<std::string> await_bulk(std::string id);
  Task<> read_file(std::string path, std::string zone, OrderSink sink);
  void tell(std::string activity) const;

  AdminClient client_;
  std::function<void(std::string)> activity_;
};

}  // namespace omnify::platforms::shopify
