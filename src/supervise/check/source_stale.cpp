#include "supervise/check/source_stale.hpp"

#include <boost/json/object.hpp>

namespace converge::supervise::check {

std::vector<Observation> observe_source_stale(const Facts& facts) {
  std::vector<Observation> found;
  for (const SourceFacts& source : facts.sources) {
    if (source.stale_after_days == 0 || !source.last_known_at) continue;
    const auto silent = std::chrono::floor<std::chrono::days>(facts.now - *source.last_known_at);
    if (silent.count() < source.stale_after_days) continue;
    Observation observation;
    observation.subject = "source:" + source.source;
    observation.severity = FindingSeverity::warning;
    observation.evidence = {{"last_known_at", render_instant(*source.last_known_at)},
                            {"silent_days", silent.count()},
                            {"stale_after_days", source.stale_after_days},
                            {"command", find_check_command(facts)}};
    found.push_back(std::move(observation));
  }
  return found;
}

}  // namespace converge::supervise::check
