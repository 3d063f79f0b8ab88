#include <fmt/format.h>

#include "shopify/objects.h"

namespace omnify::sandbox::shopify {
namespace {

using graphql::Call;
using graphql::Record;
using graphql::Result;
using graphql::SourcePtr;
using Order = OrderObject;

/// A field that is an amount: `Amount` reads it from the object.
template <auto Amount>
Result bag(const Order& object, const Call&) {
  return money_bag(Amount(object), object.order);
}

constexpr auto kRefundedShipping = [](const Order& o) {
  std::int64_t sum = 0;
  for (const auto& refund : o.order.refunds) sum += refund.shipping;
  return sum;
};
constexpr auto kDiscrepancy = [](const Order& o) {
  std::int64_t sum = 0;
  for (const auto& refund : o.order.refunds) sum += refund.discrepancy;
  return sum;
};
constexpr auto kReceived = [](const Order& o) { return is_paid(o.order) ? o.purchase.total : std::int64_t{0}; };
constexpr auto kNetPayment = [](const Order& o) { return kReceived(o) - o.order.refunded(); };

std::int64_t quantity_of(const Order& o, bool current) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < o.order.lines.size(); ++i) {
    sum += o.order.lines[i].quantity - (current ? returned_quantity(o.order, i) : 0);
  }
  return sum;
}

/// Guests leave an address, too.
std::string email_of(const Order& o) {
  if (!o.order.customer) return fmt::format("guest.{:x}@example.com", o.order.id);
  return market::person_of(o.context.shops.seed(), o.context.shop, *o.order.customer).email;
}

SourcePtr shipping_line(const Order& o) {
  if (o.order.life.point_of_sale) return nullptr;
  const auto id = gid("ShippingLine", o.order.id);
  return std::make_shared<Record>(
      "ShippingLine", boost::json::object{{"id", id},
                                          {"code", "standard"},
                                          {"title", o.order.shipping == 0 ? "Free shipping" : "Standard"},
                                          {"source", "shopify"},
                                          {"custom", false},
                                          {"isRemoved", false},
                                          {"originalPriceSet", money_bag(o.order.shipping, o.order)},
                                          {"discountedPriceSet", money_bag(o.order.shipping, o.order)},
                                          {"currentDiscountedPriceSet", money_bag(o.current.shipping, o.order)},
                                          {"taxLines", boost::json::array{}}});
}

Result customer_of(const Order& o, const Call&) {
  if (!o.order.customer) return SourcePtr();
  require(o.context, "read_customers", "customer");
  return SourcePtr(std::make_shared<CustomerObject>(o.context, *o.order.customer));
}

Result lines_of(const Order& o, const Call& call) {
  check_page(o.context, call);
  std::vector<SourcePtr> lines;
  for (std::size_t i = 0; i < o.order.lines.size(); ++i) {
    lines.push_back(std::make_shared<LineObject>(o.context, o.order, i));
  }
  return graphql::page_of(lines, call);
}

Result shipping_lines(const Order& o, const Call& call) {
  check_page(o.context, call);
  std::vector<SourcePtr> lines;
  if (auto line = shipping_line(o)) lines.push_back(std::move(line));
  return graphql::page_of(lines, call);
}

Result discount_applications(const Order& o, const Call& call) {
  check_page(o.context, call);
  std::vector<SourcePtr> all;
  if (!o.order.discount.code.empty()) {
    all.push_back(std::make_shared<Record>("DiscountCodeApplication", discount_application(o.order)));
  }
  return graphql::page_of(all, call);
}

boost::json::array codes_of(const Order& o) {
  boost::json::array codes;
  if (!o.order.discount.code.empty()) codes.push_back(boost::json::value(o.order.discount.code));
  return codes;
}

template <class List>
Result shortened(List list, const Call& call) {
  const auto first = call.integer("first");
  if (first && std::cmp_less(*first, list.size()))
    list.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, *first)));
  return list;
}

const char* cancel_reason(const Order& o) {
  static constexpr std::array<const char*, 4> kReasons{"CUSTOMER", "CUSTOMER", "INVENTORY", "FRAUD"};
  return kReasons[o.order.key % kReasons.size()];
}

bool is_closed(const Order& o) { return o.order.has_happened(o.order.life.fulfilled); }
const Currency& buyers_currency(const Order& o) {
  return o.order.foreign ? o.context.shop.foreign_currency : o.context.shop.currency;
}

bool has_returns(const Order& o) {
  for (const auto& refund : o.order.refunds) {
    for (const auto& line : refund.lines) {
      if (line.restock == market::Restock::returned) return true;
    }
  }
  return false;
}

}  // namespace

const graphql::Fields<OrderObject>& OrderObject::fields() {
  static const graphql::Fields<OrderObject> kFields{
      {"id", [](const Order& o, const Call&) -> Result { return gid("Order", o.order.id); }},
      {"legacyResourceId", [](const Order& o, const Call&) -> Result { return std::to_string(o.order.id); }},
      {"name", [](const Order& o, const Call&) -> Result { return fmt::format("#{}", o.order.number); }},
      {"number", [](const Order& o, const Call&) -> Result { return o.order.number; }},
      {"confirmationNumber",
       [](const Order& o, const Call&) -> Result { return fmt::format("{:09X}", o.order.key >> 28U); }},
      {"createdAt", [](const Order& o, const Call&) -> Result { return time_value(o.order.life.created); }},
      {"processedAt", [](const Order& o, const Call&) -> Result { return time_value(o.order.life.processed); }},
      {"updatedAt",
       [](const Order& o, const Call&) -> Result { return time_value(o.order.life.updated(o.context.now)); }},
      {"cancelledAt",
       [](const Order& o, const Call&) -> Result { return time_value(o.order.life.cancelled, o.context.now); }},
      {"cancelReason",
       [](const Order& o, const Call&) -> Result {
         return o.order.has_happened(o.order.life.cancelled) ? boost::json::value(cancel_reason(o)) : nullptr;
       }},
      {"closed", [](const Order& o, const Call&) -> Result { return boost::json::value(is_closed(o)); }},
      {"closedAt",
       [](const Order& o, const Call&) -> Result { return time_value(o.order.life.fulfilled, o.context.now); }},
      {"test", [](const Order& o, const Call&) -> Result { return boost::json::value(o.order.life.test); }},
      {"confirmed", [](const Order&, const Call&) -> Result { return boost::json::value(true); }},
      {"edited",
       [](const Order& o, const Call&) -> Result {
         return boost::json::value(o.order.has_happened(o.order.life.edited));
       }},
      {"currencyCode",
       [](const Order& o, const Call&) -> Result { return boost::json::value(o.context.shop.currency.text()); }},
      {"presentmentCurrencyCode",
       [](const Order& o, const Call&) -> Result { return boost::json::value(buyers_currency(o).text()); }},
      {"taxesIncluded",
       [](const Order& o, const Call&) -> Result { return boost::json::value(o.context.shop.taxes_included); }},
      {"originalTotalPriceSet", bag<[](const Order& o) { return original_total(o.order); }>},
      {"totalPriceSet", bag<[](const Order& o) { return o.purchase.total; }>},
      {"currentTotalPriceSet", bag<[](const Order& o) { return o.current.total; }>},
      {"subtotalPriceSet", bag<[](const Order& o) { return o.purchase.items; }>},
      {"currentSubtotalPriceSet", bag<[](const Order& o) { return o.current.items; }>},
      {"totalDiscountsSet", bag<[](const Order& o) { return o.purchase.discounts; }>},
      {"currentTotalDiscountsSet", bag<[](const Order& o) { return o.current.discounts; }>},
      {"totalTaxSet", bag<[](const Order& o) { return o.purchase.tax; }>},
      {"currentTotalTaxSet", bag<[](const Order& o) { return o.current.tax; }>},
      {"totalShippingPriceSet", bag<[](const Order& o) { return o.purchase.shipping; }>},
      {"currentShippingPriceSet", bag<[](const Order& o) { return o.current.shipping; }>},
      {"totalTipReceivedSet", bag<[](const Order&) { return std::int64_t{0}; }>},
      {"totalRefundedSet", bag<[](const Order& o) { return o.order.refunded(); }>},
      {"totalRefundedShippingSet", bag<kRefundedShipping>},
      {"refundDiscrepancySet", bag<kDiscrepancy>},
      {"totalReceivedSet", bag<kReceived>},
      {"netPaymentSet", bag<kNetPayment>},
      {"netPayment",
       [](const Order& o, const Call&) -> Result { return amount_text(kNetPayment(o), o.context.shop.minor_units); }},
      {"totalOutstandingSet", bag<[](const Order& o) { return is_paid(o.order) ? std::int64_t{0} : o.current.total; }>},
      {"displayFinancialStatus",
       [](const Order& o, const Call&) -> Result { return boost::json::value(financial_status(o.order)); }},
      {"displayFulfillmentStatus",
       [](const Order& o, const Call&) -> Result { return boost::json::value(fulfillment_status(o.order)); }},
      {"returnStatus",
       [](const Order& o, const Call&) -> Result {
         return boost::json::value(has_returns(o) ? "RETURNED" : "NO_RETURN");
       }},
      {"discountCode", [](const Order& o, const Call&) -> Result { return text_or_null(o.order.discount.code); }},
      {"discountCodes", [](const Order& o, const Call&) -> Result { return codes_of(o); }},
      {"discountApplications", discount_applications},
      {"taxLines", [](const Order& o, const Call&) -> Result { return tax_lines(o.order, o.purchase.tax); }},
      {"currentTaxLines", [](const Order& o, const Call&) -> Result { return tax_lines(o.order, o.current.tax); }},
      {"shippingLine", [](const Order& o, const Call&) -> Result { return shipping_line(o); }},
      {"shippingLines", shipping_lines},
      {"refunds",
       [](const Order& o, const Call& call) -> Result { return shortened(refunds_of(o.context, o.order), call); }},
      {"transactions",
       [](const Order& o, const Call& call) -> Result { return shortened(transactions_of(o.order), call); }},
      {"customer", customer_of},
      {"customerLocale", [](const Order&, const Call&) -> Result { return boost::json::value("en"); }},
      {"email", [](const Order& o, const Call&) -> Result { return personal(o.context, email_of(o)); }},
      {"phone", [](const Order&, const Call&) -> Result { return boost::json::value(); }},
      {"sourceName",
       [](const Order& o, const Call&) -> Result {
         return boost::json::value(o.order.life.point_of_sale ? "pos" : "web");
       }},
      {"sourceIdentifier", [](const Order&, const Call&) -> Result { return boost::json::value(); }},
      {"app",
       [](const Order& o, const Call&) -> Result {
         const bool pos = o.order.life.point_of_sale;
         return boost::json::object{{"id", gid("App", pos ? 129'785 : 580'111)},
                                    {"name", pos ? "Point of Sale" : "Online Store"}};
       }},
      {"customerJourneySummary", [](const Order& o, const Call&) -> Result { return journey_of(o.order); }},
      {"clientIp", [](const Order& o, const Call&) -> Result { return personal(o.context, "203.0.113.7"); }},
      {"tags", [](const Order&, const Call&) -> Result { return boost::json::array{}; }},
      {"note", [](const Order&, const Call&) -> Result { return boost::json::value(); }},
      {"customAttributes", [](const Order&, const Call&) -> Result { return boost::json::array{}; }},
      {"paymentGatewayNames",
       [](const Order& o, const Call&) -> Result {
         return boost::json::array{o.order.life.paid == market::kNever ? "shopify_payments" : "Bank Deposit"};
       }},
      {"lineItems", lines_of},
      {"subtotalLineItemsQuantity", [](const Order& o, const Call&) -> Result { return quantity_of(o, false); }},
      {"currentSubtotalLineItemsQuantity", [](const Order& o, const Call&) -> Result { return quantity_of(o, true); }},
      {"fullyPaid", [](const Order& o, const Call&) -> Result { return boost::json::value(is_paid(o.order)); }},
      {"unpaid", [](const Order& o, const Call&) -> Result { return boost::json::value(!is_paid(o.order)); }},
      {"refundable", [](const Order& o, const Call&) -> Result { return boost::json::value(kNetPayment(o) > 0); }},
  };
  return kFields;
}

}  // namespace omnify::sandbox::shopify
