#include "supervise/check/loss_drift.hpp"

#include "supervise/check/drift_observation.hpp"

namespace converge::supervise::check {

std::vector<Observation> observe_loss_drift(const Facts& facts) {
  return observe_drift(facts, FindingSeverity::error, [](const DriftFact& d) { return d.statistic == "log_loss"; });
}

}  // namespace converge::supervise::check
