// evaluate/run_outcome.hpp — the outcome stage: what came of predictions whose label has ended.
#pragma once
#include "feature/label_set.hpp"
#include "model/model_spec.hpp"
#include "store/db.hpp"

#include <vector>

namespace converge::evaluate {

// Scores every prediction (champion's or shadow's) whose label span has ended by scope.now, from the bars as known now.
// Labels end in the order of their bars, so the stage goes on after the newest bar that has an outcome: a bar whose label
// could not be computed when later ones could is not scored any more. Abstentions have no outcome, and a prediction of a
// version that was fitted to another label than `labels` has none either: it spoke about something else.
//   bars           of the model's symbol, as known at scope.now
//   returns        the rows written, in order of bar
//   writes         outcome
//   idempotent by  prediction
Result<std::vector<OutcomeRow>> run_outcome(store::Scope& scope, const model::ModelSpec& spec,
                                            const feature::LabelSet& labels, const feature::Bars& bars);

}  // namespace converge::evaluate
