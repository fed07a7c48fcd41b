#include "model/run_train.hpp"

#include "base/hash.hpp"
#include "base/rng.hpp"
#include "contract/contract.hpp"
#include "feature/check.hpp"
#include "model/run_evidence.hpp"
#include "model/run_history.hpp"
#include "model/train.hpp"
#include "store/sql.hpp"

#include <fmt/format.h>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::model {
namespace {

using store::params;

std::string hash_contracts() {
  std::string text;
  for (const auto& contract : contract::system_contracts()) text += contract.table + " " + contract.hash + "\n";
  return compute_sha256_hex(text);
}

// The rows that are fitted are those of the bars: all of them at the end, and up to a place chosen at random as if the bars
// ended there.
Result<void> check_leaks(const store::Scope& scope, const ModelSpec& spec, const KnownHistory& known,
                         std::span<const feature::Label> labels) {
  Rng rng = Rng::named(scope.seed, fmt::format("truncation/{}/{}", spec.name, render_instant(scope.now)));
  const std::array cuts{std::size_t{1} + rng.below(known.bars.size()), known.bars.size()};
  const auto features_of = [&](const feature::Bars& bars) { return feature::compute_matrix(known.features, bars); };
  const auto labels_of = [&](const feature::Bars& bars) { return known.labels.compute(bars); };
  TRY_VOID(with_context(feature::check_truncation(features_of, known.matrix, known.bars, cuts),
                        spec.name + " gets no version"));
  return with_context(feature::check_label_truncation(labels_of, labels, known.bars, cuts),
                      spec.name + " gets no version");
}

TrainAttempt give_up(std::string reason) {
  return {.candidate = std::nullopt, .insufficient_evidence = std::move(reason), .trials = {}};
}

Result<TrainAttempt> attempt(store::Scope& scope, const ModelSpec& spec, const KnownHistory& known,
                             const Dataset& dataset, const std::optional<ModelVersionRow>& champion,
                             ScorerCache& scorers, std::uint64_t seed) {
  if (dataset.rows() == 0)
    return give_up(
        fmt::format("{} bars are known, and none of them has features and a label that has ended", known.bars.size()));
  if (!champion) return train_first(spec, dataset, seed);
  TRY(Scorer scorer, scorers.load(scope.tx, champion->artifact_sha256));
  if (champion->feature_set_hash == known.features.hash())
    return train_challenger(spec, dataset, {std::move(scorer), known.matrix, champion->train_to_at}, seed);

  const auto own = load_feature_set(scope.tx, champion->feature_set_hash);
  if (!own && own.error().code != Errc::invalid_input) return fail(own.error());
  if (!own)
    return give_up(fmt::format("champion version {} was fitted on features that this program cannot compute: {}",
                               champion->version, own.error().message));
  const feature::Matrix own_matrix = feature::compute_matrix(*own, known.bars);
  return train_challenger(spec, dataset, {std::move(scorer), own_matrix, champion->train_to_at}, seed);
}

JsonObject make_recipe(const ModelSpec& spec) {
  JsonArray candidates;
  for (const ModelCandidate& candidate : spec.candidates)
    candidates.push_back(JsonObject{{"algorithm", candidate.algorithm}, {"params", candidate.params}});
  const ModelValidation& validation = spec.validation;
  return {{"symbol", spec.symbol},
          {"timeframe", spec.timeframe},
          {"candidates", std::move(candidates)},
          {"validation", JsonObject{{"folds", validation.folds},
                                    {"test_rows", validation.test_rows},
                                    {"train_rows_min", validation.train_rows_min},
                                    {"cv_folds", validation.cv_folds},
                                    {"holdout_rows", validation.holdout_rows},
                                    {"embargo_spans", validation.embargo_spans}}},
          {"gate", JsonObject{{"rows_min", spec.gate.rows_min},
                              {"resamples", spec.gate.resamples},
                              {"confidence", spec.gate.confidence},
                              {"block_mean", spec.gate.block_mean}}}};
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
      .recipe = render_canonical_json(Json(make_recipe(spec))),
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
  TRY_VOID(insert_artifact(scope, candidate.artifact));
  TRY_VOID(scope.tx.insert(version));
  TRY_VOID(insert_judged(scope, version, candidate.judged, EvaluationRole::gate));
  TRY_VOID(insert_trials(scope, version, trials));
  return set_alias(scope, version, ModelAliasAlias::candidate,
                   {.gate_decision_id = std::nullopt,
                    .actor = "train",
                    .reason = fmt::format("version {} was fitted", version.version),
                    .evidence = {}});
}

}  // namespace

Result<TrainOutcome> run_train(store::Scope& scope, const ModelSpec& spec, const KnownHistory& known,
                               const TrainCause& cause, ScorerCache& scorers) {
  const auto labels = known.labels.compute(known.bars);
  if (known.bars.size() > 0) TRY_VOID(check_leaks(scope, spec, known, labels));
  TRY(const Dataset dataset, make_dataset(known.matrix, labels, scope.now));
  TRY(const auto champion, find_champion_for(scope.tx, spec.name, known.labels.hash(), scope.now));
  const std::uint64_t seed = Rng::named(scope.seed, "fit/" + spec.name).bits() >> 33;  // 31 bits, as XGBoost keeps it
  TRY(TrainAttempt result,
      with_context(attempt(scope, spec, known, dataset, champion, scorers, seed), "train " + spec.name));

  TrainOutcome outcome{.version = std::nullopt,
                       .insufficient_evidence = std::move(result.insufficient_evidence),
                       .trials = static_cast<std::int64_t>(result.trials.size())};
  if (!result.candidate) return outcome;
  TRY(outcome.version, make_version_row(scope, spec, known, cause, *result.candidate, champion, seed));
  TRY_VOID(insert_candidate(scope, *outcome.version, *result.candidate, result.trials));
  return outcome;
}

}  // namespace converge::model
