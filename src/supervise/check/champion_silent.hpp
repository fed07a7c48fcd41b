// supervise/check/champion_silent.hpp — a champion that says nothing about the newest bar: a feature is not defined on it, or the
// model file has changed since the champion was fitted.
#pragma once
#include "supervise/finding.hpp"

namespace converge::supervise::check {

std::vector<Observation> observe_champion_silent(const Facts& facts);

}  // namespace converge::supervise::check
