// supervise/check/source_stale.hpp — no row has become known for longer than the source's stale_after_days.
#pragma once
#include "supervise/finding.hpp"

namespace converge::supervise::check {

std::vector<Observation> observe_source_stale(const Facts& facts);

}  // namespace converge::supervise::check
