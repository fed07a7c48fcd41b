// evaluate/backtest.hpp — what a signal would have earned if its orders had met the market.
//
// Pure. One loop over bars, in the order in which things happen: the open fills the order that waits, the close marks the
// position, then the signal of that close may place an order. Assumptions, all of them:
//   - A signal at the close of bar t is filled at the open of bar t+1, never at a price of bar t.
//   - An open that the source made up (open_synthetic) fills nothing; the order waits for the next real open, and is
//     dropped if a later signal wants what is already held. Both are counted.
//   - Slippage moves every fill against the order, then the price is rounded to the tick against the order. Commission is
//     taken on both sides and rounded up. Only whole shares are traded, as many as the equity carries after costs.
//   - Weight 1 is the whole equity; above 1 borrows cash free of charge, below 0 sells short. When equity is gone at a
//     close, trading stops, and the result says when.
// Money is int64 ticks: multiples of the price increment. Prices enter as doubles of the feature layer and are rounded to
// ticks once, on entry.
#pragma once
#include "base/result.hpp"
#include "feature/matrix.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace converge::evaluate {

struct BacktestOptions {
  double tick = 0.01;                        // price increment, in the unit of the prices
  std::int64_t initial_ticks = 100'000'000;  // a million units at a tick of 0.01
  double commission_bps = 0;
  double slippage_bps = 0;
};

struct OrderFill {
  std::size_t signal_bar = 0;  // whose close decided
  std::size_t bar = 0;         // whose open filled
  std::int64_t shares = 0;     // bought, or sold when negative
  std::int64_t price_ticks = 0;
  std::int64_t commission_ticks = 0;
};

struct BacktestResult {
  std::vector<OrderFill> fills;
  std::vector<std::int64_t> equity_ticks;  // at each close, shape [bars]; after ruin the last value stands
  std::vector<std::uint8_t> in_position;   // through each close, shape [bars]
  std::int64_t traded_ticks = 0;
  std::int64_t opens_waited = 0;     // synthetic opens at which an order stood waiting
  std::int64_t orders_dropped = 0;   // the signal changed its mind before a fill
  std::int64_t orders_unfilled = 0;  // still waiting at the end
  std::optional<std::size_t> ruined_at;
};

// The tick to count in: the one asked for, else the largest power of ten that is at most 1e-4 of the median close, 0.01 at
// most.
//   errors  invalid_input: no close, or a tick asked for that is above 1e-4 of the median close (a cent on a rate of 1.0843
//           would round away a whole day's move), with the one to write instead
Result<double> choose_tick(std::span<const double> close, std::optional<double> asked);

// weights: the share of equity wanted from the close of each bar on, shape [bars.size()]; an order is placed only when
// it differs from the weight last asked for.
//   errors  invalid_input: shapes differ, a weight that is not finite, a price that is not positive, or no initial cash
Result<BacktestResult> run_backtest_loop(const feature::Bars& bars, std::span<const double> weights,
                                         const BacktestOptions& options);

// Weights of a signal: 1 while the score is on the long side of the threshold, else 0. No score (NaN), no position.
std::vector<double> compute_weights(std::span<const double> scores, bool long_below, double threshold);

}  // namespace converge::evaluate
