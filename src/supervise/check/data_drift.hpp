// supervise/check/data_drift.hpp — the joint drift statistic of a champion's features lies above its calibrated threshold.
#pragma once
#include "supervise/finding.hpp"

namespace converge::supervise::check {

std::vector<Observation> observe_data_drift(const Facts& facts);

}  // namespace converge::supervise::check
