#include "surface/explain.hpp"

#include "model/registry.hpp"
#include "store/sql.hpp"
#include "surface/cli/table_text.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::surface {
namespace {

using store::params;
using store::Tx;

Json optional_number(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Result<Json> explain_finding(Tx& tx, const std::optional<std::string>& id) {
  if (!id) return Json(nullptr);
  TRY(const auto finding, tx.find<FindingRow>(sql::finding_by_id, params(*id)));
  if (!finding) return Json(nullptr);
  TRY(const Json evidence, parse_json(finding->evidence));
  return Json(JsonObject{{"id", finding->id},
                         {"kind", finding->kind},
                         {"subject", finding->subject},
                         {"severity", enum_text(finding->severity)},
                         {"opened_at", render_instant(finding->opened_at)},
                         {"last_seen_at", render_instant(finding->last_seen_at)},
                         {"evidence", evidence}});
}

Result<Json> explain_proposal(Tx& tx, const std::optional<std::string>& id) {
  if (!id) return Json(nullptr);
  TRY(const auto proposal, tx.find<ProposalRow>(sql::proposal_by_id, params(*id)));
  if (!proposal) return Json(nullptr);
  return Json(
      JsonObject{{"id", proposal->id},
                 {"action", enum_text(proposal->action)},
                 {"reason", proposal->reason},
                 {"evidence_hash", proposal->evidence_hash},
                 {"status", enum_text(proposal->status)},
                 {"decided_by", proposal->decided_by.value_or("")},
                 {"policy_rule", proposal->policy_rule.value_or("")},
                 {"decision_reason", proposal->decision_reason.value_or("")},
                 {"decided_at", proposal->decided_at ? Json(render_instant(*proposal->decided_at)) : Json(nullptr)}});
}

Result<Json> first_row(Tx& tx, const store::Statement& statement, const std::vector<store::Value>& values) {
  TRY(const auto rows, tx.select(statement, values));
  const Json all = render_rows_json(rows);
  return all.as_array().empty() ? Json(nullptr) : all.as_array().front();
}

Result<Json> explain_job(Tx& tx, const std::optional<std::string>& id) {
  if (!id) return Json(nullptr);
  return first_row(tx, sql::explain_job, params(*id));
}

Result<Json> all_rows(Tx& tx, const store::Statement& statement, const std::vector<store::Value>& values) {
  TRY(const auto rows, tx.select(statement, values));
  return render_rows_json(rows);
}

JsonObject explain_version(const ModelVersionRow& version) {
  return {{"id", version.id},
          {"version", version.version},
          {"algorithm", enum_text(version.algorithm)},
          {"train_from_at", render_instant(version.train_from_at)},
          {"train_to_at", render_instant(version.train_to_at)},
          {"rows_trained", version.rows_trained},
          {"base_rate", version.base_rate},
          {"seed", version.seed},
          {"params", parse_json(version.params).value_or(Json(nullptr))},
          {"metrics", parse_json(version.metrics).value_or(Json(nullptr))},
          {"feature_set_hash", version.feature_set_hash},
          {"label_set_hash", version.label_set_hash},
          {"data_snapshot_hash", version.data_snapshot_hash},
          {"contract_hash", version.contract_hash},
          {"code_revision", version.code_revision},
          {"artifact_sha256", version.artifact_sha256},
          {"parent_version_id",
           version.parent_version_id ? Json(boost::json::string(*version.parent_version_id)) : Json(nullptr)},
          {"reference", enum_text(version.reference)}};
}

JsonObject explain_decision(const GateDecisionRow& decision) {
  return {{"id", decision.id},
          {"verdict", enum_text(decision.verdict)},
          {"reason", decision.reason},
          {"decided_at", render_instant(decision.decided_at)},
          {"candidate_log_loss", optional_number(decision.candidate_log_loss)},
          {"reference_log_loss", optional_number(decision.reference_log_loss)},
          {"score", optional_number(decision.score)},
          {"interval_low", optional_number(decision.interval_low)},
          {"interval_high", optional_number(decision.interval_high)},
          {"confidence", decision.confidence},
          {"rows", decision.rows},
          {"block_mean", decision.block_mean},
          {"resamples", decision.resamples},
          {"attempts", decision.attempts}};
}

// When the version came into office, by whom, and how that is undone; nothing while it has never been champion.
Result<Json> explain_promotion(Tx& tx, const ModelVersionRow& version, Instant as_of) {
  TRY(const auto history, model::load_alias_history(tx, version.model, ModelAliasAlias::champion, as_of));
  const auto entry = std::ranges::find(history, version.id, &ModelAliasRow::model_version_id);
  if (entry == history.end()) return Json(nullptr);
  TRY(const auto acts, tx.load<AuditRow>(sql::audit_of_subject, params("model_version:" + version.id)));
  const auto act = std::ranges::find(acts, "promote", &AuditRow::verb);
  return Json(JsonObject{{"set_at", render_instant(entry->set_at)},
                         {"actor", entry->actor},
                         {"reason", entry->reason},
                         {"gate_decision_id", entry->gate_decision_id.value_or("")},
                         {"undo", act == acts.end() ? std::string() : act->undo}});
}

// Everything that led to one version and came of it.
Result<JsonObject> explain_chain(Tx& tx, const ModelVersionRow& version, Instant as_of) {
  JsonObject chain;
  TRY(chain["finding"], explain_finding(tx, version.finding_id));
  TRY(chain["proposal"], explain_proposal(tx, version.proposal_id));
  TRY(chain["job"], explain_job(tx, version.job_id));
  TRY(chain["trials"], all_rows(tx, sql::explain_trials, params(version.model, version.created_at)));
  chain["version"] = explain_version(version);
  TRY(const auto decision, tx.find<GateDecisionRow>(sql::explain_decision, params(version.id)));
  if (decision) {
    chain["gate"] = explain_decision(*decision);
    TRY(chain["note"], all_rows(tx, sql::explain_note, params("gate_decision:" + decision->id)));
  }
  TRY(chain["promotion"], explain_promotion(tx, version, as_of));
  TRY(chain["feedback"], all_rows(tx, sql::explain_feedback, params(as_of, "model_version:" + version.id, version.id)));
  return chain;
}

Result<JsonArray> explain_attempts(Tx& tx, const std::string& model, Instant as_of) {
  TRY(const auto decisions, tx.load<GateDecisionRow>(sql::explain_attempts, params(model, as_of)));
  JsonArray attempts;
  for (const GateDecisionRow& decision : decisions) attempts.push_back(explain_decision(decision));
  return attempts;
}

Result<JsonArray> explain_history(Tx& tx, const std::string& model, Instant as_of) {
  TRY(const auto history, model::load_alias_history(tx, model, ModelAliasAlias::champion, as_of));
  JsonArray lines;
  for (const ModelAliasRow& row : history) {
    TRY(const auto version, model::load_version(tx, row.model_version_id));
    lines.push_back(JsonObject{{"version", version.version},
                               {"set_at", render_instant(row.set_at)},
                               {"actor", row.actor},
                               {"reason", row.reason}});
  }
  return lines;
}

}  // namespace

Result<JsonObject> load_explanation(Tx& tx, const std::string& model, std::optional<std::int64_t> version,
                                    Instant as_of) {
  JsonObject document{{"model", model}, {"as_of", render_instant(as_of)}};
  TRY(const auto champion, model::find_champion(tx, model, as_of));
  if (champion)
    document["champion"] = champion->version;
  else
    document["champion"] = nullptr;
  TRY(document["history"], explain_history(tx, model, as_of));
  if (version) {
    TRY(const ModelVersionRow row, model::load_version_number(tx, model, *version));
    TRY(document["chain"], explain_chain(tx, row, as_of));
  } else if (champion) {
    TRY(document["chain"], explain_chain(tx, *champion, as_of));
  }
  TRY(JsonArray attempts, explain_attempts(tx, model, as_of));
  if (!champion)
    document["why_no_champion"] =
        attempts.empty() ? Json("no candidate has been trained yet") : attempts.back().as_object().at("reason");
  document["attempts"] = std::move(attempts);
  return document;
}

}  // namespace converge::surface
