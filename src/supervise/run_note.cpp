#include "supervise/run_note.hpp"

#include "store/sql.hpp"
#include "wire/json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::supervise {
namespace {

using content::NoteRequest;
using store::params;
using store::Scope;

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

// A notice is carried out by the note itself, in the same transaction.
Result<std::vector<NoteRequest>> collect_finding_notes(Scope& scope) {
  TRY(const auto notices, scope.tx.load<ProposalRow>(sql::note_notices_due));
  std::vector<NoteRequest> notes;
  for (const ProposalRow& notice : notices) {
    TRY(const auto finding, scope.tx.find<FindingRow>(sql::finding_by_id, params(notice.finding_id)));
    if (!finding) return fail(Errc::internal, "proposal " + notice.id + " speaks of a finding that is not there");
    TRY(NoteRequest note, make_finding_note(*finding, notice));
    notes.push_back(std::move(note));
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

Result<NoteRequest> make_finding_note(const FindingRow& finding, const ProposalRow& proposal) {
  TRY(const Json evidence, parse_json(finding.evidence));
  if (!evidence.is_object())
    return fail(Errc::invalid_input, "finding " + finding.id + ": its evidence is not an object");
  NoteRequest note;
  note.template_name = "finding_note";
  note.subject = "finding:" + finding.id;
  note.fields = {{"kind", finding.kind},
                 {"subject", finding.subject},
                 {"opened_on", render_date(utc_date(finding.opened_at))},
                 {"severity", enum_text(finding.severity)},
                 {"reason", proposal.reason}};
  JsonArray figures;
  for (const auto& [name, value] : evidence.as_object()) {
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
  TRY(auto notices, collect_finding_notes(scope));
  notes.insert(notes.end(), std::make_move_iterator(notices.begin()), std::make_move_iterator(notices.end()));
  return content::run_content(scope, source, notes);
}

}  // namespace converge::supervise
