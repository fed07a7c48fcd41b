#include "supervise/check/champion_silent.hpp"

#include <boost/json/object.hpp>

namespace converge::supervise::check {

std::vector<Observation> observe_champion_silent(const Facts& facts) {
  std::vector<Observation> found;
  for (const ModelFacts& model : facts.models) {
    if (!model.champion_version_id || !model.abstain_reason) continue;
    Observation observation;
    observation.subject = "model:" + model.model;
    observation.cause = *model.champion_version_id + "/" + *model.abstain_reason;
    observation.severity = FindingSeverity::warning;
    observation.evidence = {{"reason", *model.abstain_reason},
                            {"bar_at", render_instant(*model.abstained_bar_at)},
                            {"model_version_id", *model.champion_version_id},
                            {"command", "converge export prediction"}};
    found.push_back(std::move(observation));
  }
  return found;
}

}  // namespace converge::supervise::check
