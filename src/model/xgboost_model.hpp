// model/xgboost_model.hpp — gradient-boosted trees for a yes-or-no label, by the XGBoost C API.
//
// The artifact is XGBoost's own JSON: `xgboost.Booster(model_file=...)` loads it unchanged in Python. Boosting starts at the
// base rate of the training rows, so a model that learns nothing says the base rate.
//   params  max_depth, rounds, eta, min_child_weight, lambda, subsample, max_bin, tree_method (hist | exact), nthread
//   source  Chen and Guestrin, XGBoost: A Scalable Tree Boosting System, KDD 2016
#pragma once
#include "model/algorithm.hpp"

namespace converge::model {

Result<JsonObject> check_xgboost_params(const JsonObject& params, std::string_view where, std::string_view pointer);
Result<std::string> fit_xgboost(const Dataset& train, const JsonObject& params, std::uint64_t seed);
Result<Scorer> open_xgboost(std::string_view content);

}  // namespace converge::model
