// supervise/check/loss_drift.hpp — the rolling log loss of a champion lies above its calibrated threshold.
#pragma once
#include "supervise/finding.hpp"

namespace converge::supervise::check {

std::vector<Observation> observe_loss_drift(const Facts& facts);

}  // namespace converge::supervise::check
