#include "supervise/check/schedule_due.hpp"

#include <boost/json/object.hpp>

namespace converge::supervise::check {

std::vector<Observation> observe_schedule_due(const Facts& facts) {
  std::vector<Observation> found;
  for (const ModelFacts& model : facts.models) {
    const bool scheduled = model.champion_version_id && model.schedule_sessions > 0;
    if (!scheduled || model.sessions_since_attempt.value_or(0) < model.schedule_sessions) continue;
    Observation observation;
    observation.subject = "model:" + model.model;
    observation.cause = *model.champion_version_id;
    observation.severity = FindingSeverity::info;
    observation.evidence = {{"sessions_since_attempt", *model.sessions_since_attempt},
                            {"schedule_sessions", model.schedule_sessions},
                            {"model_version_id", *model.champion_version_id},
                            {"command", find_check_command(facts)}};
    found.push_back(std::move(observation));
  }
  return found;
}

}  // namespace converge::supervise::check
