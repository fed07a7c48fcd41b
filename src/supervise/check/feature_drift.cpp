#include "supervise/check/feature_drift.hpp"

#include "supervise/check/drift_observation.hpp"

namespace converge::supervise::check {

std::vector<Observation> observe_feature_drift(const Facts& facts) {
  return observe_drift(facts, FindingSeverity::warning, [](const DriftFact& d) { return d.statistic != "log_loss"; });
}

}  // namespace converge::supervise::check
