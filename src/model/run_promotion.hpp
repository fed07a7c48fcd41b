// model/run_promotion.hpp — a version takes office, whoever decided that.
#pragma once
#include "model/model_spec.hpp"
#include "model/registry.hpp"

namespace converge::model {

// Puts a version in office and gives it the reference of its losses (model/run_reference.hpp), without which nobody can tell
// later whether they have grown.
//   writes  as promote_version and run_reference
//   errors  as theirs
Result<void> run_promotion(store::Scope& scope, const ModelValidation& validation, const ModelVersionRow& version,
                           const AliasChange& change);

}  // namespace converge::model
