// feature/true_range.hpp — how far a price travelled since the previous close.
#pragma once
#include <algorithm>
#include <cmath>

namespace converge::feature {

// max(high - low, |high - previous close|, |low - previous close|); NaN when any of the three is missing.
// source: Wilder, New Concepts in Technical Trading Systems (1978)
inline double compute_true_range(double high, double low, double previous_close) {
  if (std::isnan(previous_close) || std::isnan(low)) return previous_close + low;
  return std::max({high - low, std::abs(high - previous_close), std::abs(low - previous_close)});
}

}  // namespace converge::feature
