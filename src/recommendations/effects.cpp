#include "recommendations/effects.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "crypto/digest.h"
#include "insights/risk.h"
#include "statistics/distribution.h"

namespace omnify::recommendations {
namespace {

constexpr std::size_t kWorlds = 1024;
constexpr std::array<std::size_t, 6> kBases = {2, 3, 5, 7, 11, 13};
constexpr double kLargestAmount = 9e12;  // micros fit into 64 bits

/// Namespace of the ids, made once at random.
constexpr Uuid kNamespace{
    {0x5c, 0x1e, 0x0b, 0x7a, 0x93, 0x42, 0x4d, 0x6f, 0x8a, 0x51, 0x2e, 0xd0, 0x77, 0xc4, 0x19, 0xb8}};

double units(Micros micros) { return static_cast<double>(micros) / static_cast<double>(kMicrosPerUnit); }

template <class Measure>
std::vector<double> column(Days days, Measure measure) {
  std::vector<double> out;
  out.reserve(days.size());
  for (const auto& day : days) out.push_back(measure(day));
  return out;
}

Decimal decimal(double amount) {
  // To cents: more digits would pretend to know them.
  const double bounded = std::clamp(amount, -kLargestAmount, kLargestAmount);
  return Decimal{std::llround(bounded * 100) * (kMicrosPerUnit / 100)};
}

}  // namespace

double World::uniform(std::size_t dimension, double low, double high) const {
  return low + (high - low) * statistics::halton(index_, kBases.at(dimension));
}

double World::normal(std::size_t dimension, double mean, double standard_deviation) const {
  return mean + standard_deviation * statistics::normal_quantile(statistics::halton(index_, kBases.at(dimension)));
}

double World::exponential(std::size_t dimension) const {
  return -std::log1p(-statistics::halton(index_, kBases.at(dimension)));
}

statistics::Summary simulate(const std::function<double(const World&)>& effect) {
  std::vector<double> draws;
  draws.reserve(kWorlds);
  for (std::size_t index = 1; index <= kWorlds; ++index) {
    draws.push_back(effect(World(index)));
    // Sorting needs an order, which NaN has not.
    if (!std::isfinite(draws.back())) return {.mean = NAN, .interval = {NAN, NAN}, .probability_positive = 0};
  }
  return statistics::summarize(draws, kConfidence);
}

bool worth_showing(const statistics::Summary& summary) {
  return std::isfinite(summary.mean) && std::abs(summary.interval.low) < kLargestAmount &&
         std::abs(summary.interval.high) < kLargestAmount && summary.mean >= 0.01 &&
         summary.probability_positive >= kLeastProbability;
}

ExpectedEffect expected(std::string_view measure, const statistics::Summary& summary) {
  ExpectedEffect out;
  out.measure = measure;
  out.value = decimal(summary.mean);
  out.low = decimal(summary.interval.low);
  out.high = decimal(summary.interval.high);
  out.confidence = kConfidence;
  return out;
}

Uuid stable_id(Kind kind, const Uuid& thing) {
  static constexpr std::array<std::string_view, 4> kNames = {"cut", "shift", "targeting", "creative"};
  return crypto::derived_uuid(kNamespace,
                              fmt::format("{}:{}", kNames.at(static_cast<std::size_t>(kind)), thing.text()));
}

std::vector<double> spend_of(Days days) {
  return column(days, [](const metrics::Sums& day) { return units(day.spend); });
}
std::vector<double> revenue_of(Days days) {
  return column(days, [](const metrics::Sums& day) { return units(day.revenue.value_or(0)); });
}
std::vector<double> conversions_of(Days days) {
  return column(days, [](const metrics::Sums& day) { return units(day.conversions.value_or(0)); });
}
std::vector<double> clicks_of(Days days) {
  return column(days, [](const metrics::Sums& day) { return static_cast<double>(day.clicks); });
}
std::vector<double> impressions_of(Days days) {
  return column(days, [](const metrics::Sums& day) { return static_cast<double>(day.impressions); });
}

double sum(std::span<const double> values) {
  double out = 0;
  for (const double value : values) out += value;
  return out;
}

std::size_t days_above_zero(std::span<const double> values) {
  return static_cast<std::size_t>(std::ranges::count_if(values, [](double value) { return value > 0; }));
}

metrics::Sums total(Days days) {
  metrics::Sums out;
  for (const auto& day : days) out += day;
  return out;
}

Days settled(Days days) { return days.first(std::min<std::size_t>(days.size(), insights::kRiskDays)); }
Days newest(Days days) { return days.last(std::min<std::size_t>(days.size(), insights::kRiskDays)); }

}  // namespace omnify::recommendations
