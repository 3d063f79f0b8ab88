// The objects of the API: orders, customers, products. Each keeps what it shows and refers to the request's context.
#pragma once

#include "shopify/context.h"
#include "shopify/order_money.h"

namespace omnify::sandbox::shopify {

class OrderObject final : public graphql::Tabled<OrderObject> {
 public:
  static constexpr std::string_view kType = "Order";
  static const graphql::Fields<OrderObject>& fields();
  OrderObject(const Context& given, market::Order shown)
      : context(given), order(std::move(shown)), purchase(at_purchase(order)), current(after_returns(order)) {}

  const Context& context;
  market::Order order;
  OrderMoney purchase;
  OrderMoney current;
};

class CustomerObject final : public graphql::Tabled<CustomerObject> {
 public:
  static constexpr std::string_view kType = "Customer";
  static const graphql::Fields<CustomerObject>& fields();
  CustomerObject(const Context& given, const market::CustomerRef& shown);

  const Context& context;
  market::CustomerRef customer;
  market::Person person;
  std::vector<market::OrderRef> orders;  ///< oldest first; empty: there is no such customer
};

class ProductObject final : public graphql::Tabled<ProductObject> {
 public:
  static constexpr std::string_view kType = "Product";
  static const graphql::Fields<ProductObject>& fields();
  ProductObject(const Context& given, std::uint32_t shown)
      : context(given), product(given.shop.products[shown]), index(shown) {}

  const Context& context;
  const market::Product& product;
  std::uint32_t index;
};

class VariantObject final : public graphql::Tabled<VariantObject> {
 public:
  static constexpr std::string_view kType = "ProductVariant";
  static const graphql::Fields<VariantObject>& fields();
  VariantObject(const Context& given, std::uint32_t shown)
      : context(given), variant(given.shop.variants[shown]), index(shown) {}

  const Context& context;
  const market::Variant& variant;
  std::uint32_t index;
};

class LineObject final : public graphql::Tabled<LineObject> {
 public:
  static constexpr std::string_view kType = "LineItem";
  static const graphql::Fields<LineObject>& fields();
  LineObject(const Context& given, const market::Order& order, std::size_t index);

  const Context& context;
  market::Order order;
  std::size_t index;
  market::Line line;
  std::int64_t returned;
};

/// Any object by its id; null when there is none, or it is not to be seen.
[[nodiscard]] graphql::SourcePtr find_object(const Context& context, std::string_view id);
[[nodiscard]] graphql::SourcePtr find_order(const Context& context, std::uint64_t id);
[[nodiscard]] graphql::SourcePtr find_customer(const Context& context, std::uint64_t id);
[[nodiscard]] graphql::SourcePtr shop_object(const Context& context);
[[nodiscard]] std::uint64_t product_id(const market::Shop& shop, std::uint32_t index) noexcept;
[[nodiscard]] std::uint64_t variant_id(const market::Shop& shop, std::uint32_t index) noexcept;

/// Parts of an order that stand in files of their own.
[[nodiscard]] boost::json::value journey_of(const market::Order& order);
[[nodiscard]] std::vector<graphql::SourcePtr> refunds_of(const Context& context, const market::Order& order);
[[nodiscard]] std::vector<graphql::SourcePtr> transactions_of(const market::Order& order);
[[nodiscard]] boost::json::array tax_lines(const market::Order& order, std::int64_t tax);
[[nodiscard]] boost::json::object discount_application(const market::Order& order);

}  // namespace omnify::sandbox::shopify
