// model/run_evidence.hpp — the rows behind a version: every fit that was spent on it, and what it said out of sample.
#pragma once
#include "model/train.hpp"
#include "store/db.hpp"

#include <span>

namespace converge::model {

// writes: evaluation
Result<void> insert_judged(store::Scope& scope, const ModelVersionRow& version, std::span<const JudgedRow> judged,
                           EvaluationRole role);
// trials: of stages that were not entered for this version before. writes: trial (kind fit)
Result<void> insert_trials(store::Scope& scope, const ModelVersionRow& version, std::span<const FitTrial> trials);

}  // namespace converge::model
