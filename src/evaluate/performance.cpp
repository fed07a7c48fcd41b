#include "evaluate/performance.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <cmath>
#include <vector>

namespace converge::evaluate {
namespace {

constexpr double seconds_per_year = 365.25 * 86'400;

struct Drawdown {
  double depth = 0;
  std::int64_t bars = 0;
};

Drawdown compute_drawdown(std::span<const double> equity) {
  Drawdown worst;
  double high = equity.front();
  std::int64_t bars_below = 0;
  for (const double value : equity) {
    bars_below = value < high ? bars_below + 1 : 0;
    high = std::max(high, value);
    worst.depth = std::max(worst.depth, 1 - value / high);
    worst.bars = std::max(worst.bars, bars_below);
  }
  return worst;
}

std::vector<double> compute_returns(std::span<const double> equity) {
  std::vector<double> returns;
  for (std::size_t i = 1; i < equity.size(); ++i) returns.push_back(equity[i] / equity[i - 1] - 1);
  return returns;
}

double compute_mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

Result<Performance> compute_performance(std::span<const Instant> bar_at, std::span<const double> equity,
                                        std::span<const std::uint8_t> in_position, double traded) {
  const std::size_t bars = equity.size();
  const bool is_positive = std::ranges::all_of(equity, [](double value) { return value > 0; });
  if (bars < 2 || bar_at.size() != bars || in_position.size() != bars || !is_positive ||
      bar_at.back() <= bar_at.front())
    return fail(Errc::invalid_input, "performance: two bars or more, one positive equity for each");

  const double years = std::chrono::duration<double>(bar_at.back() - bar_at.front()).count() / seconds_per_year;
  const auto returns = compute_returns(equity);
  const auto periods = static_cast<double>(returns.size());
  const double mean = compute_mean(returns);
  double square_sum = 0, loss_square_sum = 0;
  for (const double each : returns) {
    square_sum += (each - mean) * (each - mean);
    loss_square_sum += each < 0 ? each * each : 0;
  }
  const double deviation = returns.size() > 1 ? std::sqrt(square_sum / (periods - 1)) : 0;
  const double loss_deviation = std::sqrt(loss_square_sum / periods);
  const double periods_per_year = periods / years;
  const double annual = std::sqrt(periods_per_year);
  const Drawdown drawdown = compute_drawdown(equity);
  const auto bars_held = std::ranges::count_if(in_position, [](std::uint8_t held) { return held != 0; });
  const double growth = equity.back() / equity.front();
  return Performance{.total_return = growth - 1,
                     .cagr = std::pow(growth, 1 / years) - 1,
                     .volatility = deviation * annual,
                     .sharpe = deviation > 0 ? mean / deviation * annual : 0,
                     .sortino = loss_deviation > 0 ? mean / loss_deviation * annual : 0,
                     .max_drawdown = drawdown.depth,
                     .max_drawdown_bars = drawdown.bars,
                     .exposure = static_cast<double>(bars_held) / static_cast<double>(bars),
                     .turnover = traded / compute_mean(equity) / years};
}

JsonObject to_json(const Performance& performance) {
  JsonObject json;
  json["total_return"] = performance.total_return;
  json["cagr"] = performance.cagr;
  json["volatility"] = performance.volatility;
  json["sharpe"] = performance.sharpe;
  json["sortino"] = performance.sortino;
  json["max_drawdown"] = performance.max_drawdown;
  json["max_drawdown_bars"] = performance.max_drawdown_bars;
  json["exposure"] = performance.exposure;
  json["turnover"] = performance.turnover;
  return json;
}

}  // namespace converge::evaluate
