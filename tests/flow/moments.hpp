// tests/flow/moments.hpp — when to kill: random moments that are spread over the whole of a replay.
#pragma once
#include "flow/replay_desk.hpp"

#include <cstdint>

namespace converge::flow {

struct Moment {
  enum class After { start, day, last_tick };
  After after = After::start;
  std::string day;       // of the tick, for After::day
  milliseconds delay{};  // from then on
};

// How long the parts take in which there is no day to wait for.
struct Pace {
  milliseconds start{};  // from the start of the program to the end of its first tick
  milliseconds tick{};
  milliseconds last_tick{};  // from the last tick to the end
};

// In the order in which they come: a sixth while it starts (server, tables, first tick: one in each equal part of that
// time), a tenth while it reports, the others on random days. count: 2 or more
std::vector<Moment> draw_moments(std::uint64_t seed, std::size_t count, const std::vector<std::string>& days,
                                 const Pace& pace);

// Waits on the run until the moment has come; one after the start comes with the first tick at the latest, one after a day
// with the last.
// False when the run ended before.
bool wait_for_moment(WatchedRun& run, const Moment& moment);

std::string describe(const Moment& moment);

}  // namespace converge::flow
