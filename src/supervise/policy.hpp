// supervise/policy.hpp — policy.toml: what may be done without asking.
//
// Grammar: `freeze = true|false`, `[[rule]]` tables with name, action, findings and mode, and `[budget] retrain_per_day`.
// The first rule that names the action and the kind of finding decides. No rule: a person has to.
#pragma once
#include "base/result.hpp"
#include "contract/rows.hpp"
#include "supervise/facts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace converge::supervise {

enum class PolicyMode { observe, propose, act };

struct PolicyRule {
  std::string name;
  ProposalAction action = ProposalAction::notify;
  std::vector<std::string> findings;  // kinds; "*" is any
  PolicyMode mode = PolicyMode::propose;
};

struct Policy {
  // While true nothing is done by itself: proposals are held, no job is run and no text is sent. What is observed is still written
  // down.
  bool freeze = false;
  std::vector<PolicyRule> rules;
  std::int64_t retrain_per_day = 2;
};

// errors: invalid_input with `where` and the key, for every key that is not in the grammar
Result<Policy> parse_policy(std::string_view toml, std::string_view where);

// [retraining] of a model file: what the governor holds the model to.
struct RetrainLimits {
  std::int64_t cooldown_sessions = 21;   // between two attempts
  std::int64_t min_matured_labels = 63;  // labels that no earlier attempt has seen
  std::int64_t holdout_rows = 252;       // labels a challenger is judged on: none that the champion was fitted on
};

struct PolicyDecision {
  ProposalStatus status = ProposalStatus::proposed;  // proposed (a person must decide), held, or approved
  std::string rule;
  std::string reason;
};

// What the policy says of a proposal, before the governor is asked.
PolicyDecision decide(const Policy& policy, ProposalAction action, std::string_view finding_kind);

// Whether a retrain that the policy allows may start now: one run at a time, the cool-down, enough new labels, the budget.
PolicyDecision govern_retrain(const Policy& policy, const RetrainLimits& limits, const ModelFacts& model,
                              std::int64_t retrains_today, PolicyDecision allowed);

}  // namespace converge::supervise
