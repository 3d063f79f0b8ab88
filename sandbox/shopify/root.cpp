#include "shopify/root.h"

#include <fmt/format.h>

#include <algorithm>

#include "shopify/objects.h"

namespace omnify::sandbox::shopify {
namespace {

using boost::json::array;
using boost::json::object;
using graphql::Call;
using graphql::Record;
using graphql::Result;
using graphql::SourcePtr;

SourcePtr installation(const Context& context) {
  array scopes;
  for (const auto& scope : context.grant.scopes) {
    scopes.push_back(object{{"handle", scope}, {"description", "Read " + scope.substr(5)}});
  }
  return std::make_shared<Record>(
      "AppInstallation", object{{"id", gid("AppInstallation", context.shop.id)}, {"accessScopes", std::move(scopes)}});
}

class QueryRoot final : public graphql::Tabled<QueryRoot> {
 public:
  static constexpr std::string_view kType = "QueryRoot";
  static const graphql::Fields<QueryRoot>& fields();
  QueryRoot(Context& given, const Services& offered) : context(given), services(offered) {}

  Context& context;
  Services services;
};

Result nodes(const QueryRoot& o, const Call& call) {
  std::vector<SourcePtr> found;
  for (const auto& id : call.arguments.at("ids").as_array()) {
    found.push_back(find_object(o.context, id.as_string()));
  }
  return found;
}

Result current_operation(const QueryRoot& o, const Call&) {
  const auto all = o.services.bulk == nullptr ? std::vector<SourcePtr>() : o.services.bulk->list(o.context);
  return all.empty() ? SourcePtr() : all.back();
}

Result operation(const QueryRoot& o, const Call& call) {
  return o.services.bulk == nullptr ? SourcePtr() : o.services.bulk->find(o.context, call.text("id"));
}

Result operations(const QueryRoot& o, const Call& call) {
  check_page(o.context, call);
  return graphql::page_of(o.services.bulk == nullptr ? std::vector<SourcePtr>() : o.services.bulk->list(o.context),
                          call);
}

Result subscription(const QueryRoot& o, const Call& call) {
  return o.services.webhooks == nullptr ? SourcePtr() : o.services.webhooks->find(o.context, call.text("id"));
}

Result subscriptions(const QueryRoot& o, const Call& call) {
  check_page(o.context, call);
  const auto* webhooks = o.services.webhooks;
  return graphql::page_of(webhooks == nullptr ? std::vector<SourcePtr>() : webhooks->list(o.context, call), call);
}

/// `type`: what the id must be of.
SourcePtr typed(const QueryRoot& o, const Call& call, std::string_view type) {
  if (type_of(call.text("id")) == type) return find_object(o.context, call.text("id"));
  throw graphql::Failure(fmt::format("Invalid id: {}", call.text("id")), "RESOURCE_NOT_FOUND");
}

const graphql::Fields<QueryRoot>& QueryRoot::fields() {
  using Root = QueryRoot;
  static const graphql::Fields<QueryRoot> kFields{
      {"shop", [](const Root& o, const Call&) -> Result { return shop_object(o.context); }},
      {"orders",
       [](const Root& o, const Call& call) -> Result { return orders_page(o.context, o.services.updated, call); }},
      {"ordersCount", [](const Root& o, const Call& call) -> Result { return orders_count(o.context, call); }},
      {"order",
       [](const Root& o, const Call& call) -> Result {
         require(o.context, "read_orders", "order");
         return typed(o, call, "Order");
       }},
      {"customers", [](const Root& o, const Call& call) -> Result { return customers_page(o.context, call); }},
      {"customersCount", [](const Root& o, const Call& call) -> Result { return customers_count(o.context, call); }},
      {"customer",
       [](const Root& o, const Call& call) -> Result {
         require(o.context, "read_customers", "customer");
         return typed(o, call, "Customer");
       }},
      {"products", [](const Root& o, const Call& call) -> Result { return products_page(o.context, call); }},
      {"productsCount",
       [](const Root& o, const Call&) -> Result {
         require(o.context, "read_products", "productsCount");
         return object{{"count", o.context.shop.products.size()}, {"precision", "EXACT"}};
       }},
      {"product",
       [](const Root& o, const Call& call) -> Result {
         require(o.context, "read_products", "product");
         return typed(o, call, "Product");
       }},
      {"productVariants", [](const Root& o, const Call& call) -> Result { return variants_page(o.context, call); }},
      {"productVariant",
       [](const Root& o, const Call& call) -> Result {
         require(o.context, "read_products", "productVariant");
         return typed(o, call, "ProductVariant");
       }},
      {"node", [](const Root& o, const Call& call) -> Result { return find_object(o.context, call.text("id")); }},
      {"nodes", nodes},
      {"currentAppInstallation", [](const Root& o, const Call&) -> Result { return installation(o.context); }},
      {"webhookSubscription", subscription},
      {"webhookSubscriptions", subscriptions},
      {"bulkOperation", operation},
      {"bulkOperations", operations},
      {"currentBulkOperation", current_operation},
  };
  return kFields;
}

class MutationRoot final : public graphql::Tabled<MutationRoot> {
 public:
  static constexpr std::string_view kType = "Mutation";
  static const graphql::Fields<MutationRoot>& fields();
  MutationRoot(Context& given, const Services& offered) : context(given), services(offered) {}

  Context& context;
  Services services;
};

const graphql::Fields<MutationRoot>& MutationRoot::fields() {
  using Root = MutationRoot;
  static const graphql::Fields<MutationRoot> kFields{
      {"bulkOperationRunQuery",
       [](const Root& o, const Call& call) -> Result {
         return o.services.bulk->run(o.context, std::string(call.text("query")), o.services.bulk_fails());
       }},
      {"bulkOperationCancel",
       [](const Root& o, const Call& call) -> Result { return o.services.bulk->cancel(o.context, call.text("id")); }},
      {"webhookSubscriptionCreate",
       [](const Root& o, const Call& call) -> Result { return o.services.webhooks->create(o.context, call); }},
      {"webhookSubscriptionDelete",
       [](const Root& o, const Call& call) -> Result {
         return o.services.webhooks->remove(o.context, call.text("id"));
       }},
  };
  return kFields;
}

}  // namespace

SourcePtr query_root(Context& context, const Services& services) {
  return std::make_shared<QueryRoot>(context, services);
}

SourcePtr mutation_root(Context& context, const Services& services) {
  return std::make_shared<MutationRoot>(context, services);
}

SourcePtr find_object(const Context& context, std::string_view id) {
  const auto type = type_of(id);
  const auto number = id_of(id, type).value_or(0);
  if (type == "Order" && context.grant.allows("read_orders")) return find_order(context, number);
  if (type == "Customer" && context.grant.allows("read_customers")) return find_customer(context, number);
  if (type == "Shop") return number == context.shop.id ? shop_object(context) : nullptr;
  if (!context.grant.allows("read_products")) return nullptr;
  for (std::uint32_t i = 0; type == "Product" && i < context.shop.products.size(); ++i) {
    if (product_id(context.shop, i) == number) return std::make_shared<ProductObject>(context, i);
  }
  for (std::uint32_t i = 0; type == "ProductVariant" && i < context.shop.variants.size(); ++i) {
    if (variant_id(context.shop, i) == number) return std::make_shared<VariantObject>(context, i);
  }
  return nullptr;
}

SourcePtr shop_object(const Context& context) {
  const auto& shop = context.shop;
  const auto offset =
      std::chrono::duration_cast<std::chrono::minutes>(market::utc_offset(shop.time_zone, context.now)).count();
  const auto url = "https://" + shop.domain;
  const auto opened = time_value(market::day_begins(shop.time_zone, shop.opened));
  return std::make_shared<Record>(
      "Shop", object{{"id", gid("Shop", shop.id)},
                     {"name", shop.name},
                     {"myshopifyDomain", shop.domain},
                     {"primaryDomain", object{{"id", gid("Domain", shop.id)}, {"host", shop.domain}, {"url", url}}},
                     {"url", url},
                     {"currencyCode", shop.currency.text()},
                     {"enabledPresentmentCurrencies", array{shop.currency.text(), shop.foreign_currency.text()}},
                     {"ianaTimezone", shop.time_zone},
                     {"timezoneAbbreviation", market::zone_abbreviation(shop.time_zone, context.now)},
                     {"timezoneOffset", fmt::format("{}{:02}{:02}", offset < 0 ? '-' : '+', std::abs(offset) / 60,
                                                    std::abs(offset) % 60)},
                     {"timezoneOffsetMinutes", offset},
                     {"taxesIncluded", shop.taxes_included},
                     {"taxShipping", false},
                     {"weightUnit", shop.country == "US" ? "POUNDS" : "KILOGRAMS"},
                     {"unitSystem", shop.country == "US" ? "IMPERIAL_SYSTEM" : "METRIC_SYSTEM"},
                     {"email", "owner@example.com"},
                     {"contactEmail", "hello@example.com"},
                     {"createdAt", opened},
                     {"updatedAt", opened},
                     {"plan", object{{"displayName", "Basic"},
                                     {"publicDisplayName", "Basic"},
                                     {"partnerDevelopment", false},
                                     {"shopifyPlus", false}}}});
}

}  // namespace omnify::sandbox::shopify
