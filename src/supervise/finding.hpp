// supervise/finding.hpp — from what is observed on one tick to findings that open, go on and end.
//
// Pure. An observation says that something is so now; a finding is the record of it over time, one for each fingerprint.
#pragma once
#include "contract/rows.hpp"
#include "supervise/facts.hpp"
#include "wire/json.hpp"

#include <span>
#include <string>
#include <vector>

namespace converge::supervise {

struct Observation {
  std::string kind;
  std::string subject;  // kind:id, as in "model:sp500_vol5"
  std::string cause;    // tells two observations of one kind and subject apart; part of the fingerprint
  FindingSeverity severity = FindingSeverity::warning;
  JsonObject evidence;  // figures, and "command": what prints them again
};

// One check: a kind of finding and the function that looks for it.
struct FindingCheck {
  std::string_view kind;
  std::string_view looks_for;
  std::vector<Observation> (*observe)(const Facts&);
};

// Every check there is, in the order in which they run. A new one is a file under supervise/check/ and a row here.
std::span<const FindingCheck> checks();

std::vector<Observation> observe(const Facts& facts);

std::string compute_fingerprint(const Observation& observation);

// What has to be written so that the findings agree with the observations.
struct FindingChanges {
  struct Seen {
    std::string id;
    std::string evidence;  // of today
  };
  std::vector<Observation> opened;
  std::vector<Seen> seen_again;
  std::vector<std::string> resolved;  // ids
};

// A finding ends once it has not been seen for `quiet_days` days, so that a flickering condition stays one finding.
inline constexpr std::int64_t quiet_days = 7;

FindingChanges compute_changes(std::span<const Observation> observations, std::span<const FindingRow> open,
                               Instant now);

}  // namespace converge::supervise
