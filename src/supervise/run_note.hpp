// supervise/run_note.hpp — a short note for every decision of the gate, every drift, and every notice that the policy allows.
#pragma once
#include "content/run_content.hpp"
#include "store/db.hpp"

namespace converge::supervise {

// Asks the content stage for the notes that are due: promotion_note, refusal_note and, for an attempt that ended before
// there was a candidate, no_candidate_note for gate decisions, drift_note for findings of drift, finding_note for approved proposals to notify, which are done with it (a drift has been told already).
//   writes         what content::run_content writes, and proposal
//   tx             needs one
//   idempotent by  the subject of a note: gate_decision:<id>, finding:<id>
//   errors         as content::run_content; internal when a row speaks of another that is not there
Result<content::ContentCount> run_note(store::Scope& scope, const content::ContentSource& source);

// The fields of a note. `version` is the candidate, if there was one; `champion` the version in office, if any.
content::NoteRequest make_decision_note(const GateDecisionRow& decision, const std::optional<ModelVersionRow>& version,
                                        const std::optional<ModelVersionRow>& champion);
// `version`: the champion that drifted; `retrain`: what was decided about the request that the finding opened, if it opened one.
// errors: invalid_input when the evidence is not that of a drift
Result<content::NoteRequest> make_drift_note(const FindingRow& finding, const ModelVersionRow& version,
                                             const std::optional<ProposalRow>& retrain);
// errors: invalid_input when the evidence is not an object
Result<content::NoteRequest> make_finding_note(const FindingRow& finding, const ProposalRow& proposal);

}  // namespace converge::supervise
