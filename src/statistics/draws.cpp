#include "statistics/draws.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace omnify::statistics {
namespace {

double quantile_of_sorted(std::span<const double> sorted, double p) {
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - static_cast<double>(below));
}

}  // namespace

double halton(std::size_t index, std::size_t base) {
  double fraction = 1;
  double point = 0;
  for (std::size_t rest = index; rest > 0; rest /= base) {
    fraction /= static_cast<double>(base);
    point += fraction * static_cast<double>(rest % base);
  }
  return point;
}

double quantile(std::span<const double> values, double p) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  return quantile_of_sorted(sorted, p);
}

Summary summarize(std::span<const double> draws, double confidence) {
  std::vector<double> sorted(draws.begin(), draws.end());
  std::ranges::sort(sorted);
  const auto n = static_cast<double>(sorted.size());
  const double tail = (1 - confidence) / 2;
  return {
      .mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) / n,
      .interval = {quantile_of_sorted(sorted, tail), quantile_of_sorted(sorted, 1 - tail)},
      .probability_positive = static_cast<double>(std::ranges::count_if(sorted, [](double x) { return x > 0; })) / n};
}

}  // namespace omnify::statistics
