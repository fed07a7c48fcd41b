#include "supervise/run_note.hpp"

#include "store/sql.hpp"
#include "wire/json.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::supervise {
namespace {

using content::NoteRequest;
using store::params;
using store::Scope;

constexpr std::string_view drift_kinds[] = {"feature_drift", "loss_drift"};  // as in sql::note_drifts_due

bool is_drift(std::string_view kind) {
  return std::ranges::find(drift_kinds, kind) != std::end(drift_kinds);
}

// What each statistic of a drift report is called in a note.
struct DriftMeasure {
  DriftReportStatistic statistic;
  std::string_view words;
};
constexpr DriftMeasure drift_measures[] = {
    {DriftReportStatistic::psi, "population stability index of the features"},
    {DriftReportStatistic::ks, "Kolmogorov-Smirnov distance of the features"},
    {DriftReportStatistic::log_loss, "mean log loss"},
};

// What follows from a drift, by what was decided about its retrain request.
struct RequestWords {
  ProposalStatus status;
  std::string_view words;
};
constexpr RequestWords request_words[] = {
    {ProposalStatus::proposed, "a retraining was asked for and waits for a person's decision"},
    {ProposalStatus::approved, "a retraining was asked for and started"},
    {ProposalStatus::held, "a retraining was asked for and is held back"},
    {ProposalStatus::rejected, "a retraining was asked for and a person said no"},
    {ProposalStatus::done, "a retraining was asked for and done"},
    {ProposalStatus::failed, "a retraining was asked for and failed"},
    {ProposalStatus::expired, "a retraining was asked for and nobody decided in time"},
};

std::string render_action(const std::optional<ProposalRow>& retrain) {
  if (!retrain) return "an earlier request to retrain this model is undecided, and covers this one";
  std::string words(std::ranges::find(request_words, retrain->status, &RequestWords::status)->words);
  if (retrain->decision_reason) words += ": " + *retrain->decision_reason;
  return words;
}

void add_optional(JsonObject& fields, std::string_view name, const std::optional<double>& value) {
  if (value) fields[name] = *value;
}

Result<std::optional<ModelVersionRow>> find_version(Scope& scope, const std::optional<std::string>& id) {
  if (!id) return std::nullopt;
  return scope.tx.find<ModelVersionRow>(sql::note_version, params(*id));
}

Result<std::vector<NoteRequest>> collect_decision_notes(Scope& scope) {
  TRY(const auto decisions, scope.tx.load<GateDecisionRow>(sql::note_decisions_due, params(scope.now)));
  std::vector<NoteRequest> notes;
  for (const GateDecisionRow& decision : decisions) {
    TRY(const auto version, find_version(scope, decision.model_version_id));
    TRY(const auto champion, find_version(scope, decision.champion_version_id));
    notes.push_back(make_decision_note(decision, version, champion));
  }
  return notes;
}

Result<JsonObject> parse_evidence(const FindingRow& finding) {
  TRY(Json evidence, parse_json(finding.evidence));
  if (!evidence.is_object())
    return fail(Errc::invalid_input, "finding " + finding.id + ": its evidence is not an object");
  return std::move(evidence.get_object());
}

Result<std::vector<NoteRequest>> collect_drift_notes(Scope& scope) {
  TRY(const auto drifts, scope.tx.load<FindingRow>(sql::note_drifts_due, params(scope.now)));
  std::vector<NoteRequest> notes;
  for (const FindingRow& drift : drifts) {
    TRY(const JsonObject evidence, parse_evidence(drift));
    TRY(const std::string version_id, require_string(evidence, "model_version_id", "finding " + drift.id));
    TRY(const auto version, find_version(scope, version_id));
    if (!version) return fail(Errc::internal, "finding " + drift.id + " speaks of a version that is not there");
    TRY(const auto retrain, scope.tx.find<ProposalRow>(sql::note_retrain_of_finding, params(drift.id)));
    TRY(NoteRequest note, make_drift_note(drift, *version, retrain));
    notes.push_back(std::move(note));
  }
  return notes;
}

// A notice is carried out by the note itself, in the same transaction.
Result<std::vector<NoteRequest>> collect_finding_notes(Scope& scope) {
  TRY(const auto notices, scope.tx.load<ProposalRow>(sql::note_notices_due));
  std::vector<NoteRequest> notes;
  for (const ProposalRow& notice : notices) {
    TRY(const auto finding, scope.tx.find<FindingRow>(sql::finding_by_id, params(notice.finding_id)));
    if (!finding) return fail(Errc::internal, "proposal " + notice.id + " speaks of a finding that is not there");
    if (!is_drift(finding->kind)) {
      TRY(NoteRequest note, make_finding_note(*finding, notice));
      notes.push_back(std::move(note));
    }
    TRY_VOID(scope.tx.execute(sql::proposal_finish, params(enum_text(ProposalStatus::done), notice.id)));
  }
  return notes;
}

}  // namespace

NoteRequest make_decision_note(const GateDecisionRow& decision, const std::optional<ModelVersionRow>& version,
                               const std::optional<ModelVersionRow>& champion) {
  NoteRequest note;
  note.subject = "gate_decision:" + decision.id;
  if (!version) {
    note.template_name = "no_candidate_note";
    note.fields = {{"model", decision.model},
                   {"decided_on", render_date(utc_date(decision.decided_at))},
                   {"reason", decision.reason}};
    if (champion) note.fields["champion_version"] = champion->version;
    return note;
  }
  const bool promoted = decision.verdict == GateDecisionVerdict::promoted;
  note.template_name = promoted ? "promotion_note" : "refusal_note";
  note.fields = {{"model", decision.model},
                 {"version", version->version},
                 {"decided_on", render_date(utc_date(decision.decided_at))},
                 {"confidence", decision.confidence},
                 {"rows", decision.rows},
                 {"attempts", decision.attempts},
                 {"reason", decision.reason}};
  add_optional(note.fields, "candidate_log_loss", decision.candidate_log_loss);
  add_optional(note.fields, "reference_log_loss", decision.reference_log_loss);
  add_optional(note.fields, "score", decision.score);
  add_optional(note.fields, "interval_low", decision.interval_low);
  add_optional(note.fields, "interval_high", decision.interval_high);
  if (champion) note.fields[promoted ? "previous_version" : "champion_version"] = champion->version;
  if (promoted && version->finding_id) note.fields["finding"] = *version->finding_id;
  return note;
}

Result<NoteRequest> make_drift_note(const FindingRow& finding, const ModelVersionRow& version,
                                    const std::optional<ProposalRow>& retrain) {
  const std::string where = "finding " + finding.id;
  TRY(const JsonObject evidence, parse_evidence(finding));
  TRY(const std::string statistic, require_string(evidence, "statistic", where));
  const auto known = parse_enum<DriftReportStatistic>(statistic);
  if (!known) return fail(Errc::invalid_input, where + ": '" + statistic + "' is no statistic of a drift");
  NoteRequest note;
  note.template_name = "drift_note";
  note.subject = "finding:" + finding.id;
  note.fields = {{"model", version.model},
                 {"version", version.version},
                 {"opened_on", render_date(utc_date(finding.opened_at))},
                 {"measure", std::ranges::find(drift_measures, *known, &DriftMeasure::statistic)->words},
                 {"action", render_action(retrain)}};
  for (const char* name : {"statistic", "window_sessions", "value", "threshold"}) {
    const Json* figure = evidence.if_contains(name);
    if (figure == nullptr) return fail(Errc::invalid_input, where + ": its evidence has no " + name);
    note.fields[name] = *figure;
  }
  for (const char* name : {"worst_feature", "worst_ratio", "command"})
    if (const Json* figure = evidence.if_contains(name)) note.fields[name] = *figure;
  return note;
}

Result<NoteRequest> make_finding_note(const FindingRow& finding, const ProposalRow& proposal) {
  TRY(const JsonObject evidence, parse_evidence(finding));
  NoteRequest note;
  note.template_name = "finding_note";
  note.subject = "finding:" + finding.id;
  note.fields = {{"kind", finding.kind},
                 {"subject", finding.subject},
                 {"opened_on", render_date(utc_date(finding.opened_at))},
                 {"severity", enum_text(finding.severity)},
                 {"reason", proposal.reason}};
  JsonArray figures;
  for (const auto& [name, value] : evidence) {
    if (name == "command")
      note.fields["command"] = value;
    else
      figures.push_back(JsonObject{{"name", name}, {"value", value}});
  }
  note.fields["figures"] = std::move(figures);
  return note;
}

Result<content::ContentCount> run_note(Scope& scope, const content::ContentSource& source) {
  TRY(auto notes, collect_decision_notes(scope));
  TRY(const auto drifts, collect_drift_notes(scope));
  TRY(const auto notices, collect_finding_notes(scope));
  notes.insert(notes.end(), drifts.begin(), drifts.end());
  notes.insert(notes.end(), notices.begin(), notices.end());
  return content::run_content(scope, source, notes);
}

}  // namespace converge::supervise
