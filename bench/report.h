// The table that ./dev bench prints: each figure beside the reference measured in the same run, so that their ratio
// holds whatever the machine was doing.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace omnify::bench {

struct Figure {
  std::string what;
  double per_second = 0;
  std::string unit;                 ///< "transactions", "rows"
  std::optional<double> reference;  ///< per second, of the plainest way to do the same
  std::string reference_name;
  std::optional<double> target_ratio;  ///< the least share of the reference that design.md §6 asks for
};

/// Latencies of single requests, in microseconds.
struct Latencies {
  std::string what;
  std::vector<double> microseconds;
};

class Report {
 public:
  void add(Figure figure);
  void add(Latencies latencies);
  /// Aligned text on standard output; true when every target was met.
  bool print() const;

 private:
  std::vector<Figure> figures_;
  std::vector<Latencies> latencies_;
};

/// Seconds that `work` took.
template <class Work>
[[nodiscard]] double seconds(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace omnify::bench
