// feature/true_range.hpp — how far a price travelled since the previous close.
#pragma once
#include "feature/indicator.hpp"
#include "feature/window.hpp"

#include <algorithm>
#include <cmath>

namespace converge::feature {

inline constexpr Ohlcv missing_bar{undefined, undefined, undefined, undefined, undefined};

// The bar, or nothing at all when its high, low or close is missing: a bar that is known in part is no bar to compare with.
inline Ohlcv whole_bar(const Ohlcv& bar) {
  return std::isfinite(bar.high + bar.low + bar.close) ? bar : missing_bar;
}

// max(high - low, |high - previous close|, |low - previous close|); undefined when any of the three is missing.
// source: Wilder, New Concepts in Technical Trading Systems (1978)
inline double compute_true_range(const Ohlcv& bar, const Ohlcv& previous) {
  if (!std::isfinite(bar.high + bar.low + previous.close)) return undefined;
  return std::max({bar.high - bar.low, std::abs(bar.high - previous.close), std::abs(bar.low - previous.close)});
}

}  // namespace converge::feature
