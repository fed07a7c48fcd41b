#include "model/run_train.hpp"

#include "base/hash.hpp"
#include "base/rng.hpp"
#include "contract/contract.hpp"
#include "feature/check.hpp"
#include "model/train.hpp"
#include "store/sql.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

namespace converge::model {
namespace {

using store::params;

constexpr int truncations = 3;

std::string hash_contracts() {
  std::string text;
  for (const auto& contract : contract::system_contracts()) text += contract.table + " " + contract.hash + "\n";
  return compute_sha256_hex(text);
}

// The features before a few places chosen at random must not depend on what came after them.
Result<void> check_leaks(const store::Scope& scope, const ModelSpec& spec, const KnownHistory& known) {
  Rng rng = Rng::named(scope.seed, fmt::format("truncation/{}/{}", spec.name, render_instant(scope.now)));
  std::vector<std::size_t> cuts;
  for (int i = 0; i < truncations; ++i) cuts.push_back(1 + rng.below(known.bars.size()));
  return with_context(feature::check_truncation(known.features, known.bars, cuts),
                      spec.name + " gets no version: features look ahead");
}

Result<TrainAttempt> attempt(store::Scope& scope, const ModelSpec& spec, const Dataset& dataset,
                             const std::optional<ModelVersionRow>& champion, ScorerCache& scorers, std::uint64_t seed) {
  if (!champion) return train_first(spec, dataset, seed);
  TRY(Scorer scorer, scorers.load(scope.tx, champion->artifact_sha256));
  return train_challenger(spec, dataset, {std::move(scorer), champion->train_to_at}, seed);
}

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

Result<TrialRow> make_trial_row(const store::Scope& scope, const ModelVersionRow& version, const FitTrial& trial,
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
  return TrialRow{.id = scope.id("trial", fmt::format("{}\x1f{}\x1f{}", version.model, version.version, number)),
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

Result<ModelVersionRow> make_version_row(store::Scope& scope, const ModelSpec& spec, const KnownHistory& known,
                                         const TrainCause& cause, const Candidate& candidate,
                                         const std::optional<ModelVersionRow>& champion, std::uint64_t seed) {
  TRY(const auto last, scope.tx.select(sql::model_version_last, params(spec.name)));
  const std::int64_t version = std::get<std::int64_t>(last.rows.at(0).at(0)) + 1;
  const auto algorithm = parse_enum<ModelVersionAlgorithm>(candidate.algorithm);
  if (!algorithm) return fail(Errc::internal, fmt::format("model_version.algorithm has no '{}'", candidate.algorithm));
  return ModelVersionRow{
      .id = scope.id("model_version", fmt::format("{}\x1f{}", spec.name, version)),
      .model = spec.name,
      .version = version,
      .algorithm = *algorithm,
      .feature_set_hash = known.features.hash(),
      .label_set_hash = known.labels.hash(),
      .params = render_canonical_json(Json(candidate.params)),
      .seed = static_cast<std::int64_t>(seed),
      .code_revision = cause.code_revision,
      .contract_hash = hash_contracts(),
      .data_snapshot_hash = known.snapshot_hash,
      .train_from_at = candidate.train_from_at,
      .train_to_at = candidate.train_to_at,
      .rows_trained = candidate.rows_trained,
      .base_rate = candidate.base_rate,
      .metrics = render_canonical_json(Json(candidate.metrics)),
      .artifact_sha256 = candidate.artifact.sha256,
      .parent_version_id = champion ? std::optional(champion->id) : std::nullopt,
      .reference = candidate.is_challenger ? ModelVersionReference::champion : ModelVersionReference::base_rate,
      .finding_id = cause.finding_id,
      .proposal_id = cause.proposal_id,
      .job_id = cause.job_id,
      .created_at = scope.now};
}

Result<void> insert_candidate(store::Scope& scope, const ModelVersionRow& version, const Candidate& candidate,
                              const std::vector<FitTrial>& trials) {
  std::vector<EvaluationRow> evaluation;
  for (const JudgedRow& row : candidate.judged)
    evaluation.push_back({.model_version_id = version.id,
                          .bar_at = row.bar_at,
                          .label_end_at = row.label_end_at,
                          .label = row.label,
                          .score = row.score,
                          .reference_score = row.reference_score,
                          .fold = row.fold});
  std::vector<TrialRow> trial_rows;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    TRY(TrialRow row, make_trial_row(scope, version, trials[i], i + 1));
    trial_rows.push_back(std::move(row));
  }
  TRY_VOID(insert_artifact(scope, candidate.artifact));
  TRY_VOID(scope.tx.insert(version));
  TRY_VOID(scope.tx.insert(evaluation));
  TRY_VOID(scope.tx.insert(trial_rows));
  return set_alias(scope, version, ModelAliasAlias::candidate,
                   {.gate_decision_id = std::nullopt,
                    .actor = "train",
                    .reason = fmt::format("version {} was fitted", version.version),
                    .evidence = {}});
}

}  // namespace

Result<TrainOutcome> run_train(store::Scope& scope, const ModelSpec& spec, const KnownHistory& known,
                               const TrainCause& cause, ScorerCache& scorers) {
  TRY_VOID(check_leaks(scope, spec, known));
  const auto labels = known.labels.compute(known.bars);
  TRY(const Dataset dataset, make_dataset(known.matrix, labels, scope.now));
  TRY(const auto champion, find_champion(scope.tx, spec.name, scope.now));
  const std::uint64_t seed = Rng::named(scope.seed, "fit/" + spec.name).bits() >> 33;  // 31 bits, as XGBoost keeps it
  TRY(TrainAttempt result, with_context(attempt(scope, spec, dataset, champion, scorers, seed), "train " + spec.name));

  TrainOutcome outcome{.version = std::nullopt,
                       .insufficient_evidence = std::move(result.insufficient_evidence),
                       .trials = static_cast<std::int64_t>(result.trials.size())};
  if (!result.candidate) return outcome;
  TRY(outcome.version, make_version_row(scope, spec, known, cause, *result.candidate, champion, seed));
  TRY_VOID(insert_candidate(scope, *outcome.version, *result.candidate, result.trials));
  return outcome;
}

}  // namespace converge::model
