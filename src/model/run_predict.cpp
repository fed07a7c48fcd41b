#include "model/run_predict.hpp"

#include "feature/label_set.hpp"
#include "store/sql.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <set>

namespace converge::model {
namespace {

using store::params;

struct Speaker {
  ModelVersionRow version;
  PredictionRole role;
};

Result<std::optional<Speaker>> find_speaker(store::Scope& scope, const ModelSpec& spec) {
  TRY(auto champion, find_champion(scope.tx, spec.name, scope.now));
  if (champion) return std::optional(Speaker{*std::move(champion), PredictionRole::champion});
  TRY(auto candidate, find_version_at(scope.tx, spec.name, ModelAliasAlias::candidate, scope.now));
  if (candidate) return std::optional(Speaker{*std::move(candidate), PredictionRole::shadow});
  return std::optional<Speaker>{};
}

Result<std::set<Instant>> load_predicted_bars(store::Scope& scope, const ModelSpec& spec, Instant from) {
  TRY(const auto answer,
      scope.tx.select(sql::prediction_bars_from, params(spec.name, spec.symbol, spec.timeframe, from)));
  std::set<Instant> bars;
  for (const auto& row : answer.rows) bars.insert(std::get<Instant>(row.at(0)));
  return bars;
}

// Why the row cannot be judged; empty when it can.
std::string find_abstain_reason(const Speaker& speaker, const std::string& label_set_hash,
                                const std::string& feature_set_hash, const feature::Matrix& matrix, std::size_t row) {
  if (speaker.version.label_set_hash != label_set_hash)
    return fmt::format("version {} was fitted to another label", speaker.version.version);
  if (speaker.version.feature_set_hash != feature_set_hash)
    return fmt::format("version {} was fitted on other features", speaker.version.version);
  const auto values = matrix.row(row);
  const auto hole = std::ranges::find_if_not(values, [](double value) { return std::isfinite(value); });
  if (hole == values.end()) return {};
  return fmt::format("feature {} is not defined", matrix.names[static_cast<std::size_t>(hole - values.begin())]);
}

}  // namespace

Result<PredictCounts> run_predict(store::Scope& scope, const ModelSpec& spec, const std::string& feature_set_hash,
                                  const feature::Matrix& matrix, std::size_t first_row, ScorerCache& scorers) {
  if (first_row >= matrix.rows()) return PredictCounts{};
  TRY(const auto speaker, find_speaker(scope, spec));
  if (!speaker) return PredictCounts{};
  TRY(const auto predicted, load_predicted_bars(scope, spec, matrix.bar_at[first_row]));
  TRY(const Scorer scorer, scorers.load(scope.tx, speaker->version.artifact_sha256));
  TRY(const auto labels, feature::LabelSet::make(spec.label));

  std::vector<PredictionRow> rows;
  PredictCounts counts;
  for (std::size_t i = first_row; i < matrix.rows(); ++i) {
    const Instant bar_at = matrix.bar_at[i];
    if (predicted.contains(bar_at)) continue;
    PredictionRow row{.id = scope.id("prediction", fmt::format("{}\x1f{}\x1f{}\x1f{}", spec.name, spec.symbol,
                                                               spec.timeframe, render_instant(bar_at))),
                      .model = spec.name,
                      .role = speaker->role,
                      .model_version_id = speaker->version.id,
                      .symbol = spec.symbol,
                      .timeframe = spec.timeframe,
                      .bar_at = bar_at,
                      .score = std::nullopt,
                      .base_rate = speaker->version.base_rate,
                      .abstain_reason = std::nullopt,
                      .feature_set_hash = feature_set_hash,
                      .predicted_at = scope.now};
    if (std::string reason = find_abstain_reason(*speaker, labels.hash(), feature_set_hash, matrix, i);
        !reason.empty()) {
      row.abstain_reason = std::move(reason);
      ++counts.abstentions;
    } else {
      TRY(const auto scores, scorer(matrix.row(i), matrix.columns()));
      row.score = scores.front();
    }
    rows.push_back(std::move(row));
  }
  TRY_VOID(scope.tx.insert(rows));
  counts.predictions = static_cast<std::int64_t>(rows.size());
  return counts;
}

}  // namespace converge::model
