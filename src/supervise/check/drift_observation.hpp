// supervise/check/drift_observation.hpp — the observation that both drift checks make of a drift decision.
#pragma once
#include "supervise/finding.hpp"

#include <functional>

namespace converge::supervise::check {

// One observation for each drift decision that `wanted` accepts; its cause is the champion, the statistic and the window.
std::vector<Observation> observe_drift(const Facts& facts, FindingSeverity severity,
                                       const std::function<bool(const DriftFact&)>& wanted);

}  // namespace converge::supervise::check
