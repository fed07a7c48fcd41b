// supervise/check/schedule_due.hpp — the last attempt to better the champion lies longer ago than [retraining] schedule_sessions.
#pragma once
#include "supervise/finding.hpp"

namespace converge::supervise::check {

std::vector<Observation> observe_schedule_due(const Facts& facts);

}  // namespace converge::supervise::check
