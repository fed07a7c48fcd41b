#include "supervise/check/no_champion.hpp"

#include <boost/json/object.hpp>

namespace converge::supervise::check {

std::vector<Observation> observe_no_champion(const Facts& facts) {
  std::vector<Observation> found;
  for (const ModelFacts& model : facts.models) {
    if (model.champion_version_id) continue;
    Observation observation;
    observation.subject = "model:" + model.model;
    observation.severity = FindingSeverity::warning;
    observation.evidence = {{"labels_matured", model.labels_matured}, {"command", find_check_command(facts)}};
    found.push_back(std::move(observation));
  }
  return found;
}

}  // namespace converge::supervise::check
