#include "supervise/check/source_stale.hpp"

#include <boost/json/object.hpp>

namespace converge::supervise::check {

std::vector<Observation> observe_source_stale(const Facts& facts) {
  std::vector<Observation> found;
  for (const SourceFacts& source : facts.sources) {
    // A source that has never brought anything is silent since the desk began to look.
    const auto silent_since = source.last_known_at ? source.last_known_at : facts.watched_since;
    if (source.stale_after_days == 0 || !silent_since) continue;
    const auto silent = std::chrono::floor<std::chrono::days>(facts.now - *silent_since);
    if (silent.count() < source.stale_after_days) continue;
    Observation observation;
    observation.subject = "source:" + source.source;
    observation.severity = FindingSeverity::warning;
    observation.evidence = {{source.last_known_at ? "last_known_at" : "watched_since", render_instant(*silent_since)},
                            {"silent_days", silent.count()},
                            {"stale_after_days", source.stale_after_days},
                            {"command", find_check_command(facts)}};
    found.push_back(std::move(observation));
  }
  return found;
}

}  // namespace converge::supervise::check
