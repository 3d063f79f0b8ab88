// What to ask about orders, and how the answers are read: with simdjson, the same for a page, a line of a bulk file and
// a detailed answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platforms/shopify/rows.h"

namespace omnify::platforms::shopify {

/// Fields of the shop.
inline constexpr std::string_view kShopQuery =
    "{ shop { id name myshopifyDomain currencyCode ianaTimezone taxesIncluded } }";
/// A page of orders by their change. Variables: search, after.
[[nodiscard]] std::string changes_query(int size);
/// The lines of refunds, which a page leaves out because they cost most. Variables: ids.
[[nodiscard]] std::string refunds_query(int lines);
/// All orders that `search` finds, for a bulk operation.
[[nodiscard]] std::string bulk_query(std::string_view search);

/// A row that may lack something which takes another question.
struct ReadOrder {
  OrderRow row;
  bool has_refunds = false;  ///< `row.refunds` is still empty
  bool more_lines = false;   ///< gift cards may stand in lines that did not come along
};
struct OrderPage {
  std::vector<ReadOrder> orders;
  std::string end_cursor;
  bool has_next = false;
};
struct RefundsOfOrder {
  std::string order;  ///< its external id
  std::vector<RefundRow> refunds;
  bool more_lines = false;
};

/// Every reader throws Error{upstream_retry} for what is not as asked for. `zone`: the shop's.
[[nodiscard]] ShopRow read_shop(const std::string& body);
[[nodiscard]] OrderPage read_changes(const std::string& body, std::string_view zone);
[[nodiscard]] std::vector<RefundsOfOrder> read_refunds(const std::string& body, std::string_view zone);

/// Lines of a bulk file, one after the other; an order's own lines follow it.
class BulkReader {
 public:
  explicit BulkReader(std::string zone) : zone_(std::move(zone)) {}

  /// The order that is complete now that another begins; nothing while lines still belong to it.
  [[nodiscard]] std::optional<ReadOrder> take(const std::string& line);
  [[nodiscard]] std::optional<ReadOrder> finish() { return std::exchange(current_, std::nullopt); }

 private:
  std::string zone_;
  std::optional<ReadOrder> current_;
};

/// "fbclid", "gclid" or "ttclid" of a landing page; empty when it has none.
[[nodiscard]] std::string click_id_of(std::string_view landing_page);

}  // namespace omnify::platforms::shopify
