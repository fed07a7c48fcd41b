#include "supervise/check/rows_quarantined.hpp"

#include <boost/json/object.hpp>

namespace converge::supervise::check {

std::vector<Observation> observe_rows_quarantined(const Facts& facts) {
  std::vector<Observation> found;
  for (const SourceFacts& source : facts.sources) {
    if (source.quarantine_open == 0) continue;
    Observation observation;
    observation.subject = "source:" + source.source;
    observation.cause = source.quarantine_batch_id;  // rows refused later are told of again
    observation.severity = FindingSeverity::warning;
    observation.evidence = {{"rows", source.quarantine_open}, {"command", find_check_command(facts)}};
    found.push_back(std::move(observation));
  }
  return found;
}

}  // namespace converge::supervise::check
