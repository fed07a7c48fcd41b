// model/logistic_model.hpp — logistic regression with a ridge penalty, the baseline that any other algorithm must earn its
// place against.
//
// Features are scaled to mean 0 and deviation 1 of the training rows; the scaler lives inside the artifact, so it can come
// from nowhere else. Minimises  sum(log loss) + l2/2 * |w|^2  over scaled features, the intercept free, by Newton steps
// (iteratively reweighted least squares) that are halved until the objective falls.
//   params  l2 > 0
//   source  Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd edition, section 4.4.1
#pragma once
#include "model/algorithm.hpp"

namespace converge::model {

Result<JsonObject> check_logistic_params(const JsonObject& params, std::string_view where, std::string_view pointer);
Result<std::string> fit_logistic(const Dataset& train, const JsonObject& params, std::uint64_t seed);
Result<Scorer> open_logistic(std::string_view content);

}  // namespace converge::model
