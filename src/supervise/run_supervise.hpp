// supervise/run_supervise.hpp — the stage that closes the loop: findings, proposals, decisions, jobs.
//
// Writes finding, proposal, job and audit rows in the caller's transaction. Idempotent by tick: it is run once for each
// tick, in the transaction that records the tick's stage.
#pragma once
#include "store/db.hpp"
#include "supervise/facts.hpp"
#include "supervise/policy.hpp"

#include <map>

namespace converge::supervise {

struct SuperviseCounts {
  std::int64_t findings_opened = 0;
  std::int64_t findings_open = 0;
  std::int64_t findings_resolved = 0;
  std::int64_t proposals = 0;
  std::int64_t approved = 0;
  std::int64_t held = 0;
};

// What a model declares to the supervisor.
struct WatchedModel {
  std::string model;
  std::string symbol;
  std::string timeframe;
  std::string label_set_hash;  // of the question that the model file asks
  std::int64_t horizon_bars = 0;
  std::int64_t schedule_sessions = 0;
  RetrainLimits limits;
};

struct WatchedSource {
  std::string source;
  std::int64_t stale_after_days = 0;
};

struct SuperviseOptions {
  Policy policy;
  std::vector<WatchedModel> models;
  std::vector<WatchedSource> sources;
};

// What is known at scope.now. Champions and attempts count when they were set or decided by `decided_by`: just before scope.now
// for who asks again what a tick knew before it decided anything itself.
Result<Facts> load_facts(store::Scope& scope, const SuperviseOptions& options, Instant decided_by);
inline Result<Facts> load_facts(store::Scope& scope, const SuperviseOptions& options) {
  return load_facts(scope, options, scope.now);
}

Result<SuperviseCounts> run_supervise(store::Scope& scope, const SuperviseOptions& options);

// The owner asks for a retrain: a finding `owner_asked` and an approved proposal, held to the same governor as any other.
//   returns  the id of the train job
//   errors   denied when the governor holds it, with the reason; not_found
Result<std::string> request_retrain(store::Scope& scope, const SuperviseOptions& options, const std::string& model,
                                    const std::string& reason);

// What the owner says to a proposal that the policy left to a person or held back.
enum class OwnerDecision { approve, reject };

// Decides it as the policy would: an approved retrain is held to the governor, becomes the same job as one that the policy
// allows, and leaves an audit row. After a rejection the finding behind it asks for the same thing no more.
//   returns  the proposal as it stands then
//   errors   not_found; conflict when it is decided already, has expired, or its finding no longer holds; denied when the
//            governor holds it, with the reason
Result<ProposalRow> decide_proposal(store::Scope& scope, const SuperviseOptions& options, const std::string& id,
                                    OwnerDecision decision, const std::string& reason);

}  // namespace converge::supervise
