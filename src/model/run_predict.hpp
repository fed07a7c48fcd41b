// model/run_predict.hpp — the predict stage: what the model in office says about the newest bars.
#pragma once
#include "model/model_spec.hpp"
#include "model/registry.hpp"
#include "store/db.hpp"

namespace converge::model {

struct PredictCounts {
  std::int64_t predictions = 0;  // rows written, abstentions included
  std::int64_t abstentions = 0;
};

// Predicts the rows [first_row, end) of `matrix` that have no prediction yet, by the champion at scope.now. Without a
// champion the latest candidate speaks as `shadow`: watched, never acted on. Without either nothing is written. A row that
// cannot be judged gets a prediction without a score, and the reason.
//   feature_set_hash  of the features in `matrix`; a version that was fitted on others, or to another label than the model
//                     file asks for now, abstains
//   writes            prediction
//   idempotent by     model, symbol, timeframe, bar
Result<PredictCounts> run_predict(store::Scope& scope, const ModelSpec& spec, const std::string& feature_set_hash,
                                  const feature::Matrix& matrix, std::size_t first_row, ScorerCache& scorers);

}  // namespace converge::model
