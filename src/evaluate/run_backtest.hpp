// evaluate/run_backtest.hpp — the backtest of what the champions of a model really said, beside buying and holding.
#pragma once
#include "evaluate/backtest.hpp"
#include "evaluate/performance.hpp"
#include "model/model_spec.hpp"
#include "store/db.hpp"

#include <optional>
#include <vector>

namespace converge::evaluate {

// One side of the comparison: the fills and the curve, and what they amount to.
struct BacktestSide {
  BacktestResult result;
  std::optional<Performance> performance;  // none after ruin
};

struct BacktestComparison {
  std::vector<double> scores;  // per bar, NaN without a prediction
  BacktestOptions options;     // of both sides
  BacktestSide signal;
  BacktestSide buy_and_hold;  // long from the first open on, under the same costs
};

// Pure. scores: one per bar, NaN for none. errors: as run_backtest_loop and choose_tick; invalid_input for fewer than two bars
Result<BacktestComparison> compare_backtests(const feature::Bars& bars, std::vector<double> scores,
                                             const model::ModelSignal& signal);

struct BacktestOutcome {
  BacktestRow row;
  std::vector<Instant> bar_at;  // of the curves, from the first prediction on
  BacktestComparison comparison;
  std::string last_version_id;  // who spoke last
};

// Backtests the predictions with role champion of bars in [from, to] that were made by `known_at`: every score was given
// before its outcome was known, by whichever version was in office. Both sides begin on the bar of the first of them.
//   bars      of the model's symbol, as known at known_at
//   returns   none when no champion spoke of a bar before the last one: a shadow is never acted on, and one bar earns nothing.
//             The row has no id: it is not written
Result<std::optional<BacktestOutcome>> load_backtest(store::Tx& tx, const model::ModelSpec& spec,
                                                     const feature::Bars& bars, Instant from, Instant to,
                                                     Instant known_at);

// The same at scope.now, kept as one look at the past: somebody may choose by it, so it counts as a trial.
//   writes         backtest, trial (kind backtest)
//   idempotent by  content: the same interval with the same result is the row that was written first
Result<std::optional<BacktestOutcome>> run_backtest(store::Scope& scope, const model::ModelSpec& spec,
                                                    const feature::Bars& bars, Instant from, Instant to);

}  // namespace converge::evaluate
