// The fields that queries may name: which resource has them, of what type they are, and what they are worth. Source:
// the v25 field service (GoogleAdsFieldService) and resources/*.proto.
#pragma once

#include <boost/json/value.hpp>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "google/figures.h"
#include "market/world.h"

namespace omnify::sandbox::google {

/// What may stand behind FROM. Values are bits of Field::from.
enum class Resource : unsigned {
  customer = 1,
  customer_client = 2,
  campaign = 4,
  campaign_budget = 8,
  ad_group = 16,
  ad_group_ad = 32,
  asset_group = 64,
  conversion_action = 128,
};

[[nodiscard]] std::optional<Resource> parse_resource(std::string_view name) noexcept;

/// One row while it is made. `account` is null for the manager account itself.
struct Context {
  const market::World* world = nullptr;
  const market::Account* account = nullptr;
  std::uint64_t manager = 0;   ///< the manager account's customer id
  std::uint64_t customer = 0;  ///< the customer id of the path
  Resource from = Resource::customer;
  std::uint32_t index = 0;  ///< of the entity behind FROM
  Day today;                ///< in the account's zone
  std::optional<Day> date = {};
  std::string_view category = {};  ///< of segments.conversion_action_category
  Figures figures = {};
};

/// What a field holds: null where the platform leaves it out. Takes whatever a JSON value can be made of, text of every
/// kind included.
class FieldValue : public boost::json::value {
 public:
  FieldValue() = default;
  template <class T>
    requires(std::constructible_from<boost::json::value, T> && !std::same_as<std::remove_cvref_t<T>, FieldValue>)
  FieldValue(T&& value) : boost::json::value(std::forward<T>(value)) {}
};

enum class Type { int64, number, text, enumeration, date, boolean, list };
enum class Category { attribute, segment, metric };

/// `read` gives int64 as integers: they become text when written.
struct Field {
  std::string_view name;
  Category category = Category::attribute;
  Type type = Type::text;
  unsigned from = 0;  ///< the resources that it can be selected from
  FieldValue (*read)(const Context&) = nullptr;
  std::string_view constants = {};  ///< of an enumeration, separated by spaces
  bool of_conversions = false;      ///< a metric that segments.conversion_action_category goes with
};

/// Null for a name that does not exist, or that the emulator does not know.
[[nodiscard]] const Field* find_field(std::string_view name) noexcept;
[[nodiscard]] inline bool selectable(const Field& field, Resource from) noexcept {
  return (field.from & static_cast<unsigned>(from)) != 0;
}

// Positions within the account of what a row belongs to.
[[nodiscard]] std::uint32_t campaign_index(const Context& context) noexcept;
[[nodiscard]] std::uint32_t ad_set_index(const Context& context) noexcept;

/// A campaign without ad groups and ads: asset groups stand in their place.
[[nodiscard]] bool is_performance_max(const market::Campaign& campaign, std::uint32_t index) noexcept;
/// "SEARCH", "DISPLAY", "VIDEO", "DEMAND_GEN", "MULTI_CHANNEL", "PERFORMANCE_MAX".
[[nodiscard]] std::string_view channel_of(const market::Campaign& campaign, std::uint32_t index) noexcept;

/// The name behind "customers/<id>/" of the object that a field's message is: "campaigns/12". Empty for segments,
/// metrics.
[[nodiscard]] std::string resource_name(const Context& context, std::string_view message);

}  // namespace omnify::sandbox::google
