#include "supervise/check/job_dead.hpp"

#include "supervise/check/row_observation.hpp"

namespace converge::supervise::check {
namespace {

JsonObject describe(const DeadJobFact& job) {
  return {{"job", job.kind}, {"attempts", job.attempts}, {"crashes", job.crashes}, {"error", job.error}};
}

}  // namespace

std::vector<Observation> observe_job_dead(const Facts& facts) {
  return observe_rows(facts.dead_jobs, "job", describe, "converge job dead");
}

}  // namespace converge::supervise::check
