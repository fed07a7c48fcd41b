// supervise/check/row_observation.hpp — the observations of a check that tells of single rows: one for each, by its id.
#pragma once
#include "supervise/finding.hpp"

#include <boost/json/object.hpp>

namespace converge::supervise::check {

// Rows of a table that stay wrong until somebody looks: errors.
//   rows      facts with an `id`; the subject is "<table>:<id>"
//   evidence  what is known of one row: JsonObject(const Fact&)
//   command   lists them, with the same figures
template <class Fact, class Evidence>
std::vector<Observation> observe_rows(const std::vector<Fact>& rows, std::string_view table, const Evidence& evidence,
                                      std::string_view command) {
  std::vector<Observation> found;
  for (const Fact& row : rows) {
    Observation observation;
    observation.subject = std::string(table) + ":" + row.id;
    observation.severity = FindingSeverity::error;
    observation.evidence = evidence(row);
    observation.evidence["command"] = command;
    found.push_back(std::move(observation));
  }
  return found;
}

}  // namespace converge::supervise::check
