// feature/test_bars.hpp — bars for tests: a seeded walk, a series of closes, the TA-Lib oracle's own prices.
#pragma once
#include "base/rng.hpp"
#include "feature/matrix.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <vector>

namespace converge::feature {

inline void append_bar(Bars& bars, double open, double high, double low, double close, double volume) {
  bars.bar_at.push_back(Instant(std::chrono::days(bars.size())));
  bars.open.push_back(open);
  bars.high.push_back(high);
  bars.low.push_back(low);
  bars.close.push_back(close);
  bars.volume.push_back(volume);
  bars.open_synthetic.push_back(0);
}

// Every price of a bar is its close.
inline Bars make_flat_bars(const std::vector<double>& closes, double volume = 100) {
  Bars bars;
  for (const double close : closes) append_bar(bars, close, close, close, close, volume);
  return bars;
}

inline Bars make_random_bars(std::uint64_t seed, std::size_t n) {
  Rng rng(seed);
  Bars bars;
  double close = 50 + 100 * rng.uniform();
  for (std::size_t i = 0; i < n; ++i) {
    const double open = close * (1 + 0.01 * rng.normal());
    close = open * std::exp(0.02 * rng.normal());
    append_bar(bars, open, std::max(open, close) * (1 + 0.02 * rng.uniform()), std::min(open, close) * (1 - 0.02 * rng.uniform()),
               close, std::floor(1e6 * std::exp(rng.normal())));
  }
  return bars;
}

}  // namespace converge::feature
