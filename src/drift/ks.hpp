// drift/ks.hpp — Kolmogorov and Smirnov's two-sample distance.
#pragma once
#include "base/result.hpp"

#include <span>

namespace converge::drift {

// The largest gap between the two empirical distribution functions, read at values only, so ties never open a gap.
//   sorted_reference, sorted_current  ascending, no NaN
//   returns  0 (same distribution) to 1 (no overlap)
//   errors   invalid_input: a sample without rows
//   source   Conover, Practical Nonparametric Statistics 6.3. The distance only: no p-value, which would assume
//            independent rows
Result<double> compute_ks(std::span<const double> sorted_reference, std::span<const double> sorted_current);

inline constexpr double ks_max = 1.0;

}  // namespace converge::drift
