#include "evaluate/run_gate.hpp"

#include "evaluate/gate.hpp"
#include "model/registry.hpp"
#include "model/run_promotion.hpp"
#include "store/sql.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

namespace converge::evaluate {
namespace {

using store::params;

Result<std::int64_t> count_attempts(store::Tx& tx, const std::string& model) {
  TRY(const auto answer, tx.select(sql::trial_count_of_kind, params(model, TrialKind::gate)));
  return std::get<std::int64_t>(answer.rows.at(0).at(0));
}

// A hold-out is untouched when it begins after everything that either model was fitted on. Walk-forward rows are judged by
// the fit of their own fold; only a hold-out has to lie beyond the candidate's own training.
Result<void> check_untouched(const ModelVersionRow& version, const std::optional<ModelVersionRow>& champion,
                             const std::vector<EvaluationRow>& rows) {
  for (const EvaluationRow& row : rows) {
    const bool is_seen_by_champion = champion && row.bar_at <= champion->train_to_at;
    const bool is_seen_by_candidate = row.fold == 0 && row.bar_at <= version.train_to_at;
    if (is_seen_by_champion || is_seen_by_candidate || row.label_end_at > version.created_at)
      return fail(Errc::contract_violation, fmt::format("{} version {}: row {} is not untouched", version.model,
                                                        version.version, render_instant(row.bar_at)));
  }
  return {};
}

GateOptions make_options(const model::ModelSpec& spec, ModelVersionReference reference) {
  const bool is_challenger = reference == ModelVersionReference::champion;
  return {
      .rows_min = is_challenger ? spec.validation.holdout_rows : spec.gate.rows_min,
      .bootstrap = {
          .block_mean = spec.gate.block_mean, .resamples = spec.gate.resamples, .confidence = spec.gate.confidence}};
}

JsonObject make_evidence(const GateDecisionRow& decision) {
  const auto or_null = [](const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); };
  JsonObject evidence;
  evidence["gate_decision_id"] = decision.id;
  evidence["score"] = or_null(decision.score);
  evidence["interval_low"] = or_null(decision.interval_low);
  evidence["interval_high"] = or_null(decision.interval_high);
  evidence["rows"] = decision.rows;
  evidence["attempts"] = decision.attempts;
  return evidence;
}

// Of an attempt; who was judged is added by the caller.
GateDecisionRow make_decision(const store::Scope& scope, const std::string& model,
                              const std::optional<ModelVersionRow>& champion, const GateVerdict& verdict,
                              const GateOptions& options, std::int64_t attempts) {
  const auto end = [&](double Interval::*member) {
    return verdict.interval ? std::optional((*verdict.interval).*member) : std::nullopt;
  };
  return {.id = {},
          .model = model,
          .model_version_id = std::nullopt,
          .champion_version_id = champion ? std::optional(champion->id) : std::nullopt,
          .job_id = std::nullopt,
          .verdict = verdict.is_promoted ? GateDecisionVerdict::promoted : GateDecisionVerdict::refused,
          .score = verdict.score,
          .interval_low = end(&Interval::low),
          .interval_high = end(&Interval::high),
          .candidate_log_loss = verdict.candidate_log_loss,
          .reference_log_loss = verdict.reference_log_loss,
          .rows = verdict.rows,
          .block_mean = options.bootstrap.block_mean,
          .resamples = options.bootstrap.resamples,
          .confidence = options.bootstrap.confidence,
          .attempts = attempts,
          .reason = verdict.reason,
          .decided_at = scope.now};
}

Result<TrialRow> make_trial(const store::Scope& scope, const ModelVersionRow& version,
                            const GateDecisionRow& decision) {
  const auto algorithm = parse_enum<TrialAlgorithm>(enum_text(version.algorithm));
  if (!algorithm) return fail(Errc::internal, fmt::format("trial.algorithm has no '{}'", enum_text(version.algorithm)));
  return TrialRow{.id = scope.id("trial", "gate\x1f" + version.id),
                  .model = version.model,
                  .kind = TrialKind::gate,
                  .algorithm = *algorithm,
                  .spec_hash = version.artifact_sha256,
                  .score = decision.candidate_log_loss,
                  .rows = decision.rows,
                  .model_version_id = version.id,
                  .detail = render_canonical_json(Json(make_evidence(decision))),
                  .created_at = scope.now};
}

}  // namespace

Result<GateDecisionRow> run_gate(store::Scope& scope, const model::ModelSpec& spec,
                                 const std::string& model_version_id) {
  TRY(auto judged, scope.tx.find<GateDecisionRow>(sql::gate_decision_of_version, params(model_version_id)));
  if (judged) return *std::move(judged);
  TRY(const ModelVersionRow version, model::load_version(scope.tx, model_version_id));
  TRY(const auto champion, model::find_champion_for(scope.tx, version.model, version.label_set_hash, scope.now));
  const std::string champion_id = champion ? champion->id : std::string();
  if (champion_id != version.parent_version_id.value_or(std::string()))
    return fail(Errc::conflict, fmt::format("{} version {} was compared with another champion; train again",
                                            version.model, version.version));
  TRY(const auto rows, scope.tx.load<EvaluationRow>(sql::evaluation_for_gate, params(version.id)));
  TRY_VOID(check_untouched(version, champion, rows));

  std::vector<GateRow> gate_rows;
  for (const EvaluationRow& row : rows)
    gate_rows.push_back({static_cast<int>(row.label), row.score, row.reference_score});
  const GateOptions options = make_options(spec, version.reference);
  const std::string reference_name = champion ? fmt::format("champion version {}", champion->version) : "the base rate";
  Rng rng = Rng::named(scope.seed, fmt::format("gate/{}/{}", version.model, version.version));
  TRY(const GateVerdict verdict, compute_verdict(gate_rows, options, reference_name, rng));
  TRY(const std::int64_t attempts, count_attempts(scope.tx, version.model));

  GateDecisionRow decision = make_decision(scope, version.model, champion, verdict, options, attempts + 1);
  decision.id = scope.id("gate_decision", version.id);
  decision.model_version_id = version.id;
  decision.job_id = version.job_id;
  TRY(const TrialRow trial, make_trial(scope, version, decision));
  TRY_VOID(scope.tx.insert(decision));
  TRY_VOID(scope.tx.insert(trial));
  if (!verdict.is_promoted) return decision;
  TRY_VOID(model::run_promotion(scope, spec.validation, version,
                                {.gate_decision_id = decision.id,
                                 .actor = "gate",
                                 .reason = decision.reason,
                                 .evidence = make_evidence(decision)}));
  return decision;
}

Result<GateDecisionRow> record_insufficient_evidence(store::Scope& scope, const model::ModelSpec& spec,
                                                     const std::string& job_id, const std::string& reason) {
  TRY(const auto labels, feature::LabelSet::make(spec.label));
  TRY(const auto champion, model::find_champion_for(scope.tx, spec.name, labels.hash(), scope.now));
  TRY(const std::int64_t attempts, count_attempts(scope.tx, spec.name));
  const auto reference = champion ? ModelVersionReference::champion : ModelVersionReference::base_rate;
  const GateOptions options = make_options(spec, reference);
  GateVerdict verdict;
  verdict.reason = reason;
  GateDecisionRow decision = make_decision(scope, spec.name, champion, verdict, options, attempts);
  decision.id = scope.id("gate_decision", "job/" + job_id);
  decision.job_id = job_id;
  decision.verdict = GateDecisionVerdict::insufficient_evidence;
  TRY_VOID(scope.tx.insert(decision));
  return decision;
}

}  // namespace converge::evaluate
