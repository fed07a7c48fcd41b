#include "supervise/check/job_dead.hpp"

#include <boost/json/object.hpp>

namespace converge::supervise::check {

std::vector<Observation> observe_job_dead(const Facts& facts) {
  std::vector<Observation> found;
  for (const DeadJobFact& job : facts.dead_jobs) {
    Observation observation;
    observation.subject = "job:" + job.id;
    observation.severity = FindingSeverity::error;
    observation.evidence = {{"job", job.kind},
                            {"attempts", job.attempts},
                            {"crashes", job.crashes},
                            {"error", job.error},
                            {"command", "converge job dead"}};
    found.push_back(std::move(observation));
  }
  return found;
}

}  // namespace converge::supervise::check
