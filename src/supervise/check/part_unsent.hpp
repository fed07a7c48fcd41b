// supervise/check/part_unsent.hpp — texts that were due on an earlier tick and have not got out.
#pragma once
#include "supervise/finding.hpp"

namespace converge::supervise::check {

std::vector<Observation> observe_part_unsent(const Facts& facts);

}  // namespace converge::supervise::check
