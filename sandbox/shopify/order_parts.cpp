// What hangs on an order: how the buyer came, what was paid and paid back.
#include <fmt/format.h>

#include "shopify/objects.h"

namespace omnify::sandbox::shopify {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using graphql::Record;
using graphql::SourcePtr;

value visit_of(const market::Order& order, const market::Visit& visit, std::uint64_t number) {
  value parameters;
  if (!visit.utm_source.empty()) {
    parameters = object{{"source", visit.utm_source},
                        {"medium", visit.utm_medium},
                        {"campaign", visit.utm_campaign},
                        {"content", nullptr},
                        {"term", nullptr}};
  }
  value kind;
  if (visit.paid) kind = "AD";
  if (visit.source == "email") kind = "NEWSLETTER";
  if (visit.source == "Google" && visit.utm_source.empty()) kind = "SEO";
  return object{{"id", gid("CustomerVisit", order.id * 2 + number)},
                {"landingPage", visit.landing_page},
                {"occurredAt", time_value(visit.at)},
                {"referralCode", nullptr},
                {"referrerUrl", text_or_null(visit.referrer)},
                {"source", visit.source},
                {"sourceDescription", nullptr},
                {"sourceType", std::move(kind)},
                {"utmParameters", std::move(parameters)}};
}

const char* restock_text(market::Restock restock) {
  switch (restock) {
    case market::Restock::returned:
      return "RETURN";
    case market::Restock::cancelled:
      return "CANCEL";
    case market::Restock::not_restocked:
      break;
  }
  return "NO_RESTOCK";
}

object transaction(const market::Order& order, const char* kind, std::int64_t amount, Instant at,
                   std::uint64_t number) {
  return {{"id", gid("OrderTransaction", order.id * 8 + number)},
          {"kind", kind},
          {"status", "SUCCESS"},
          {"gateway", order.life.paid == market::kNever ? "shopify_payments" : "Bank Deposit"},
          {"test", order.life.test},
          {"createdAt", time_value(at)},
          {"processedAt", time_value(at)},
          {"amountSet", money_bag(amount, order)}};
}

/// A refund with its lines, which are pages of their own.
class RefundObject final : public graphql::Tabled<RefundObject> {
 public:
  static constexpr std::string_view kType = "Refund";
  static const graphql::Fields<RefundObject>& fields();
  RefundObject(const Context& given, const market::Order& from, std::size_t index)
      : context(given), order(from), number(index), refund(order.refunds[index]) {}

  [[nodiscard]] std::vector<SourcePtr> lines() const {
    std::vector<SourcePtr> all;
    for (const auto& line : refund.lines) {
      object values{
          {"id", gid("RefundLineItem", order.lines[line.line].id * 4 + number)},
          {"quantity", line.quantity},
          {"priceSet", money_bag(order.lines[line.line].discounted() / order.lines[line.line].quantity, order)},
          {"subtotalSet", money_bag(line.subtotal, order)},
          {"totalTaxSet", money_bag(line.tax, order)},
          {"restockType", restock_text(line.restock)},
          {"restocked", line.restock != market::Restock::not_restocked}};
      std::map<std::string, SourcePtr, std::less<>> links;
      links["lineItem"] = std::make_shared<LineObject>(context, order, line.line);
      all.push_back(std::make_shared<Record>("RefundLineItem", std::move(values), std::move(links)));
    }
    return all;
  }
  [[nodiscard]] std::vector<SourcePtr> shipping_lines() const {
    std::vector<SourcePtr> all;
    if (refund.shipping == 0) return all;
    all.push_back(
        std::make_shared<Record>("RefundShippingLine", object{{"id", gid("RefundShippingLine", refund.id)},
                                                              {"subtotalAmountSet", money_bag(refund.shipping, order)},
                                                              {"taxAmountSet", money_bag(0, order)}}));
    return all;
  }
  [[nodiscard]] std::vector<SourcePtr> adjustments() const {
    std::vector<SourcePtr> all;
    if (refund.discrepancy == 0) return all;
    all.push_back(
        std::make_shared<Record>("OrderAdjustment", object{{"id", gid("OrderAdjustment", refund.id)},
                                                           {"amountSet", money_bag(refund.discrepancy, order)},
                                                           {"taxAmountSet", money_bag(0, order)},
                                                           {"reason", "REFUND_DISCREPANCY"}}));
    return all;
  }
  [[nodiscard]] std::vector<SourcePtr> transactions() const {
    auto paid_back = transaction(order, "REFUND", refund.total, refund.at, 1 + number);
    return {std::make_shared<Record>("OrderTransaction", std::move(paid_back))};
  }

  const Context& context;
  market::Order order;
  std::size_t number;
  const market::Refund& refund;
};

template <auto List>
graphql::Result paged(const RefundObject& o, const graphql::Call& call) {
  check_page(o.context, call);
  return graphql::page_of((o.*List)(), call);
}

const graphql::Fields<RefundObject>& RefundObject::fields() {
  using graphql::Call;
  using graphql::Result;
  static const graphql::Fields<RefundObject> kFields{
      {"id", [](const RefundObject& o, const Call&) -> Result { return gid("Refund", o.refund.id); }},
      {"legacyResourceId", [](const RefundObject& o, const Call&) -> Result { return std::to_string(o.refund.id); }},
      {"createdAt", [](const RefundObject& o, const Call&) -> Result { return time_value(o.refund.at); }},
      {"processedAt", [](const RefundObject& o, const Call&) -> Result { return time_value(o.refund.at); }},
      {"updatedAt", [](const RefundObject& o, const Call&) -> Result { return time_value(o.refund.at); }},
      {"note", [](const RefundObject&, const Call&) -> Result { return nullptr; }},
      {"totalRefundedSet",
       [](const RefundObject& o, const Call&) -> Result { return money_bag(o.refund.total, o.order); }},
      {"refundLineItems", paged<&RefundObject::lines>},
      {"refundShippingLines", paged<&RefundObject::shipping_lines>},
      {"orderAdjustments", paged<&RefundObject::adjustments>},
      {"transactions", paged<&RefundObject::transactions>},
  };
  return kFields;
}

}  // namespace

value journey_of(const market::Order& order) {
  if (order.life.point_of_sale) return nullptr;
  const bool ready = order.has_happened(order.life.journey_ready);
  object summary{{"ready", ready},        {"customerOrderIndex", nullptr}, {"daysToConversion", nullptr},
                 {"firstVisit", nullptr}, {"lastVisit", nullptr},          {"momentsCount", nullptr}};
  if (!ready) return summary;
  summary["customerOrderIndex"] = order.nth;
  if (!order.first_visit) return summary;
  const bool twice = order.first_visit->at != order.last_visit->at;
  summary["daysToConversion"] = (order.life.processed - order.first_visit->at) / std::chrono::days(1);
  summary["firstVisit"] = visit_of(order, *order.first_visit, 0);
  summary["lastVisit"] = visit_of(order, *order.last_visit, twice ? 1 : 0);
  summary["momentsCount"] = object{{"count", twice ? 2 : 1}, {"precision", "EXACT"}};
  return summary;
}

std::vector<SourcePtr> refunds_of(const Context& context, const market::Order& order) {
  std::vector<SourcePtr> all;
  for (std::size_t i = 0; i < order.refunds.size(); ++i) {
    all.push_back(std::make_shared<RefundObject>(context, order, i));
  }
  return all;
}

std::vector<SourcePtr> transactions_of(const market::Order& order) {
  std::vector<SourcePtr> all;
  const auto add = [&](object values) {
    all.push_back(std::make_shared<Record>("OrderTransaction", std::move(values)));
  };
  if (is_paid(order)) {
    const auto at = order.life.paid == market::kNever ? order.life.created : order.life.paid;
    add(transaction(order, "SALE", original_total(order), at, 0));
    const auto more = at_purchase(order).total - original_total(order);
    if (more > 0) add(transaction(order, "SALE", more, std::max(at, order.life.edited), 3));
  }
  for (std::size_t i = 0; i < order.refunds.size(); ++i) {
    add(transaction(order, "REFUND", order.refunds[i].total, order.refunds[i].at, 1 + i));
  }
  return all;
}

array tax_lines(const market::Order& order, std::int64_t tax) {
  if (order.tax_rate == 0) return {};
  const bool included = order.shop->taxes_included;
  return {object{{"title", included ? "VAT" : "Sales Tax"},
                 {"rate", order.tax_rate},
                 {"ratePercentage", order.tax_rate * 100},
                 {"priceSet", money_bag(tax, order)},
                 {"source", "shopify"},
                 {"channelLiable", false}}};
}

object discount_application(const market::Order& order) {
  return {{"__typename", "DiscountCodeApplication"},
          {"code", order.discount.code},
          {"index", 0},
          {"allocationMethod", "ACROSS"},
          {"targetSelection", "ALL"},
          {"targetType", "LINE_ITEM"},
          {"value", object{{"__typename", "PricingPercentageValue"}, {"percentage", order.discount.percent * 1.0}}}};
}

}  // namespace omnify::sandbox::shopify
