// supervise/check/no_champion.hpp — a model file is declared and nothing has passed its gate yet.
#pragma once
#include "supervise/finding.hpp"

namespace converge::supervise::check {

std::vector<Observation> observe_no_champion(const Facts& facts);

}  // namespace converge::supervise::check
