// tests/sim/martingale.hpp — prices of which nothing can be known beforehand.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace converge::sim {

// A price file in the format of desk/data/sp500.csv (its header, the given days). Closes are a martingale: the returns
// exp(s z - s^2 / 2) - 1 are independent, identically distributed and of mean zero. Each night and each
// day is one such step; highs and lows lie beyond open and close; volumes are independent of all of it.
std::string render_martingale_prices(std::uint64_t seed, const std::vector<std::string>& days);

}  // namespace converge::sim
