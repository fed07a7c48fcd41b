// evaluate/bootstrap.hpp — how sure one may be of a mean, when neighbours resemble each other.
//
// Pure. Daily losses come in spells; resampling single days would call a lucky spell a certainty.
#pragma once
#include "base/result.hpp"
#include "base/rng.hpp"

#include <cstdint>
#include <span>

namespace converge::evaluate {

struct BootstrapOptions {
  double block_mean = 20;         // mean length of a block, rows, >= 1; 1 is the ordinary bootstrap
  std::int64_t resamples = 2000;  // >= 1
  double confidence = 0.95;       // two-sided, inside (0, 1)
};

struct Interval {
  double low = 0;
  double high = 0;
};

// Percentile interval of the mean of `values` by the stationary bootstrap: blocks of geometric length that start anywhere
// and wrap around the end. Few blocks make a percentile interval too narrow: the resampled variance is that of b values
// without the correction b / (b - 1), and a normal tail is taken where b values allow Student's only. So both ends are moved
// away from the mean by t(b - 1) / z x sqrt(b / (b - 1)), b = values / block_mean: 1.16 times at 252 rows and blocks of 20,
// 1.03 at 1,000.
//   values  in time order, finite, two blocks or more
//   errors  invalid_input: too few values, or an option out of its range
//   source  Politis and Romano, The Stationary Bootstrap, JASA 89 (1994); quantiles interpolated linearly (Hyndman-Fan 7);
//           Hesterberg, What Teachers Should Know About the Bootstrap, The American Statistician 69 (2015): the expanded
//           percentile interval, here with blocks as the observations
Result<Interval> compute_mean_interval(std::span<const double> values, const BootstrapOptions& options, Rng& rng);

}  // namespace converge::evaluate
