#include "supervise/check/drift_observation.hpp"

#include <boost/json/object.hpp>

namespace converge::supervise::check {

std::vector<Observation> observe_drift(const Facts& facts, FindingSeverity severity,
                                       const std::function<bool(const DriftFact&)>& wanted) {
  std::vector<Observation> found;
  for (const ModelFacts& model : facts.models) {
    for (const DriftFact& drift : model.drifts) {
      if (!wanted(drift)) continue;
      Observation observation;
      observation.subject = "model:" + model.model;
      observation.cause =
          model.champion_version_id.value_or("") + "/" + drift.statistic + "/" + std::to_string(drift.window_sessions);
      observation.severity = severity;
      observation.evidence = {
          {"statistic", drift.statistic},
          {"window_sessions", drift.window_sessions},
          {"value", drift.value},
          {"threshold", drift.threshold},
          {"model_version_id", model.champion_version_id.value_or("")},
          {"command", "converge drift report " + model.model + " --as-of " + render_instant(facts.now)}};
      if (!drift.worst_feature.empty()) {
        observation.evidence["worst_feature"] = drift.worst_feature;
        observation.evidence["worst_ratio"] = drift.worst_ratio;
      }
      found.push_back(std::move(observation));
    }
  }
  return found;
}

}  // namespace converge::supervise::check
