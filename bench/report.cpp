#include "bench/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace omnify::bench {
namespace {

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto index = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), values.end());
  return values[index];
}

std::string verdict(const Figure& figure) {
  if (!figure.reference || !figure.target_ratio) return "";
  const bool met = figure.per_second >= *figure.reference * *figure.target_ratio;
  return fmt::format("{} (target {:.2f})", met ? "met" : "MISSED", *figure.target_ratio);
}

}  // namespace

void Report::add(Figure figure) {
  fmt::print(stderr, "{}: {:.0f} {}/s\n", figure.what, figure.per_second, figure.unit);
  figures_.push_back(std::move(figure));
}

void Report::add(Latencies latencies) { latencies_.push_back(std::move(latencies)); }

bool Report::print() const {
  bool met = true;
  fmt::print("{:<52} {:>12} {:<13} {:>12}  {:<26} {:>6}  {}\n", "what", "per second", "unit", "reference", "", "ratio",
             "");
  for (const auto& figure : figures_) {
    const auto reference = figure.reference ? fmt::format("{:.0f}", *figure.reference) : std::string();
    const auto ratio = figure.reference ? fmt::format("{:.2f}", figure.per_second / *figure.reference) : std::string();
    fmt::print("{:<52} {:>12.0f} {:<13} {:>12}  {:<26} {:>6}  {}\n", figure.what, figure.per_second, figure.unit,
               reference, figure.reference_name, ratio, verdict(figure));
    if (figure.reference && figure.target_ratio) met &= figure.per_second >= *figure.reference * *figure.target_ratio;
  }
  for (const auto& latencies : latencies_) {
    fmt::print("{:<52} p50 {:.2f} ms, p99 {:.2f} ms, {} requests\n", latencies.what,
               percentile(latencies.microseconds, 0.5) / 1000, percentile(latencies.microseconds, 0.99) / 1000,
               latencies.microseconds.size());
  }
  std::fflush(stdout);
  return met;
}

}  // namespace omnify::bench
