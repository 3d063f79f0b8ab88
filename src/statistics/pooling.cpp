#include "statistics/pooling.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace omnify::statistics {
namespace {

double square(double x) { return x * x; }

double weighted_mean(std::span<const PooledEstimate> estimates, double between_variance) {
  double weights = 0;
  double sum = 0;
  for (const auto& estimate : estimates) {
    const double weight = 1 / (square(estimate.standard_error) + between_variance);
    weights += weight;
    sum += weight * estimate.value;
  }
  return sum / weights;
}

double between_variance(std::span<const PooledEstimate> estimates) {
  const double mean = weighted_mean(estimates, 0);
  double weights = 0;
  double squared_weights = 0;
  double q = 0;
  for (const auto& estimate : estimates) {
    const double weight = 1 / square(estimate.standard_error);
    weights += weight;
    squared_weights += weight * weight;
    q += weight * square(estimate.value - mean);
  }
  const double scale = weights - squared_weights / weights;
  return std::max(0.0, (q - static_cast<double>(estimates.size() - 1)) / scale);
}

}  // namespace

Pooled pool(std::span<const PooledEstimate> estimates) {
  Pooled result;
  result.shrunk.assign(estimates.begin(), estimates.end());
  if (estimates.empty()) return result;
  if (estimates.size() == 1) {
    result.mean = estimates.front().value;
    return result;
  }
  const double variance = between_variance(estimates);
  result.mean = weighted_mean(estimates, variance);
  result.between_standard_deviation = std::sqrt(variance);
  double precision = 0;
  for (const auto& estimate : estimates) precision += 1 / (square(estimate.standard_error) + variance);
  for (auto& estimate : result.shrunk) {
    const double own = variance / (variance + square(estimate.standard_error));
    estimate.value = result.mean + own * (estimate.value - result.mean);
    // The common mean is itself estimated: its variance counts for the part that is borrowed.
    estimate.standard_error = std::sqrt(own * square(estimate.standard_error) + square(1 - own) / precision);
  }
  return result;
}

std::vector<double> benjamini_hochberg(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size());
  double smallest = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t i = order[rank - 1];
    const double scaled = p_values[i] * static_cast<double>(order.size()) / static_cast<double>(rank);
    smallest = std::min(smallest, scaled);
    adjusted[i] = smallest;
  }
  return adjusted;
}

}  // namespace omnify::statistics
