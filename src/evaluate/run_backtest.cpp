#include "evaluate/run_backtest.hpp"

#include "base/hash.hpp"
#include "model/registry.hpp"
#include "store/sql.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <cmath>
#include <limits>
#include <map>

namespace converge::evaluate {
namespace {

using store::params;

constexpr std::size_t bars_min = 2;         // what is ordered on one bar is filled on the next
constexpr double initial_cash = 1'000'000;  // in the unit of the prices

feature::Bars take_between(const feature::Bars& bars, Instant from, Instant to) {
  feature::Bars out;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    if (bars.bar_at[i] < from || bars.bar_at[i] > to) continue;
    out.bar_at.push_back(bars.bar_at[i]);
    out.open.push_back(bars.open[i]);
    out.high.push_back(bars.high[i]);
    out.low.push_back(bars.low[i]);
    out.close.push_back(bars.close[i]);
    out.volume.push_back(bars.volume[i]);
    out.open_synthetic.push_back(bars.open_synthetic[i]);
  }
  return out;
}

std::vector<double> place_scores(const feature::Bars& bars, const std::vector<PredictionRow>& predictions) {
  std::map<Instant, double> by_bar;
  for (const PredictionRow& prediction : predictions)
    if (prediction.score) by_bar[prediction.bar_at] = *prediction.score;
  std::vector<double> scores;
  for (const Instant bar_at : bars.bar_at) {
    const auto found = by_bar.find(bar_at);
    scores.push_back(found == by_bar.end() ? std::numeric_limits<double>::quiet_NaN() : found->second);
  }
  return scores;
}

Result<BacktestSide> run_side(const feature::Bars& bars, std::span<const double> weights,
                              const BacktestOptions& options) {
  TRY(BacktestResult result, run_backtest_loop(bars, weights, options));
  BacktestSide side{std::move(result), std::nullopt};
  if (side.result.ruined_at) return side;
  const std::vector<double> equity(side.result.equity_ticks.begin(), side.result.equity_ticks.end());
  TRY(side.performance,
      compute_performance(bars.bar_at, equity, side.result.in_position, static_cast<double>(side.result.traded_ticks)));
  return side;
}

JsonObject to_json(const BacktestSide& side) {
  JsonObject json = side.performance ? to_json(*side.performance) : JsonObject{};
  json["fills"] = static_cast<std::int64_t>(side.result.fills.size());
  json["opens_waited"] = side.result.opens_waited;
  json["orders_dropped"] = side.result.orders_dropped;
  json["orders_unfilled"] = side.result.orders_unfilled;
  json["equity_ticks"] = side.result.equity_ticks.back();
  json["is_ruined"] = side.result.ruined_at.has_value();
  return json;
}

JsonObject make_params(const model::ModelSignal& signal, const BacktestOptions& options) {
  JsonObject json;
  json["long"] = signal.long_below ? "below" : "above";
  json["threshold"] = signal.threshold;
  json["fill"] = "next_real_open";
  json["commission_bps"] = options.commission_bps;
  json["slippage_bps"] = options.slippage_bps;
  json["tick"] = options.tick;
  json["initial_ticks"] = options.initial_ticks;
  return json;
}

Result<BacktestOptions> make_options(const model::ModelSignal& signal, const feature::Bars& bars) {
  TRY(const double tick, choose_tick(bars.close, signal.tick));
  return BacktestOptions{.tick = tick,
                         .initial_ticks = std::llround(initial_cash / tick),
                         .commission_bps = signal.commission_bps,
                         .slippage_bps = signal.slippage_bps};
}

Result<TrialRow> make_trial(store::Scope& scope, const BacktestRow& backtest, const std::string& model_version_id,
                            std::int64_t bars) {
  TRY(const ModelVersionRow version, model::load_version(scope.tx, model_version_id));
  const auto algorithm = parse_enum<TrialAlgorithm>(enum_text(version.algorithm));
  if (!algorithm) return fail(Errc::internal, fmt::format("trial.algorithm has no '{}'", enum_text(version.algorithm)));
  return TrialRow{
      .id = scope.id("trial", "backtest\x1f" + backtest.id),
      .model = backtest.model,
      .kind = TrialKind::backtest,
      .algorithm = *algorithm,
      .spec_hash = compute_sha256_hex(fmt::format("{}\x1f{}\x1f{}\x1f{}", backtest.params, version.artifact_sha256,
                                                  render_instant(backtest.from_at), render_instant(backtest.to_at))),
      .score = std::nullopt,
      .rows = bars,
      .model_version_id = version.id,
      .detail = backtest.metrics,
      .created_at = scope.now};
}

}  // namespace

Result<BacktestComparison> compare_backtests(const feature::Bars& bars, std::vector<double> scores,
                                             const model::ModelSignal& signal) {
  TRY(const BacktestOptions options, make_options(signal, bars));
  TRY(BacktestSide side, run_side(bars, compute_weights(scores, signal.long_below, signal.threshold), options));
  TRY(BacktestSide hold, run_side(bars, std::vector<double>(bars.size(), 1), options));
  return BacktestComparison{std::move(scores), options, std::move(side), std::move(hold)};
}

Result<std::optional<BacktestOutcome>> load_backtest(store::Tx& tx, const model::ModelSpec& spec,
                                                     const feature::Bars& bars, Instant from, Instant to,
                                                     Instant known_at) {
  TRY(auto predictions, tx.load<PredictionRow>(sql::prediction_acted_on,
                                               params(spec.name, spec.symbol, spec.timeframe, from, to, known_at)));
  if (predictions.empty()) return std::optional<BacktestOutcome>{};
  const feature::Bars span = take_between(bars, predictions.front().bar_at, to);
  if (span.size() < bars_min) return std::optional<BacktestOutcome>{};
  TRY(BacktestComparison comparison, compare_backtests(span, place_scores(span, predictions), spec.signal));

  BacktestRow row;
  row.model = spec.name;
  row.from_at = span.bar_at.front();
  row.to_at = span.bar_at.back();
  row.params = render_canonical_json(Json(make_params(spec.signal, comparison.options)));
  row.metrics = render_canonical_json(Json(to_json(comparison.signal)));
  row.buy_and_hold = render_canonical_json(Json(to_json(comparison.buy_and_hold)));
  row.created_at = known_at;
  TRY(const auto trials, tx.select(sql::trial_count, params(spec.name, known_at)));
  row.trials = std::get<std::int64_t>(trials.rows.at(0).at(0));
  return std::optional(BacktestOutcome{std::move(row), span.bar_at, std::move(comparison),
                                       std::move(predictions.back().model_version_id)});
}

Result<std::optional<BacktestOutcome>> run_backtest(store::Scope& scope, const model::ModelSpec& spec,
                                                    const feature::Bars& bars, Instant from, Instant to) {
  TRY(auto outcome, load_backtest(scope.tx, spec, bars, from, to, scope.now));
  if (!outcome) return outcome;
  BacktestRow& row = outcome->row;
  TRY(auto stored,
      scope.tx.find<BacktestRow>(sql::backtest_of_content,
                                 params(row.model, row.from_at, row.to_at, row.params, row.metrics, row.buy_and_hold)));
  if (stored) {
    row = *std::move(stored);
    return outcome;
  }
  row.id = scope.id("backtest", fmt::format("{}\x1f{}\x1f{}\x1f{}", row.model, render_instant(row.from_at),
                                            render_instant(row.to_at), compute_sha256_hex(row.params + row.metrics)));
  ++row.trials;  // this one included
  TRY(const TrialRow trial, make_trial(scope, row, outcome->last_version_id, std::ssize(outcome->bar_at)));
  TRY_VOID(scope.tx.insert(trial));
  TRY_VOID(scope.tx.insert(row));
  return outcome;
}

}  // namespace converge::evaluate
