// Deterministic simulation of uncertain quantities: the same input always gives the same interval.
#pragma once

#include <cstddef>
#include <span>

#include "statistics/distribution.h"

namespace omnify::statistics {

/// The `index`-th point (from 1) of the Halton sequence in the given prime base, in (0, 1): evenly spread where
/// pseudo-random draws clump (J. H. Halton, Numerische Mathematik 2, 1960). One base per dimension.
[[nodiscard]] double halton(std::size_t index, std::size_t base);

/// Sample quantile with linear interpolation (Hyndman & Fan 1996, type 7). `values` must not be empty.
[[nodiscard]] double quantile(std::span<const double> values, double p);

struct Summary {
  double mean = 0;
  Interval interval;
  double probability_positive = 0;  ///< share of draws above zero
};

/// `draws` must not be empty; `confidence` is that of the central interval.
[[nodiscard]] Summary summarize(std::span<const double> draws, double confidence);

}  // namespace omnify::statistics
