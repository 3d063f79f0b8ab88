#include <fmt/format.h>

#include "shopify/objects.h"
#include "shopify/pages.h"

namespace omnify::sandbox::shopify {
namespace {

using boost::json::object;
using graphql::Call;
using graphql::Result;
using graphql::SourcePtr;

market::Order order_at(const CustomerObject& o, std::size_t index) {
  return o.context.shops.order(o.context.shop, o.orders[index], o.context.now);
}

/// What the customer paid and did not get back.
std::int64_t amount_spent(const CustomerObject& o) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < o.orders.size(); ++i) {
    const auto order = order_at(o, i);
    if (!order.life.test && is_paid(order)) sum += order.total() - order.refunded();
  }
  return sum;
}

std::string lifetime(const CustomerObject& o) {
  const auto first = order_at(o, 0).life.created;
  const auto past = std::chrono::floor<std::chrono::days>(o.context.now - first).count();
  if (past < 1) return "less than a day";
  return past < 31 ? fmt::format("{} days", past) : fmt::format("about {} months", past / 30);
}

Result orders_of(const CustomerObject& o, const Call& call) {
  check_page(o.context, call);
  require(o.context, "read_orders", "orders");
  std::vector<SourcePtr> all;
  for (std::size_t i = 0; i < o.orders.size(); ++i) {
    auto order = order_at(o, i);
    if (is_visible(o.context, order.life)) all.push_back(std::make_shared<OrderObject>(o.context, std::move(order)));
  }
  return graphql::page_of(all, call);
}

Result last_order(const CustomerObject& o, const Call&) {
  auto order = order_at(o, o.orders.size() - 1);
  if (!is_visible(o.context, order.life)) return nullptr;
  return std::make_shared<OrderObject>(o.context, std::move(order));
}

/// The newest change of any of the orders: that is when the customer's sums changed.
Instant updated_at(const CustomerObject& o) {
  Instant latest{};
  for (const auto& ref : o.orders) {
    latest = std::max(latest, o.context.shops.life(o.context.shop, ref).updated(o.context.now));
  }
  return latest;
}

boost::json::value email_address(const CustomerObject& o) {
  if (!o.context.grant.personal_data) return nullptr;
  return object{{"emailAddress", o.person.email},
                {"marketingState", o.person.subscribed ? "SUBSCRIBED" : "NOT_SUBSCRIBED"},
                {"validFormat", true}};
}

boost::json::value phone_number(const CustomerObject& o) {
  if (!o.context.grant.personal_data) return nullptr;
  return object{{"phoneNumber", o.person.phone}, {"marketingState", "NOT_SUBSCRIBED"}};
}

}  // namespace

CustomerObject::CustomerObject(const Context& given, const market::CustomerRef& shown)
    : context(given),
      customer(shown),
      person(market::person_of(given.shops.seed(), given.shop, shown)),
      orders(given.shops.orders_of(given.shop, shown, given.now)) {}

const graphql::Fields<CustomerObject>& CustomerObject::fields() {
  using Object = CustomerObject;
  static const graphql::Fields<CustomerObject> kFields{
      {"id",
       [](const Object& o, const Call&) -> Result {
         return gid("Customer", market::customer_id(o.context.shop, o.customer));
       }},
      {"legacyResourceId",
       [](const Object& o, const Call&) -> Result {
         return std::to_string(market::customer_id(o.context.shop, o.customer));
       }},
      {"createdAt", [](const Object& o, const Call&) -> Result { return time_value(order_at(o, 0).life.created); }},
      {"updatedAt", [](const Object& o, const Call&) -> Result { return time_value(updated_at(o)); }},
      {"numberOfOrders", [](const Object& o, const Call&) -> Result { return std::to_string(o.orders.size()); }},
      {"amountSpent", [](const Object& o, const Call&) -> Result { return money(amount_spent(o), o.context.shop); }},
      {"defaultEmailAddress", [](const Object& o, const Call&) -> Result { return email_address(o); }},
      {"defaultPhoneNumber", [](const Object& o, const Call&) -> Result { return phone_number(o); }},
      {"displayName",
       [](const Object& o, const Call&) -> Result {
         if (!o.context.grant.personal_data) return "";
         return o.person.first_name + " " + o.person.last_name;
       }},
      {"email", [](const Object& o, const Call&) -> Result { return personal(o.context, o.person.email); }},
      {"phone", [](const Object& o, const Call&) -> Result { return personal(o.context, o.person.phone); }},
      {"firstName", [](const Object& o, const Call&) -> Result { return personal(o.context, o.person.first_name); }},
      {"lastName", [](const Object& o, const Call&) -> Result { return personal(o.context, o.person.last_name); }},
      {"lastOrder", last_order},
      {"lifetimeDuration", [](const Object& o, const Call&) -> Result { return lifetime(o); }},
      {"locale", [](const Object&, const Call&) -> Result { return "en"; }},
      {"note", [](const Object&, const Call&) -> Result { return nullptr; }},
      {"orders", orders_of},
      {"state", [](const Object& o, const Call&) -> Result { return o.orders.size() > 1 ? "ENABLED" : "DISABLED"; }},
      {"tags", [](const Object&, const Call&) -> Result { return boost::json::array{}; }},
      {"taxExempt", [](const Object&, const Call&) -> Result { return false; }},
      {"verifiedEmail", [](const Object&, const Call&) -> Result { return true; }},
  };
  return kFields;
}

graphql::SourcePtr find_customer(const Context& context, std::uint64_t id) {
  auto found = std::make_shared<CustomerObject>(context, market::customer_of_id(context.shop, id));
  if (found->orders.empty()) return nullptr;
  return found;
}

}  // namespace omnify::sandbox::shopify
