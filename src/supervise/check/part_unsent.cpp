#include "supervise/check/part_unsent.hpp"

#include "supervise/check/row_observation.hpp"

namespace converge::supervise::check {
namespace {

JsonObject describe(const UnsentFact& part) {
  return {{"target", part.target}, {"destination", part.destination}, {"state", part.state}, {"error", part.error}};
}

}  // namespace

std::vector<Observation> observe_part_unsent(const Facts& facts) {
  return observe_rows(facts.unsent, "outbox", describe, "converge publish list");
}

}  // namespace converge::supervise::check
