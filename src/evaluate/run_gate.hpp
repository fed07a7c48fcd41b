// evaluate/run_gate.hpp — the gate stage: judges a candidate on its stored evaluation and, if it passes, promotes it.
#pragma once
#include "model/model_spec.hpp"
#include "store/db.hpp"

namespace converge::evaluate {

// The verdict on a version, from the rows of `evaluation` that its training left (evaluate/gate.hpp), against the champion in
// office if that one was fitted to the same label. A version that takes office gets its reference (model/run_reference.hpp).
//   returns        the decision, which is the stored one when the version was judged before
//   writes         gate_decision, trial (kind gate); model_alias (champion), audit and the reference when promoted
//   idempotent by  model_version_id
//   errors         not_found: no such version; conflict: the champion is no longer the one it was compared with;
//                  contract_violation: a row was judged that the candidate or the champion may have been fitted on
Result<GateDecisionRow> run_gate(store::Scope& scope, const model::ModelSpec& spec,
                                 const std::string& model_version_id);

// An attempt that ended before there was a candidate, as a decision with verdict insufficient_evidence and no rows. The champion
// that it names is the one that a candidate would have been compared with: fitted to the label of the model file.
//   writes         gate_decision
//   idempotent by  job_id
Result<GateDecisionRow> record_insufficient_evidence(store::Scope& scope, const model::ModelSpec& spec,
                                                     const std::string& job_id, const std::string& reason);

}  // namespace converge::evaluate
