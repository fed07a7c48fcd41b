// supervise/check/rows_quarantined.hpp — a source has rows in quarantine that nobody has replayed.
#pragma once
#include "supervise/finding.hpp"

namespace converge::supervise::check {

std::vector<Observation> observe_rows_quarantined(const Facts& facts);

}  // namespace converge::supervise::check
