#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "shopify/cursor.h"
#include "shopify/objects.h"
#include "shopify/pages.h"
#include "shopify/search.h"

namespace omnify::sandbox::shopify {
namespace {

using graphql::Call;
using graphql::Connection;
using market::Life;
using market::OrderRef;
using std::chrono::days;

/// Changed orders that are kept for the next pages.
constexpr std::size_t kKept = 5000;
constexpr std::size_t kEntries = 8;
constexpr std::chrono::seconds kFresh{60};

const std::set<std::string_view>& known_filters() {
  static const std::set<std::string_view> kNames{
      "created_at", "customer_id", "discount_code", "email",       "financial_status", "fulfillment_status",
      "id",         "name",        "processed_at",  "source_name", "status",           "tag",
      "test",       "updated_at"};
  return kNames;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

/// An order while a search looks at it: its contents are drawn only when a term needs them.
class Candidate {
 public:
  Candidate(Context& context, const OrderRef& ref, const Life& life) : context_(context), ref_(ref), life_(life) {}

  [[nodiscard]] bool satisfies(const Term& term) {
    const auto now = context_.now;
    if (term.field == "created_at") return compare_time(term, life_.created, now);
    if (term.field == "processed_at") return compare_time(term, life_.processed, now);
    if (term.field == "updated_at") return compare_time(term, life_.updated(now), now);
    if (term.field == "test") return life_.test == (term.value == "true");
    if (term.field == "id") {
      return compare_number(term, static_cast<std::int64_t>(market::order_id(context_.shop, ref_)));
    }
    if (term.field == "source_name") return term.value == (life_.point_of_sale ? "pos" : "web");
    if (term.field == "status") return has_status(term.value);
    if (term.field.empty() || !known_filters().contains(term.field)) return true;
    return satisfies_contents(term);
  }

 private:
  [[nodiscard]] bool has_status(std::string_view status) const {
    const bool cancelled = life_.cancelled <= context_.now;
    const bool closed = life_.fulfilled <= context_.now;
    if (status == "cancelled") return cancelled;
    if (status == "closed") return closed;
    if (status == "open") return !cancelled && !closed;
    return status != "not_closed" || !closed;
  }

  [[nodiscard]] bool satisfies_contents(const Term& term) {
    if (!order_) order_ = context_.shops.order(context_.shop, ref_, context_.now);
    if (term.field == "financial_status") return upper(term.value) == financial_status(*order_);
    if (term.field == "fulfillment_status") {
      const bool shipped = std::string_view(fulfillment_status(*order_)) == "FULFILLED";
      return shipped == (term.value == "shipped" || term.value == "fulfilled");
    }
    if (term.field == "name") {
      return term.value == fmt::format("#{}", order_->number) || term.value == std::to_string(order_->number);
    }
    if (term.field == "discount_code") return term.value == order_->discount.code;
    if (term.field == "tag" || !order_->customer) return false;
    if (term.field == "customer_id") {
      return term.value == std::to_string(market::customer_id(context_.shop, *order_->customer));
    }
    return term.value == market::person_of(context_.shops.seed(), context_.shop, *order_->customer).email;
  }

  Context& context_;
  OrderRef ref_;
  const Life& life_;
  std::optional<market::Order> order_;
};

void warn_of_unknown(Context& context, std::string_view text, const Search& search) {
  boost::json::array warnings;
  for (const auto& field : unknown_fields(search, known_filters())) {
    warnings.push_back(boost::json::object{
        {"field", field}, {"message", "Invalid search field for this query."}, {"code", "invalid_field"}});
  }
  if (warnings.empty()) return;
  context.warnings.push_back(
      boost::json::object{{"path", boost::json::array{"orders"}}, {"query", text}, {"warnings", std::move(warnings)}});
}

/// The days in which orders can lie that the search finds.
struct Days {
  Day first;
  Day last;
};

/// The day of the one order that the search can find, when it asks for an id.
std::optional<Day> day_of_id(const Context& context, const Search& search) {
  for (const auto& part : search.parts) {
    const auto day = search.kind == Search::Kind::all ? day_of_id(context, part) : std::nullopt;
    if (day) return day;
  }
  if (search.kind != Search::Kind::term || search.term.field != "id") return std::nullopt;
  std::uint64_t id = 0;
  const auto& text = search.term.value;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return search.term.compare == Term::Compare::equal ? std::optional(market::order_of_id(context.shop, id).day)
                                                     : std::nullopt;
}

Days days_of(const Context& context, const Search& search) {
  const auto created = span_of(search, "created_at", context.now);
  const auto processed = span_of(search, "processed_at", context.now);
  const auto updated = span_of(search, "updated_at", context.now);
  const auto zone = context.shop.time_zone;
  const auto from = std::max({created.from, processed.from, Instant{context.shop.opened}});
  Days found{local_day(zone, from) - days{1}, local_day(zone, context.now)};
  if (!context.grant.allows("read_all_orders")) {
    found.first = std::max(found.first, local_day(zone, context.now - kOrderWall));
  }
  if (updated.from > from)
    found.first = std::max(found.first, local_day(zone, updated.from) - market::kLifetime - days{2});
  const auto until = std::min({created.until, processed.until, updated.until, context.now});
  found.last = std::min(found.last, local_day(zone, std::max(until, from)) + days{1});
  found.first = std::max(found.first, context.shop.opened);
  if (const auto day = day_of_id(context, search)) {
    found.first = std::max(found.first, *day);
    found.last = std::min(found.last, *day);
  }
  return found;
}

/// Calls `visit(ref, life)` for each visible match within `range` until it returns false.
template <class Visit>
void scan(Context& context, const Search& search, const Days& range, bool upwards, Visit visit) {
  const auto look_at = [&](const OrderRef& ref) {
    const auto life = context.shops.life(context.shop, ref);
    if (!is_visible(context, life)) return true;
    Candidate candidate(context, ref, life);
    const bool found = matches(search, [&](const Term& term) { return candidate.satisfies(term); });
    return !found || visit(ref, life);
  };
  const auto length = (range.last - range.first).count() + 1;
  for (std::int64_t i = 0; i < length; ++i) {
    const Day day = upwards ? range.first + days{i} : range.last - days{i};
    const auto count = context.shops.count(context.shop, day);
    for (std::uint32_t rank = 0; rank < count; ++rank) {
      if (!look_at({day, upwards ? rank : count - 1 - rank})) return;
    }
  }
}

using Found = std::vector<std::pair<Cursor, OrderRef>>;

/// By creation, business time or id: in all three the orders lie in the same order.
Found read_by_age(Context& context, const Search& search, const Window& window, bool by_id) {
  auto range = days_of(context, search);
  if (window.low) range.first = std::max(range.first, market::order_of_id(context.shop, window.low->id).day);
  if (window.high) range.last = std::min(range.last, market::order_of_id(context.shop, window.high->id).day);
  Found found;
  scan(context, search, range, window.upwards, [&](const OrderRef& ref, const Life& life) {
    const auto id = market::order_id(context.shop, ref);
    if ((window.low && id <= window.low->id) || (window.high && id >= window.high->id)) return true;
    found.push_back({{by_id ? 0 : life.processed.time_since_epoch().count(), id, 0}, ref});
    return found.size() <= window.size;
  });
  return found;
}

/// The first `kKept` orders behind `low`, in the order of their change.
UpdatedCache::Entry read_changes(Context& context, const Search& search, Instant low) {
  UpdatedCache::Entry entry;
  entry.changed_after = low;
  entry.complete = true;
  auto& heap = entry.found;
  scan(context, search, days_of(context, search), true, [&](const OrderRef& ref, const Life& life) {
    const auto updated = life.updated(context.now);
    if (updated < low) return true;
    heap.emplace_back(updated, ref);
    std::ranges::push_heap(heap);
    if (heap.size() > kKept) {
      std::ranges::pop_heap(heap);
      heap.pop_back();
      entry.complete = false;
    }
    return true;
  });
  std::ranges::sort_heap(heap);
  return entry;
}

const UpdatedCache::Entry& cached_changes(Context& context, UpdatedCache& cache, const Search& search,
                                          const std::string& key, const Window& window) {
  const Instant low{std::chrono::microseconds(window.low ? window.low->value : 0)};
  for (const auto& entry : cache.entries) {
    if (entry.key != key || context.now - entry.made > kFresh || low < entry.changed_after) continue;
    const auto place = std::ranges::upper_bound(entry.found, low, {}, [](const auto& one) { return one.first; });
    if (entry.complete || std::cmp_greater(entry.found.end() - place, window.size)) return entry;
  }
  auto entry = read_changes(context, search, low);
  entry.key = key;
  entry.made = context.now;
  cache.entries.push_front(std::move(entry));
  if (cache.entries.size() > kEntries) cache.entries.pop_back();
  return cache.entries.front();
}

Found upwards_by_change(Context& context, UpdatedCache& cache, const Search& search, const std::string& key,
                        const Window& window) {
  Found found;
  for (const auto& [updated, ref] : cached_changes(context, cache, search, key, window).found) {
    const Cursor cursor{updated.time_since_epoch().count(), market::order_id(context.shop, ref), 0};
    if (window.low && cursor <= *window.low) continue;
    if ((window.high && cursor >= *window.high) || found.size() > window.size) break;
    found.emplace_back(cursor, ref);
  }
  return found;
}

/// The newest changes: seldom asked for, and then for the first page.
Found downwards_by_change(Context& context, const Search& search, const Window& window) {
  Found found;
  scan(context, search, days_of(context, search), true, [&](const OrderRef& ref, const Life& life) {
    const Cursor cursor{life.updated(context.now).time_since_epoch().count(), market::order_id(context.shop, ref), 0};
    if ((window.low && cursor <= *window.low) || (window.high && cursor >= *window.high)) return true;
    found.emplace_back(cursor, ref);
    std::ranges::push_heap(found, std::greater());
    if (found.size() > window.size + 1) {
      std::ranges::pop_heap(found, std::greater());
      found.pop_back();
    }
    return true;
  });
  std::ranges::sort(found, std::greater());
  return found;
}

}  // namespace

bool is_visible(const Context& context, const Life& life) {
  if (life.created > context.now) return false;
  return context.grant.allows("read_all_orders") || life.created >= context.now - kOrderWall;
}

Connection orders_page(Context& context, UpdatedCache& cache, const Call& call) {
  require(context, "read_orders", "orders");
  check_page(context, call);
  const std::string text(call.text("query"));
  const auto search = parse_search(text);
  warn_of_unknown(context, text, search);
  const auto window = read_window(call, context.bulk);
  const auto key = fmt::format("{}|{}|{}", context.shop.index, text, context.grant.allows("read_all_orders"));
  const auto sort = call.text("sortKey");
  Found found;
  if (sort != "UPDATED_AT") {
    found = read_by_age(context, search, window, sort == "ID");
  } else if (window.upwards) {
    found = upwards_by_change(context, cache, search, key, window);
  } else {
    found = downwards_by_change(context, search, window);
  }
  std::vector<std::pair<Cursor, graphql::SourcePtr>> objects;
  for (const auto& [cursor, ref] : found) {
    objects.emplace_back(cursor,
                         std::make_shared<OrderObject>(context, context.shops.order(context.shop, ref, context.now)));
  }
  return make_page(window, call, std::move(objects));
}

boost::json::object orders_count(Context& context, const Call& call) {
  require(context, "read_orders", "ordersCount");
  const auto search = parse_search(call.text("query"));
  const auto* limit = call.arguments.if_contains("limit");
  const auto most = limit == nullptr || limit->is_null() ? std::numeric_limits<std::int64_t>::max() : limit->as_int64();
  std::int64_t count = 0;
  scan(context, search, days_of(context, search), true, [&](const OrderRef&, const Life&) { return ++count <= most; });
  return {{"count", std::min(count, most)}, {"precision", count > most ? "AT_LEAST" : "EXACT"}};
}

graphql::SourcePtr find_order(const Context& context, std::uint64_t id) {
  const auto ref = market::order_of_id(context.shop, id);
  if (ref.day > local_day(context.shop.time_zone, context.now)) return nullptr;
  if (ref.rank >= context.shops.count(context.shop, ref.day)) return nullptr;
  if (!is_visible(context, context.shops.life(context.shop, ref))) return nullptr;
  return std::make_shared<OrderObject>(context, context.shops.order(context.shop, ref, context.now));
}

}  // namespace omnify::sandbox::shopify
