// Pages of customers, products and variants.
#include <fmt/format.h>

#include <algorithm>

#include "shopify/cursor.h"
#include "shopify/objects.h"
#include "shopify/pages.h"
#include "shopify/search.h"

namespace omnify::sandbox::shopify {
namespace {

using graphql::Call;
using graphql::Connection;
using graphql::SourcePtr;
using std::chrono::days;

/// First orders of a day in the order of their customers' ids.
std::vector<market::CustomerRef> new_customers(const Context& context, Day day) {
  std::vector<market::CustomerRef> found;
  const auto& plan = context.shops.demand().plan(context.shop, day);
  for (std::uint32_t position = 0; position < plan.total; ++position) {
    const auto origin = plan.origin(position);
    if (origin.kind == market::Origin::Kind::returning) continue;
    const market::CustomerRef customer{day, origin.source};
    if (!market::is_guest(context.shops.seed(), context.shop, customer)) found.push_back(customer);
  }
  std::ranges::sort(found, {}, &market::CustomerRef::source);
  return found;
}

class Customer {
 public:
  Customer(const Context& context, const market::CustomerRef& ref) : context_(context), ref_(ref) {}

  [[nodiscard]] bool satisfies(const Term& term) const {
    if (term.field == "id") {
      return compare_number(term, static_cast<std::int64_t>(market::customer_id(context_.shop, ref_)));
    }
    if (term.field == "email") {
      return term.value == market::person_of(context_.shops.seed(), context_.shop, ref_).email;
    }
    if (term.field == "customer_date" || term.field == "created_at") {
      return compare_time(term, created(), context_.now);
    }
    return true;
  }
  /// By now.
  [[nodiscard]] bool exists() const { return created() <= context_.now; }

 private:
  [[nodiscard]] Instant created() const {
    const auto& plan = context_.shops.demand().plan(context_.shop, ref_.first);
    const auto rank = plan.rank_of(plan.position_of_source(ref_.source).value_or(0));
    return context_.shops.life(context_.shop, {ref_.first, rank}).created;
  }

  const Context& context_;
  market::CustomerRef ref_;
};

template <class Visit>
void scan_customers(Context& context, const Search& search, const Window& window, Visit visit) {
  const auto& shop = context.shop;
  Day first = shop.opened;
  Day last = local_day(shop.time_zone, context.now);
  if (window.low) first = std::max(first, market::customer_of_id(shop, window.low->id).first);
  if (window.high) last = std::min(last, market::customer_of_id(shop, window.high->id).first);
  for (std::int64_t i = 0; i <= (last - first).count(); ++i) {
    auto customers = new_customers(context, window.upwards ? first + days{i} : last - days{i});
    if (!window.upwards) std::ranges::reverse(customers);
    for (const auto& ref : customers) {
      const Customer customer(context, ref);
      const auto test = [&](const Term& term) { return customer.satisfies(term); };
      if (customer.exists() && matches(search, test) && !visit(ref)) return;
    }
  }
}

bool product_matches(const Context& context, const Term& term, const market::Product& product, std::uint64_t id) {
  if (term.field == "id") return compare_number(term, static_cast<std::int64_t>(id));
  if (term.field == "title") return product.title == term.value;
  if (term.field == "handle") return product.handle == term.value;
  if (term.field == "product_type") return product.type == term.value;
  if (term.field == "status") return term.value == "active" || term.value == "ACTIVE";
  if (term.field == "created_at" || term.field == "updated_at") {
    return compare_time(term, market::day_begins(context.shop.time_zone, product.created) + std::chrono::hours(9),
                        context.now);
  }
  return true;
}

}  // namespace

Connection customers_page(Context& context, const Call& call) {
  require(context, "read_customers", "customers");
  check_page(context, call);
  const auto search = parse_search(call.text("query"));
  const auto window = read_window(call, context.bulk);
  std::vector<std::pair<Cursor, SourcePtr>> found;
  scan_customers(context, search, window, [&](const market::CustomerRef& ref) {
    const auto id = market::customer_id(context.shop, ref);
    if ((window.low && id <= window.low->id) || (window.high && id >= window.high->id)) return true;
    found.emplace_back(Cursor{0, id, 0}, std::make_shared<CustomerObject>(context, ref));
    return found.size() <= window.size;
  });
  return make_page(window, call, std::move(found));
}

boost::json::object customers_count(Context& context, const Call& call) {
  require(context, "read_customers", "customersCount");
  const auto limit = call.integer("limit").value_or(std::numeric_limits<std::int64_t>::max());
  std::int64_t count = 0;
  scan_customers(context, parse_search(call.text("query")), Window{},
                 [&](const market::CustomerRef&) { return ++count <= limit; });
  return {{"count", std::min(count, limit)}, {"precision", count > limit ? "AT_LEAST" : "EXACT"}};
}

Connection products_page(Context& context, const Call& call) {
  require(context, "read_products", "products");
  check_page(context, call);
  const auto search = parse_search(call.text("query"));
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < context.shop.products.size(); ++i) {
    const auto test = [&](const Term& term) {
      return product_matches(context, term, context.shop.products[i], product_id(context.shop, i));
    };
    const auto day = local_day(context.shop.time_zone, context.now);
    if (context.shop.products[i].created <= day && matches(search, test)) found.push_back(i);
  }
  const auto sort = call.text("sortKey");
  const auto& products = context.shop.products;
  if (sort == "TITLE") std::ranges::sort(found, {}, [&](std::uint32_t i) { return std::pair(products[i].title, i); });
  if (sort == "CREATED_AT" || sort == "UPDATED_AT") {
    std::ranges::sort(found, {}, [&](std::uint32_t i) { return std::pair(products[i].created, i); });
  }
  std::vector<SourcePtr> all;
  for (const auto i : found) all.push_back(std::make_shared<ProductObject>(context, i));
  return graphql::page_of(all, call);
}

Connection variants_page(Context& context, const Call& call) {
  require(context, "read_products", "productVariants");
  check_page(context, call);
  const auto search = parse_search(call.text("query"));
  std::vector<SourcePtr> all;
  for (std::uint32_t i = 0; i < context.shop.variants.size(); ++i) {
    const auto& variant = context.shop.variants[i];
    const auto test = [&](const Term& term) {
      if (term.field == "sku") return term.value == variant.sku;
      if (term.field == "product_id") return term.value == std::to_string(product_id(context.shop, variant.product));
      return true;
    };
    const auto day = local_day(context.shop.time_zone, context.now);
    const bool exists = context.shop.products[variant.product].created <= day;
    if (exists && matches(search, test)) all.push_back(std::make_shared<VariantObject>(context, i));
  }
  return graphql::page_of(all, call);
}

}  // namespace omnify::sandbox::shopify
