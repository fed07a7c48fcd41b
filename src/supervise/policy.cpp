#include "supervise/policy.hpp"

#include "wire/toml.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::supervise {
namespace {

constexpr std::string_view modes[] = {"observe", "propose", "act"};  // in the order of PolicyMode
constexpr std::string_view actions[] = {"retrain", "notify"};

Result<PolicyRule> parse_rule(TableReader& table) {
  PolicyRule rule;
  TRY(rule.name, table.text("name"));
  TRY(const std::string action, table.word("action", actions));
  rule.action = *parse_enum<ProposalAction>(action);
  TRY(rule.findings, table.texts("findings"));
  TRY(const std::string mode, table.word("mode", modes));
  rule.mode = static_cast<PolicyMode>(std::ranges::find(modes, mode) - std::begin(modes));
  TRY_VOID(table.refuse_rest());
  return rule;
}

}  // namespace

Result<Policy> parse_policy(std::string_view toml, std::string_view where) {
  TRY(const JsonObject file, parse_toml(toml, where));
  TableReader table(file, std::string(where));
  Policy policy;
  if (table.has("freeze")) {
    TRY(policy.freeze, table.flag("freeze"));
  }
  if (table.has("budget")) {
    TRY(TableReader budget, table.table("budget"));
    TRY(policy.retrain_per_day, budget.integer("retrain_per_day", 0, 1000));
    TRY_VOID(budget.refuse_rest());
  }
  if (table.has("rule")) {
    TRY(std::vector<TableReader> rules, table.tables("rule"));
    for (TableReader& one : rules) {
      TRY(PolicyRule rule, parse_rule(one));
      policy.rules.push_back(std::move(rule));
    }
  }
  TRY_VOID(table.refuse_rest());
  return policy;
}

PolicyDecision decide(const Policy& policy, ProposalAction action, std::string_view finding_kind) {
  if (policy.freeze) return {ProposalStatus::held, "freeze", "the policy is frozen: nothing is done by itself"};
  for (const PolicyRule& rule : policy.rules) {
    const bool names_finding = std::ranges::any_of(
        rule.findings, [&](const std::string& kind) { return kind == "*" || kind == finding_kind; });
    if (rule.action != action || !names_finding) continue;
    switch (rule.mode) {
      case PolicyMode::observe: return {ProposalStatus::held, rule.name, "the policy only observes here"};
      case PolicyMode::propose: return {ProposalStatus::proposed, rule.name, "the policy asks for a person's decision"};
      case PolicyMode::act: return {ProposalStatus::approved, rule.name, "the policy allows it"};
    }
  }
  return {ProposalStatus::proposed, "", "no rule of the policy names it: a person decides"};
}

PolicyDecision govern_retrain(const Policy& policy, const RetrainLimits& limits, const ModelFacts& model,
                              std::int64_t retrains_today, PolicyDecision allowed) {
  if (allowed.status != ProposalStatus::approved) return allowed;
  const auto hold = [&](std::string reason) {
    return PolicyDecision{ProposalStatus::held, allowed.rule, std::move(reason)};
  };
  if (model.retrain_running) return hold("a retrain of this model is running");
  if (model.sessions_since_attempt && *model.sessions_since_attempt < limits.cooldown_sessions)
    return hold(fmt::format("cool-down: the last attempt was less than {} sessions ago", limits.cooldown_sessions));
  if (model.sessions_since_attempt && model.labels_matured < limits.min_matured_labels)
    return hold(fmt::format("fewer than {} labels have matured since the last attempt", limits.min_matured_labels));
  const std::int64_t labels_needed = limits.holdout_rows + limits.min_matured_labels;
  if (model.champion_version_id && model.labels_after_train < labels_needed)
    return hold(fmt::format(
        "fewer than {} labels have matured that the champion was not fitted on: {} to be judged on, {} to learn from",
        labels_needed, limits.holdout_rows, limits.min_matured_labels));
  if (retrains_today >= policy.retrain_per_day)
    return hold(fmt::format("the budget of {} retrains a day is spent", policy.retrain_per_day));
  return allowed;
}

}  // namespace converge::supervise
