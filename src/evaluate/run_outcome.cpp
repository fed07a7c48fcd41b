#include "evaluate/run_outcome.hpp"

#include "model/metrics.hpp"
#include "store/sql.hpp"

#include <algorithm>

namespace converge::evaluate {
namespace {

using store::params;

Result<std::vector<PredictionRow>> load_unscored(store::Scope& scope, const model::ModelSpec& spec,
                                                 const std::string& label_set_hash) {
  TRY(const auto last, scope.tx.select(sql::outcome_last_bar, params(spec.name, spec.symbol, spec.timeframe)));
  const Instant after = last.rows.empty() ? begin_of_time : std::get<Instant>(last.rows.front().at(0));
  return scope.tx.load<PredictionRow>(sql::prediction_unscored,
                                      params(spec.name, spec.symbol, spec.timeframe, after, label_set_hash));
}

// The label of the bar at `bar_at`, if it has one that ended by `now`.
std::optional<feature::Label> find_matured_label(const feature::LabelSet& labels, const feature::Bars& bars,
                                                 Instant bar_at, Instant now) {
  const auto at = std::ranges::lower_bound(bars.bar_at, bar_at);
  if (at == bars.bar_at.end() || *at != bar_at) return std::nullopt;
  const auto row = static_cast<std::size_t>(at - bars.bar_at.begin());
  const auto computed = labels.compute(bars, row, row + 1);
  if (computed.empty() || computed.front().t1 > now) return std::nullopt;
  return computed.front();
}

}  // namespace

Result<std::vector<OutcomeRow>> run_outcome(store::Scope& scope, const model::ModelSpec& spec,
                                            const feature::LabelSet& labels, const feature::Bars& bars) {
  TRY(const auto predictions, load_unscored(scope, spec, labels.hash()));
  std::vector<OutcomeRow> outcomes;
  for (const PredictionRow& prediction : predictions) {
    const auto label = find_matured_label(labels, bars, prediction.bar_at, scope.now);
    if (!label) continue;
    outcomes.push_back({.prediction_id = prediction.id,
                        .label = label->label,
                        .value = label->value,
                        .label_end_at = label->t1,
                        .log_loss = model::compute_log_loss(label->label, prediction.score.value()),
                        .base_log_loss = model::compute_log_loss(label->label, prediction.base_rate),
                        .matured_at = scope.now});
  }
  TRY_VOID(scope.tx.insert(outcomes));
  return outcomes;
}

}  // namespace converge::evaluate
