#include "flow/moments.hpp"

#include "base/rng.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::flow {
namespace {

milliseconds draw_delay(Rng& rng, milliseconds max) {
  return milliseconds(static_cast<std::int64_t>(rng.uniform() * static_cast<double>(max.count())));
}

}  // namespace

std::vector<Moment> draw_moments(std::uint64_t seed, std::size_t count, const std::vector<std::string>& days,
                                 const Pace& pace) {
  Rng rng = Rng::named(seed, "moments");
  const std::size_t at_start = std::max(std::min<std::size_t>(2, count / 2), count / 6), at_end = count / 10;
  std::vector<Moment> moments;
  const milliseconds part = pace.start / at_start;
  for (std::size_t i = 0; i < at_start; ++i)
    moments.push_back({Moment::After::start, "", part * i + draw_delay(rng, part)});
  for (std::size_t i = at_start + at_end; i < count; ++i)
    moments.push_back({Moment::After::day, days.at(rng.below(days.size() - 1)), draw_delay(rng, 2 * pace.tick)});
  std::ranges::stable_sort(moments.begin() + static_cast<std::ptrdiff_t>(at_start), moments.end(), {}, &Moment::day);
  for (std::size_t i = 0; i < at_end; ++i)
    moments.push_back(
        {Moment::After::last_tick, "", draw_delay(rng, pace.last_tick / 2)});  // so that it is still there
  return moments;
}

bool wait_for_moment(WatchedRun& run, const Moment& moment) {
  if (moment.after == Moment::After::day && !run.wait_until_day(moment.day)) return false;
  if (moment.after == Moment::After::last_tick) return run.wait_until_last_tick() && run.wait_for(moment.delay);
  // Delays come from the pace of an earlier run: on a machine that has become faster, the first tick ends the start and the
  // last tick the days.
  const milliseconds until = moment.delay + (moment.after == Moment::After::day ? run.age() : milliseconds(0));
  const auto is_over = [&] {
    return moment.after == Moment::After::start ? run.ticks_done() > 0
                                                : run.ticks_due() > 0 && run.ticks_done() == run.ticks_due();
  };
  while (!is_over() && run.age() < until)
    if (!run.wait_for(milliseconds(1))) return false;
  return !run.has_ended();
}

std::string describe(const Moment& moment) {
  const auto delay = moment.delay.count();
  switch (moment.after) {
    case Moment::After::start: return fmt::format("{} ms after the start", delay);
    case Moment::After::day: return fmt::format("{} ms after the tick of {}", delay, moment.day);
    case Moment::After::last_tick: return fmt::format("{} ms after the last tick", delay);
  }
  return {};
}

}  // namespace converge::flow
