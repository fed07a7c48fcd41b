// supervise/check/feature_drift.hpp — the joint drift statistic of a champion's features lies above its calibrated threshold.
#pragma once
#include "supervise/finding.hpp"

namespace converge::supervise::check {

std::vector<Observation> observe_feature_drift(const Facts& facts);

}  // namespace converge::supervise::check
