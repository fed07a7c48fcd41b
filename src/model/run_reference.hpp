// model/run_reference.hpp — how large the losses of a new champion are when nothing has changed.
#pragma once
#include "model/model_spec.hpp"
#include "store/db.hpp"

namespace converge::model {

// Walks the algorithm, parameters and seed of a version forward over the rows before those it was judged on
// (model/train.hpp, walk_reference), and keeps what it said beside the judged rows. Drift of the log loss is measured
// against both, in time order: a hold-out of 252 rows with overlapping labels is worth a few dozen independent ones, from
// which nobody can tell what one loss in a hundred looks like.
//   returns        the rows written
//   writes         evaluation (role reference), trial (kind fit, stage "reference")
//   idempotent by  model_version_id
//   errors         those of load_version_history: the bars have to be the ones that the version was fitted on
Result<std::int64_t> run_reference(store::Scope& scope, const ModelValidation& validation,
                                   const ModelVersionRow& version);

}  // namespace converge::model
