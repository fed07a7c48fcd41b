#include "supervise/check/part_unsent.hpp"

#include <boost/json/object.hpp>

namespace converge::supervise::check {

std::vector<Observation> observe_part_unsent(const Facts& facts) {
  std::vector<Observation> found;
  for (const UnsentFact& part : facts.unsent) {
    Observation observation;
    observation.subject = "outbox:" + part.outbox_id;
    observation.severity = FindingSeverity::error;
    observation.evidence = {{"target", part.target},
                            {"destination", part.destination},
                            {"state", part.state},
                            {"error", part.error},
                            {"command", "converge publish list"}};
    found.push_back(std::move(observation));
  }
  return found;
}

}  // namespace converge::supervise::check
