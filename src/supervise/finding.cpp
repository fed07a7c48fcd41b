#include "supervise/finding.hpp"

#include "base/hash.hpp"

#include <map>

namespace converge::supervise {

std::vector<Observation> observe(const Facts& facts) {
  std::vector<Observation> all;
  for (const FindingCheck& check : checks()) {
    for (Observation& observation : check.observe(facts)) {
      observation.kind = check.kind;
      all.push_back(std::move(observation));
    }
  }
  return all;
}

std::string compute_fingerprint(const Observation& observation) {
  return compute_sha256_hex(observation.kind + "\x1f" + observation.subject + "\x1f" + observation.cause);
}

FindingChanges compute_changes(std::span<const Observation> observations, std::span<const FindingRow> open,
                               Instant now) {
  std::map<std::string, const FindingRow*> by_fingerprint;
  for (const FindingRow& row : open) by_fingerprint.emplace(row.fingerprint, &row);

  FindingChanges changes;
  for (const Observation& observation : observations) {
    const auto found = by_fingerprint.find(compute_fingerprint(observation));
    if (found == by_fingerprint.end()) {
      changes.opened.push_back(observation);
    } else {
      changes.seen_again.push_back({found->second->id, render_canonical_json(observation.evidence)});
      by_fingerprint.erase(found);
    }
  }
  for (const auto& [fingerprint, row] : by_fingerprint)
    if (now - row->last_seen_at >= std::chrono::days(quiet_days)) changes.resolved.push_back(row->id);
  return changes;
}

}  // namespace converge::supervise
