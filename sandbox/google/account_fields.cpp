#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>

#include "google/entity_fields.h"

namespace omnify::sandbox::google {
namespace {

using Value = FieldValue;

constexpr std::string_view kCustomerStatus = "ENABLED CANCELED SUSPENDED CLOSED";
constexpr std::string_view kTrackingStatus =
    "NOT_CONVERSION_TRACKED CONVERSION_TRACKING_MANAGED_BY_SELF CONVERSION_TRACKING_MANAGED_BY_THIS_MANAGER "
    "CONVERSION_TRACKING_MANAGED_BY_ANOTHER_MANAGER";
constexpr std::string_view kManagerName = "Sandbox Manager";
constexpr std::string_view kManagerZone = "Europe/London";

bool is_manager(const Context& c) { return c.account == nullptr; }
Value yes(const Context&) { return true; }
Value no(const Context&) { return false; }
Value enabled(const Context&) { return "ENABLED"; }
bool of_manager(const Context& c) { return c.customer == c.manager; }
Value owner_name(const Context& c) { return of_manager(c) ? kManagerName : std::string_view(c.account->name); }
Value owner_currency(const Context& c) { return of_manager(c) ? "GBP" : c.account->currency.text(); }
Value owner_zone(const Context& c) { return of_manager(c) ? kManagerZone : std::string_view(c.account->time_zone); }
Value name(const Context& c) { return is_manager(c) ? kManagerName : std::string_view(c.account->name); }
Value currency(const Context& c) { return is_manager(c) ? "GBP" : c.account->currency.text(); }
Value zone(const Context& c) { return is_manager(c) ? kManagerZone : std::string_view(c.account->time_zone); }
Value manager(const Context& c) { return is_manager(c); }
Value id(const Context& c) { return is_manager(c) ? c.manager : c.account->id; }
Value customer(const Context& c) { return fmt::format("customers/{}", is_manager(c) ? c.manager : c.account->id); }

/// What is counted: the first is a purchase, the second a lead, the third of the kind that no campaign bids for.
struct Action {
  std::string_view name;
  std::string_view category;
  bool primary;
};
constexpr std::array<Action, 3> kActions{
    {{"Purchase", "PURCHASE", true}, {"Lead form", "SUBMIT_LEAD_FORM", true}, {"Add to cart", "ADD_TO_CART", false}}};
constexpr std::string_view kActionCategory =
    "DEFAULT PAGE_VIEW PURCHASE SIGNUP DOWNLOAD ADD_TO_CART BEGIN_CHECKOUT SUBSCRIBE_PAID PHONE_CALL_LEAD "
    "IMPORTED_LEAD "
    "SUBMIT_LEAD_FORM BOOK_APPOINTMENT REQUEST_QUOTE GET_DIRECTIONS OUTBOUND_CLICK CONTACT ENGAGEMENT STORE_VISIT "
    "STORE_SALE QUALIFIED_LEAD CONVERTED_LEAD YOUTUBE_FOLLOW_ON_VIEWS";

const Action& action(const Context& c) { return kActions[c.index]; }
Value primary(const Context& c) { return action(c).primary; }

using enum Type;
constexpr auto kAttribute = Category::attribute;

constexpr Field kFields[] = {
    {"customer.resource_name", kAttribute, text, kEverywhere,
     [](const Context& c) -> Value { return fmt::format("customers/{}", c.customer); }},
    {"customer.id", kAttribute, int64, kEverywhere, [](const Context& c) -> Value { return c.customer; }},
    {"customer.descriptive_name", kAttribute, text, kEverywhere, owner_name},
    {"customer.currency_code", kAttribute, text, kEverywhere, owner_currency},
    {"customer.time_zone", kAttribute, text, kEverywhere, owner_zone},
    {"customer.manager", kAttribute, boolean, kEverywhere, [](const Context& c) -> Value { return of_manager(c); }},
    {"customer.test_account", kAttribute, boolean, kEverywhere, no},
    {"customer.status", kAttribute, enumeration, kCustomer, enabled, kCustomerStatus},
    {"customer.auto_tagging_enabled", kAttribute, boolean, kEverywhere, yes},
    {"customer.conversion_tracking_setting.google_ads_conversion_customer", kAttribute, text, kCustomer, customer},
    {"customer.conversion_tracking_setting.conversion_tracking_status", kAttribute, enumeration, kCustomer,
     [](const Context&) -> Value { return "CONVERSION_TRACKING_MANAGED_BY_SELF"; }, kTrackingStatus},
    {"customer_client.resource_name", kAttribute, text, kClient,
     [](const Context& c) -> Value {
       return fmt::format("customers/{}/{}", c.customer, resource_name(c, "customer_client"));
     }},
    {"customer_client.id", kAttribute, int64, kClient, id},
    {"customer_client.client_customer", kAttribute, text, kClient, customer},
    {"customer_client.level", kAttribute, int64, kClient,
     [](const Context& c) -> Value { return c.customer == c.manager && !is_manager(c) ? 1 : 0; }},
    {"customer_client.manager", kAttribute, boolean, kClient, manager},
    {"customer_client.hidden", kAttribute, boolean, kClient, no},
    {"customer_client.status", kAttribute, enumeration, kClient, enabled, kCustomerStatus},
    {"customer_client.descriptive_name", kAttribute, text, kClient, name},
    {"customer_client.currency_code", kAttribute, text, kClient, currency},
    {"customer_client.time_zone", kAttribute, text, kClient, zone},
    {"customer_client.test_account", kAttribute, boolean, kClient, no},
    {"conversion_action.resource_name", kAttribute, text, kAction,
     [](const Context& c) -> Value {
       return fmt::format("customers/{}/{}", c.customer, resource_name(c, "conversion_action"));
     }},
    {"conversion_action.id", kAttribute, int64, kAction,
     [](const Context& c) -> Value { return c.account->id + c.index; }},
    {"conversion_action.name", kAttribute, text, kAction, [](const Context& c) -> Value { return action(c).name; }},
    {"conversion_action.category", kAttribute, enumeration, kAction,
     [](const Context& c) -> Value { return action(c).category; }, kActionCategory},
    {"conversion_action.status", kAttribute, enumeration, kAction, enabled, "ENABLED REMOVED HIDDEN"},
    {"conversion_action.primary_for_goal", kAttribute, boolean, kAction, primary},
    {"conversion_action.include_in_conversions_metric", kAttribute, boolean, kAction, primary},
    {"conversion_action.click_through_lookback_window_days", kAttribute, int64, kAction,
     [](const Context&) -> Value { return 30; }},
    {"conversion_action.view_through_lookback_window_days", kAttribute, int64, kAction,
     [](const Context&) -> Value { return 1; }},
};

}  // namespace

std::span<const Field> account_fields() noexcept { return kFields; }

}  // namespace omnify::sandbox::google
