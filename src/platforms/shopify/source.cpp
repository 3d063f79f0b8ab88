#include "platforms/shopify/source.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "async/signal.h"
#include "base/uuid.h"

namespace omnify::platforms::shopify {
namespace {

/// A page may cost 1,000 points: an order costs 52 with all that is asked.
constexpr int kPageSize = 18;
/// Orders whose refunds are asked for at once, and the lines of each; then one order with all that a page holds.
constexpr std::size_t kDetailed = 4;
constexpr int kRefundLines = 50;
constexpr int kMostRefundLines = 240;
/// A list ends after 25,000 objects: long before, the search begins anew where it has got to.
constexpr std::int64_t kRestartAfter = 20'000;
constexpr std::size_t kBatch = 500;
constexpr std::chrono::seconds kFirstPoll{1};
constexpr std::chrono::seconds kLongestPoll{15};
constexpr std::chrono::hours kBulkLimit{6};

std::string since_text(Instant since) {
  return fmt::format("updated_at:>='{}'", format_instant(std::chrono::floor<std::chrono::seconds>(since)));
}

Instant day_begins(const std::string& zone, Day day) {
  const auto local = date::local_days{day.time_since_epoch()};
  return std::chrono::time_point_cast<std::chrono::microseconds>(
      date::locate_zone(zone)->to_sys(local, date::choose::earliest));
}

std::string text_of(const boost::json::value& value) {
  return value.is_string() ? std::string(value.as_string()) : std::string();
}

/// Removed with the object.
class TemporaryFile {
 public:
  TemporaryFile() : path_(std::filesystem::temp_directory_path() / ("omnify-shop-" + Uuid::random().text())) {}
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

void ShopSource::on_activity(std::function<void(std::string)> sink) {
  activity_ = std::move(sink);
  client_.on_wait([this](std::string sentence) { tell(std::move(sentence)); });
}

void ShopSource::tell(std::string activity) const {
  if (activity_) activity_(std::move(activity));
}

Task<ShopRow> ShopSource::fetch_shop() { co_return read_shop(co_await client_.ask(std::string(kShopQuery), {})); }

Task<> ShopSource::add_refunds(std::vector<ReadOrder>& orders, std::string zone, int lines) {
  const std::size_t size = lines == kRefundLines ? kDetailed : 1;
  std::vector<ReadOrder*> wanted;
  for (auto& order : orders) {
    if (order.has_refunds && order.row.refunds.empty()) wanted.push_back(&order);
  }
  for (std::size_t at = 0; at < wanted.size(); at += size) {
    boost::json::array ids;
    for (auto i = at; i < std::min(at + size, wanted.size()); ++i) ids.emplace_back(wanted[i]->row.external_id);
    boost::json::object variables;
    variables["ids"] = std::move(ids);
    const auto body = co_await client_.ask(refunds_query(lines), std::move(variables));
    for (auto& read : read_refunds(body, zone)) {
      const auto place =
          std::ranges::find(wanted, read.order, [](const ReadOrder* one) { return one->row.external_id; });
      if (place == wanted.end() || (read.more_lines && lines == kRefundLines)) continue;
      (*place)->row.refunds = std::move(read.refunds);
    }
  }
}

Task<> ShopSource::deliver(std::vector<ReadOrder> orders, std::string zone, OrderSink sink) {
  co_await add_refunds(orders, zone, kRefundLines);
  co_await add_refunds(orders, zone, kMostRefundLines);
  std::vector<OrderRow> rows;
  rows.reserve(orders.size());
  for (auto& order : orders) rows.push_back(std::move(order.row));
  if (!rows.empty()) co_await sink(std::move(rows));
}

Task<> ShopSource::fetch_changes(Instant since, std::string zone, OrderSink sink) {
  const auto query = changes_query(kPageSize);
  std::string after;
  std::int64_t seen = 0;
  for (;;) {
    boost::json::object variables;
    variables["search"] = since_text(since);
    if (!after.empty()) variables["after"] = after;
    auto page = read_changes(co_await client_.ask(query, std::move(variables)), zone);
    const bool more = page.has_next;
    seen += std::ssize(page.orders);
    after = std::move(page.end_cursor);
    if (seen >= kRestartAfter && !page.orders.empty()) {
      since = page.orders.back().row.updated;
      after.clear();
      seen = 0;
    }
    tell("Reading orders that changed");
    co_await deliver(std::move(page.orders), zone, sink);
    if (!more) co_return;
  }
}

Task<std::string> ShopSource::start_bulk(std::string query) {
  boost::json::object variables;
  variables["query"] = query;
  // Grouped: an order's lines follow it, so that no order has to wait in memory for the end of the file.
  const auto body = co_await client_.ask(
      "mutation ($query: String!) { bulkOperationRunQuery(query: $query, groupObjects: true) { bulkOperation { id } "
      "userErrors { message code } } }",
      std::move(variables));
  const auto document = boost::json::parse(body);
  const auto& result = document.at("data").at("bulkOperationRunQuery");
  if (result.at("bulkOperation").is_object()) co_return text_of(result.at("bulkOperation").at("id"));
  const auto& errors = result.at("userErrors").as_array();
  const auto code = errors.empty() ? std::string() : text_of(errors.front().at("code"));
  const bool busy = code == "OPERATION_IN_PROGRESS" || code == "LIMIT_REACHED";
  throw CallFailure({.kind = busy ? ErrorClass::slow_down : ErrorClass::permanent,
                     .wait = busy ? std::chrono::milliseconds(std::chrono::minutes(10)) : std::chrono::milliseconds(0),
                     .sentence = busy ? "Too many exports of this shop are already running."
                                      : "Shopify refused to export the orders."});
}

Task<std::string> ShopSource::await_bulk(std::string id) {
  const auto deadline = std::chrono::steady_clock::now() + kBulkLimit;
  std::chrono::seconds pause = kFirstPoll;
  while (std::chrono::steady_clock::now() < deadline) {
    boost::json::object variables;
    variables["id"] = id;
    const auto body = co_await client_.ask("query ($id: ID!) { bulkOperation(id: $id) { status objectCount url } }",
                                           std::move(variables));
    const auto document = boost::json::parse(body);
    const auto& operation = document.at("data").at("bulkOperation");
    const auto status = operation.is_object() ? text_of(operation.at("status")) : "EXPIRED";
    if (status == "COMPLETED") co_return text_of(operation.at("url"));
    if (status != "CREATED" && status != "RUNNING") break;
    tell(fmt::format("Shopify is exporting the orders ({} lines so far)", text_of(operation.at("objectCount"))));
    co_await sleep_for(pause);
    pause = std::min(pause * 2, kLongestPoll);
  }
  throw CallFailure({.kind = ErrorClass::retry, .sentence = "Shopify did not finish the export of the orders."});
}

Task<> ShopSource::read_file(std::string path, std::string zone, OrderSink sink) {
  std::ifstream file(path, std::ios::binary);
  BulkReader reader(zone);
  std::vector<ReadOrder> orders;
  for (std::string line; std::getline(file, line);) {
    if (auto order = reader.take(line)) orders.push_back(std::move(*order));
    if (orders.size() < kBatch) continue;
    co_await deliver(std::exchange(orders, {}), zone, sink);
  }
  if (auto order = reader.finish()) orders.push_back(std::move(*order));
  co_await deliver(std::move(orders), zone, sink);
}

Task<> ShopSource::backfill(Day first, Day last, std::string zone, OrderSink sink) {
  const auto search = fmt::format("processed_at:>='{}' AND processed_at:<'{}'", format_instant(day_begins(zone, first)),
                                  format_instant(day_begins(zone, last + std::chrono::days(1))));
  const auto id = co_await start_bulk(bulk_query(search));
  const auto url = co_await await_bulk(id);
  if (url.empty()) co_return;
  // The sink of a transfer cannot wait for the database: the file is kept until it has been read.
  const TemporaryFile file;
  {
    std::ofstream out(file.path(), std::ios::binary);
    co_await client_.download(url, [&out](std::string_view piece) { out << piece; });
    if (!out.flush()) throw Error(Code::unavailable, "There is no room for the export of the shop's orders.");
  }
  co_await read_file(file.path(), zone, std::move(sink));
}

}  // namespace omnify::platforms::shopify
