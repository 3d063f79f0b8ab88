// Many noisy estimates of the same kind: partial pooling, and holding the share of false discoveries.
#pragma once

#include <span>
#include <vector>

namespace omnify::statistics {

struct PooledEstimate {
  double value = 0;
  double standard_error = 0;
};

struct Pooled {
  double mean = 0;                        ///< precision-weighted
  double between_standard_deviation = 0;  ///< τ
  std::vector<PooledEstimate> shrunk;     ///< in the order of the input
};

/// Random-effects shrinkage of each estimate toward the common mean: DerSimonian & Laird, Controlled Clinical Trials 7,
/// 1986. Standard errors must be positive. A single estimate comes back unchanged.
[[nodiscard]] Pooled pool(std::span<const PooledEstimate> estimates);

/// Adjusted p-values in the order of the input: rejecting those ≤ q holds the expected share of false discoveries at q
/// (Benjamini & Hochberg, J. R. Statist. Soc. B 57, 1995).
[[nodiscard]] std::vector<double> benjamini_hochberg(std::span<const double> p_values);

}  // namespace omnify::statistics
