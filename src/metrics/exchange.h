// Amounts of several currencies in one, each at the reference rate of its own day.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/calendar.h"
#include "metrics/measures.h"
#include "metrics/model.h"

namespace omnify::metrics {

/// A rate holds for its day and the days without one that follow it (weekends, holidays), but not for longer than this:
/// a currency that is no longer quoted must not be converted at an old price.
inline constexpr std::chrono::days kRateHolds{7};

struct ConversionRate {
  double factor = 1;  ///< what an amount is multiplied with
  Day published;      ///< the publication that both currencies' rates are of
};

/// Units of currencies for one euro by the day of publication.
class ExchangeRates {
 public:
  void add(std::string_view currency, Day day, double per_euro);

  /// From the newest publication until `day` that has both currencies; nothing when there is none within kRateHolds. A
  /// currency is worth itself on every day, published or not.
  [[nodiscard]] std::optional<ConversionRate> find(std::string_view from, std::string_view into, Day day) const;

 private:
  std::map<std::string, std::map<Day, double>, std::less<>> quotes_;
};

/// Spend and revenue times `factor`, each rounded to a micro.
[[nodiscard]] Sums converted(Sums sums, double factor) noexcept;

/// Converts sums and keeps account of what was converted and of what could not be. `rates` must outlive it.
class Conversion {
 public:
  Conversion(const ExchangeRates& rates, std::string into) : rates_(rates), into_(std::move(into)) {}

  /// `sums` in the currency `into`; nothing when there is no rate: then they may be added to nothing.
  std::optional<Sums> convert(std::string_view currency, Day day, const Sums& sums);

  /// Both by currency, without `into` itself.
  [[nodiscard]] std::vector<ConvertedCurrency> converted() const;
  [[nodiscard]] std::vector<ExcludedCurrency> excluded() const;

 private:
  struct Account {
    Sums original;
    Sums result;
    Day oldest;
    Day newest;
  };

  const ExchangeRates& rates_;
  std::string into_;
  std::map<std::string, Account, std::less<>> converted_;
  std::map<std::string, Sums, std::less<>> excluded_;
};

}  // namespace omnify::metrics
