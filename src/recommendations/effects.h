// Expected effects by deterministic simulation, and the numbers that the kinds share.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "metrics/measures.h"
#include "recommendations/candidates.h"
#include "statistics/draws.h"

namespace omnify::recommendations {

/// Share of an average unit's return that the next unit brings: diminishing returns. For a saturating response
/// x / (κ + x) it is κ / (κ + x); 0.4 to 1 covers spend from none to one and a half times the half-saturation point.
inline constexpr double kLowestMarginal = 0.4;
inline constexpr double kHighestMarginal = 1.0;

/// Independent uncertain quantities of one simulated world: the `dimension`-th is drawn from its own Halton base.
class World {
 public:
  explicit World(std::size_t index) : index_(index) {}
  [[nodiscard]] double uniform(std::size_t dimension, double low, double high) const;
  [[nodiscard]] double normal(std::size_t dimension, double mean, double standard_deviation) const;
  /// Exponential with mean 1: what no event yet says about a Poisson mean.
  [[nodiscard]] double exponential(std::size_t dimension) const;
  [[nodiscard]] double marginal(std::size_t dimension) const {
    return uniform(dimension, kLowestMarginal, kHighestMarginal);
  }

 private:
  std::size_t index_;
};

/// Central interval and mean of `effect` over many worlds. Not finite where an input was not.
[[nodiscard]] statistics::Summary simulate(const std::function<double(const World&)>& effect);

/// The effect is finite, positive in the mean and likely enough to be positive.
[[nodiscard]] bool worth_showing(const statistics::Summary& summary);
[[nodiscard]] ExpectedEffect expected(std::string_view measure, const statistics::Summary& summary);

/// The same kind of advice on the same thing has the same id.
[[nodiscard]] Uuid stable_id(Kind kind, const Uuid& thing);

using Days = std::span<const metrics::Sums>;

[[nodiscard]] std::vector<double> spend_of(Days days);  ///< major units
[[nodiscard]] std::vector<double> revenue_of(Days days);
[[nodiscard]] std::vector<double> conversions_of(Days days);
[[nodiscard]] std::vector<double> clicks_of(Days days);
[[nodiscard]] std::vector<double> impressions_of(Days days);
[[nodiscard]] double sum(std::span<const double> values);
[[nodiscard]] std::size_t days_above_zero(std::span<const double> values);
[[nodiscard]] metrics::Sums total(Days days);
/// The 28 days whose revenue and conversions have settled, and the newest 28.
[[nodiscard]] Days settled(Days days);
[[nodiscard]] Days newest(Days days);

}  // namespace omnify::recommendations
