#include "model/run_promotion.hpp"

#include "model/run_reference.hpp"

namespace converge::model {

Result<void> run_promotion(store::Scope& scope, const ModelValidation& validation, const ModelVersionRow& version,
                           const AliasChange& change) {
  TRY_VOID(promote_version(scope, version, change));
  TRY_VOID(run_reference(scope, validation, version));
  return {};
}

}  // namespace converge::model
