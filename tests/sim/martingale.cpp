#include "sim/martingale.hpp"

#include "base/rng.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace converge::sim {
namespace {

constexpr double first_close = 1'455;
constexpr double daily_volatility = 0.012;
constexpr double night_share = 0.2;  // of the day's variance falls between the close and the next open
constexpr double range = 0.5;        // of the daily volatility, for what lies beyond open and close
constexpr double volume_median = 3e9, volume_spread = 0.25;

}  // namespace

std::string render_martingale_prices(std::uint64_t seed, const std::vector<std::string>& days) {
  Rng rng = Rng::named(seed, "martingale");
  std::string text = "date,open,high,low,close,adjclose,volume\n";
  const auto step = [&](double share) {
    const double deviation = daily_volatility * std::sqrt(share);
    return std::exp(deviation * rng.normal() - deviation * deviation / 2);
  };
  const auto beyond = [&] { return std::exp(range * daily_volatility * std::abs(rng.normal())); };
  double close = first_close;
  for (const std::string& day : days) {
    const double open = close * step(night_share);
    close = open * step(1 - night_share);
    const double high = std::max(open, close) * beyond(), low = std::min(open, close) / beyond();
    const double volume = volume_median * std::exp(volume_spread * rng.normal());
    text += fmt::format("{0},{1:.6f},{2:.6f},{3:.6f},{4:.6f},{4:.6f},{5:.0f}\n", day, open, high, low, close, volume);
  }
  return text;
}

}  // namespace converge::sim
