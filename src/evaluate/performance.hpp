// evaluate/performance.hpp — what an equity curve earned, and what it cost in nerves.
//
// Pure. Periods per year come from the instants of the curve itself, so a minute curve is not annualised as if it were
// daily. Rates are fractions (0.07 is 7 % a year); the risk-free rate is taken as 0.
#pragma once
#include "base/result.hpp"
#include "base/time.hpp"
#include "wire/json.hpp"

#include <cstdint>
#include <span>

namespace converge::evaluate {

struct Performance {
  double total_return = 0;
  double cagr = 0;                     // compound annual growth over years of 365.25 days
  double volatility = 0;               // sample deviation of the period returns, annualised
  double sharpe = 0;                   // mean over deviation of the period returns, annualised; 0 when nothing moved
  double sortino = 0;                  // the same over the root mean square of the losses; 0 without a loss
  double max_drawdown = 0;             // largest fall from a high, as a fraction of the high, >= 0
  std::int64_t max_drawdown_bars = 0;  // longest time below a high, bars
  double exposure = 0;                 // share of bars with a position
  double turnover = 0;                 // traded value over mean equity, a year
};

//   bar_at       instants of the closes, ascending, shape [n], n >= 2
//   equity       positive, in any one unit: currency, ticks, shape [n]
//   in_position  1 where the bar was held, shape [n]
//   traded       value traded over the whole curve, in the unit of equity
//   errors       invalid_input: shapes differ, fewer than two bars, or an equity that is not positive
Result<Performance> compute_performance(std::span<const Instant> bar_at, std::span<const double> equity,
                                        std::span<const std::uint8_t> in_position, double traded);

JsonObject to_json(const Performance& performance);

}  // namespace converge::evaluate
