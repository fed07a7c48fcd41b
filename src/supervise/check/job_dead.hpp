// supervise/check/job_dead.hpp — work that the queue gave up: nobody does it any more until somebody looks.
#pragma once
#include "supervise/finding.hpp"

namespace converge::supervise::check {

std::vector<Observation> observe_job_dead(const Facts& facts);

}  // namespace converge::supervise::check
