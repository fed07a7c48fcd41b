#include "model/run_evidence.hpp"

#include "base/hash.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

namespace converge::model {
namespace {

std::string hash_spec(const ModelVersionRow& version, const FitTrial& trial) {
  JsonObject spec;
  spec["features"] = version.feature_set_hash;
  spec["label"] = version.label_set_hash;
  spec["data"] = version.data_snapshot_hash;
  spec["algorithm"] = trial.algorithm;
  spec["params"] = trial.params;
  spec["rows"] = trial.rows_trained;
  spec["from"] = render_instant(trial.train_from_at);
  spec["to"] = render_instant(trial.train_to_at);
  return compute_sha256_hex(render_canonical_json(Json(std::move(spec))));
}

Result<TrialRow> make_trial(const store::Scope& scope, const ModelVersionRow& version, const FitTrial& trial,
                            std::size_t number) {
  const auto algorithm = parse_enum<TrialAlgorithm>(trial.algorithm);
  if (!algorithm) return fail(Errc::internal, fmt::format("trial.algorithm has no '{}'", trial.algorithm));
  JsonObject detail;
  detail["stage"] = trial.stage;
  detail["fold"] = trial.fold;
  detail["params"] = trial.params;
  detail["rows_trained"] = trial.rows_trained;
  detail["train_from_at"] = render_instant(trial.train_from_at);
  detail["train_to_at"] = render_instant(trial.train_to_at);
  return TrialRow{
      .id = scope.id("trial", fmt::format("{}\x1f{}\x1f{}\x1f{}", version.model, version.version, trial.stage, number)),
      .model = version.model,
      .kind = TrialKind::fit,
      .algorithm = *algorithm,
      .spec_hash = hash_spec(version, trial),
      .score = trial.score,
      .rows = trial.rows_scored,
      .model_version_id = version.id,
      .detail = render_canonical_json(Json(std::move(detail))),
      .created_at = scope.now};
}

}  // namespace

Result<void> insert_judged(store::Scope& scope, const ModelVersionRow& version, std::span<const JudgedRow> judged,
                           EvaluationRole role) {
  std::vector<EvaluationRow> rows;
  for (const JudgedRow& row : judged)
    rows.push_back({.model_version_id = version.id,
                    .bar_at = row.bar_at,
                    .label_end_at = row.label_end_at,
                    .label = row.label,
                    .score = row.score,
                    .reference_score = row.reference_score,
                    .fold = row.fold,
                    .role = role});
  return scope.tx.insert(rows);
}

Result<void> insert_trials(store::Scope& scope, const ModelVersionRow& version, std::span<const FitTrial> trials) {
  std::vector<TrialRow> rows;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    TRY(TrialRow row, make_trial(scope, version, trials[i], i + 1));
    rows.push_back(std::move(row));
  }
  return scope.tx.insert(rows);
}

}  // namespace converge::model
