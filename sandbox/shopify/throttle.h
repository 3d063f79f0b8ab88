// The leaky bucket of cost points that an app has in a shop. Source: Shopify, "API limits" (GraphQL Admin API).
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/calendar.h"

namespace omnify::sandbox::shopify {

/// What a shop's plan allows.
struct Plan {
  std::int64_t bucket = 2000;
  std::int64_t restore_rate = 100;  ///< points a second
};
inline constexpr Plan kStandard{2000, 100};
inline constexpr Plan kPlus{20'000, 1000};
inline constexpr std::int64_t kMostPerQuery = 1000;

class Throttle {
 public:
  explicit Throttle(Plan plan) noexcept : plan_(plan) {}

  /// Debits what a query may cost; false when there is not enough.
  bool take(std::string_view shop, std::int64_t points, Instant now);
  /// Gives back what it did not need.
  void give_back(std::string_view shop, std::int64_t points);
  [[nodiscard]] boost::json::object status(std::string_view shop, Instant now);

 private:
  struct Bucket {
    double points = 0;
    Instant at{};
  };
  Bucket& filled(std::string_view shop, Instant now);

  Plan plan_;
  std::map<std::string, Bucket, std::less<>> buckets_;
};

}  // namespace omnify::sandbox::shopify
