// Products, their variants, and the lines of orders.
#include <fmt/format.h>

#include "shopify/objects.h"

namespace omnify::sandbox::shopify {
namespace {

using boost::json::object;
using graphql::Call;
using graphql::Record;
using graphql::Result;
using graphql::SourcePtr;

constexpr std::uint64_t kIdsPerShop = 1000;

Instant created_at(const market::Shop& shop, const market::Product& product) {
  return market::day_begins(shop.time_zone, product.created) + std::chrono::hours(9);
}

std::int64_t stock_of(const market::Variant& variant) { return 20 + variant.price % 97; }

std::int64_t extreme_price(const ProductObject& o, bool highest) {
  const auto& variants = o.context.shop.variants;
  auto found = variants[o.product.first_variant].price;
  for (auto i = o.product.first_variant; i < o.product.first_variant + o.product.variant_count; ++i) {
    found = highest ? std::max(found, variants[i].price) : std::min(found, variants[i].price);
  }
  return found;
}

Result variants_of(const ProductObject& o, const Call& call) {
  check_page(o.context, call);
  std::vector<SourcePtr> variants;
  for (auto i = o.product.first_variant; i < o.product.first_variant + o.product.variant_count; ++i) {
    variants.push_back(std::make_shared<VariantObject>(o.context, i));
  }
  return graphql::page_of(variants, call);
}

std::int64_t inventory_of(const ProductObject& o) {
  std::int64_t sum = 0;
  for (auto i = o.product.first_variant; i < o.product.first_variant + o.product.variant_count; ++i) {
    sum += stock_of(o.context.shop.variants[i]);
  }
  return sum;
}

boost::json::value unit_cost(const Context& context, const market::Variant& variant) {
  const bool allowed = context.grant.allows("read_inventory") || context.grant.allows("read_products");
  if (!allowed || variant.unit_cost == 0) return nullptr;
  return money(variant.unit_cost, context.shop);
}

SourcePtr inventory_item(const VariantObject& o) {
  const auto& product = o.context.shop.products[o.variant.product];
  const auto created = time_value(created_at(o.context.shop, product));
  const auto id = variant_id(o.context.shop, o.index);
  std::map<std::string, SourcePtr, std::less<>> links;
  links["variant"] = std::make_shared<VariantObject>(o.context, o.index);
  return std::make_shared<Record>("InventoryItem",
                                  object{{"id", gid("InventoryItem", id)},
                                         {"legacyResourceId", std::to_string(id)},
                                         {"sku", o.variant.sku},
                                         {"tracked", !product.gift_card},
                                         {"requiresShipping", !product.gift_card},
                                         {"unitCost", unit_cost(o.context, o.variant)},
                                         {"createdAt", created},
                                         {"updatedAt", created}},
                                  std::move(links));
}

object discount_allocation(const LineObject& o) {
  return {{"allocatedAmountSet", money_bag(o.line.discount, o.order)},
          {"discountApplication", discount_application(o.order)}};
}

template <auto Amount>
Result bag(const LineObject& o, const Call&) {
  return money_bag(Amount(o), o.order);
}

std::int64_t before_tax(const LineObject& o) {
  const auto left = o.line.quantity - o.returned;
  const auto net = o.line.discounted() - (o.context.shop.taxes_included ? o.line.tax : 0);
  return net * left / o.line.quantity;
}

const market::Variant& variant_of(const LineObject& o) { return o.context.shop.variants[o.line.variant]; }
const market::Product& product_of(const LineObject& o) { return o.context.shop.products[variant_of(o).product]; }

}  // namespace

std::uint64_t product_id(const market::Shop& shop, std::uint32_t index) noexcept {
  return shop.id * kIdsPerShop + index + 1;
}
std::uint64_t variant_id(const market::Shop& shop, std::uint32_t index) noexcept {
  return shop.id * kIdsPerShop * 5 + index + 1;
}

const graphql::Fields<ProductObject>& ProductObject::fields() {
  using Object = ProductObject;
  static const graphql::Fields<ProductObject> kFields{
      {"id",
       [](const Object& o, const Call&) -> Result { return gid("Product", product_id(o.context.shop, o.index)); }},
      {"legacyResourceId",
       [](const Object& o, const Call&) -> Result { return std::to_string(product_id(o.context.shop, o.index)); }},
      {"title", [](const Object& o, const Call&) -> Result { return o.product.title; }},
      {"handle", [](const Object& o, const Call&) -> Result { return o.product.handle; }},
      {"status", [](const Object&, const Call&) -> Result { return "ACTIVE"; }},
      {"vendor", [](const Object& o, const Call&) -> Result { return o.context.shop.name; }},
      {"productType", [](const Object& o, const Call&) -> Result { return o.product.type; }},
      {"tags", [](const Object&, const Call&) -> Result { return boost::json::array{}; }},
      {"totalInventory", [](const Object& o, const Call&) -> Result { return inventory_of(o); }},
      {"priceRangeV2",
       [](const Object& o, const Call&) -> Result {
         return object{{"minVariantPrice", money(extreme_price(o, false), o.context.shop)},
                       {"maxVariantPrice", money(extreme_price(o, true), o.context.shop)}};
       }},
      {"variants", variants_of},
      {"variantsCount",
       [](const Object& o, const Call&) -> Result {
         return object{{"count", o.product.variant_count}, {"precision", "EXACT"}};
       }},
      {"isGiftCard", [](const Object& o, const Call&) -> Result { return o.product.gift_card; }},
      {"hasOnlyDefaultVariant", [](const Object& o, const Call&) -> Result { return o.product.variant_count == 1; }},
      {"onlineStoreUrl",
       [](const Object& o, const Call&) -> Result {
         return fmt::format("https://{}/products/{}", o.context.shop.domain, o.product.handle);
       }},
      {"createdAt",
       [](const Object& o, const Call&) -> Result { return time_value(created_at(o.context.shop, o.product)); }},
      {"updatedAt",
       [](const Object& o, const Call&) -> Result { return time_value(created_at(o.context.shop, o.product)); }},
      {"publishedAt",
       [](const Object& o, const Call&) -> Result { return time_value(created_at(o.context.shop, o.product)); }},
  };
  return kFields;
}

const graphql::Fields<VariantObject>& VariantObject::fields() {
  using Object = VariantObject;
  static const graphql::Fields<VariantObject> kFields{
      {"id",
       [](const Object& o, const Call&) -> Result {
         return gid("ProductVariant", variant_id(o.context.shop, o.index));
       }},
      {"legacyResourceId",
       [](const Object& o, const Call&) -> Result { return std::to_string(variant_id(o.context.shop, o.index)); }},
      {"title", [](const Object& o, const Call&) -> Result { return o.variant.title; }},
      {"displayName",
       [](const Object& o, const Call&) -> Result {
         return o.context.shop.products[o.variant.product].title + " - " + o.variant.title;
       }},
      {"sku", [](const Object& o, const Call&) -> Result { return o.variant.sku; }},
      {"barcode", [](const Object&, const Call&) -> Result { return nullptr; }},
      {"price",
       [](const Object& o, const Call&) -> Result { return amount_text(o.variant.price, o.context.shop.minor_units); }},
      {"compareAtPrice", [](const Object&, const Call&) -> Result { return nullptr; }},
      {"position",
       [](const Object& o, const Call&) -> Result {
         return o.index - o.context.shop.products[o.variant.product].first_variant + 1;
       }},
      {"inventoryItem", [](const Object& o, const Call&) -> Result { return inventory_item(o); }},
      {"inventoryQuantity", [](const Object& o, const Call&) -> Result { return stock_of(o.variant); }},
      {"product",
       [](const Object& o, const Call&) -> Result {
         return std::make_shared<ProductObject>(o.context, o.variant.product);
       }},
      {"taxable",
       [](const Object& o, const Call&) -> Result { return !o.context.shop.products[o.variant.product].gift_card; }},
      {"availableForSale", [](const Object&, const Call&) -> Result { return true; }},
      {"createdAt",
       [](const Object& o, const Call&) -> Result {
         return time_value(created_at(o.context.shop, o.context.shop.products[o.variant.product]));
       }},
      {"updatedAt",
       [](const Object& o, const Call&) -> Result {
         return time_value(created_at(o.context.shop, o.context.shop.products[o.variant.product]));
       }},
  };
  return kFields;
}

LineObject::LineObject(const Context& given, const market::Order& from, std::size_t place)
    : context(given), order(from), index(place), line(order.lines[place]), returned(returned_quantity(order, place)) {}

const graphql::Fields<LineObject>& LineObject::fields() {
  using Object = LineObject;
  static const graphql::Fields<LineObject> kFields{
      {"id", [](const Object& o, const Call&) -> Result { return gid("LineItem", o.line.id); }},
      {"title", [](const Object& o, const Call&) -> Result { return product_of(o).title; }},
      {"name",
       [](const Object& o, const Call&) -> Result {
         if (product_of(o).variant_count == 1) return product_of(o).title;
         return product_of(o).title + " - " + variant_of(o).title;
       }},
      {"sku", [](const Object& o, const Call&) -> Result { return variant_of(o).sku; }},
      {"vendor", [](const Object& o, const Call&) -> Result { return o.context.shop.name; }},
      {"quantity", [](const Object& o, const Call&) -> Result { return o.line.quantity; }},
      {"currentQuantity", [](const Object& o, const Call&) -> Result { return o.line.quantity - o.returned; }},
      {"refundableQuantity", [](const Object& o, const Call&) -> Result { return o.line.quantity - o.returned; }},
      {"isGiftCard", [](const Object& o, const Call&) -> Result { return o.line.gift_card; }},
      {"taxable", [](const Object& o, const Call&) -> Result { return !o.line.gift_card; }},
      {"requiresShipping", [](const Object& o, const Call&) -> Result { return !o.line.gift_card; }},
      {"variantTitle",
       [](const Object& o, const Call&) -> Result {
         return product_of(o).variant_count == 1 ? boost::json::value() : boost::json::value(variant_of(o).title);
       }},
      {"product",
       [](const Object& o, const Call&) -> Result {
         return std::make_shared<ProductObject>(o.context, variant_of(o).product);
       }},
      {"variant",
       [](const Object& o, const Call&) -> Result {
         return std::make_shared<VariantObject>(o.context, o.line.variant);
       }},
      {"originalUnitPriceSet", bag<[](const Object& o) { return o.line.unit_price; }>},
      {"originalTotalSet", bag<[](const Object& o) { return o.line.original(); }>},
      // Codes are discounts of the whole order: only the fields that say so hold them.
      {"discountedUnitPriceSet", bag<[](const Object& o) { return o.line.unit_price; }>},
      {"discountedTotalSet",
       [](const Object& o, const Call& call) -> Result {
         return money_bag(call.flag("withCodeDiscounts") ? o.line.discounted() : o.line.original(), o.order);
       }},
      {"discountedUnitPriceAfterAllDiscountsSet",
       bag<[](const Object& o) { return o.line.discounted() / o.line.quantity; }>},
      {"priceAfterAllDiscountsBeforeTaxesSet", bag<before_tax>},
      {"totalDiscountSet", bag<[](const Object&) { return std::int64_t{0}; }>},
      {"discountAllocations",
       [](const Object& o, const Call&) -> Result {
         if (o.line.discount == 0) return boost::json::array{};
         return boost::json::array{discount_allocation(o)};
       }},
      {"taxLines",
       [](const Object& o, const Call&) -> Result {
         if (o.line.gift_card) return boost::json::array{};
         return tax_lines(o.order, o.line.tax);
       }},
  };
  return kFields;
}

}  // namespace omnify::sandbox::shopify
