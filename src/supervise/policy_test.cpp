#include "supervise/policy.hpp"

#include <gtest/gtest.h>

namespace converge::supervise {
namespace {

constexpr std::string_view sample = R"(
freeze = false
[[rule]]
name = "watch_schedule"
action = "retrain"
findings = ["schedule_due"]
mode = "propose"
[[rule]]
name = "by_itself"
action = "retrain"
findings = ["*"]
mode = "act"
[budget]
retrain_per_day = 1
)";

TEST(Policy, TheFirstRuleThatNamesActionAndFindingDecides) {
  const Policy policy = parse_policy(sample, "policy.toml").value();
  struct Case {
    const char* name;
    ProposalAction action;
    const char* kind;
    ProposalStatus status;
    const char* rule;
  };
  const Case cases[] = {
      {"named kind", ProposalAction::retrain, "schedule_due", ProposalStatus::proposed, "watch_schedule"},
      {"any kind", ProposalAction::retrain, "feature_drift", ProposalStatus::approved, "by_itself"},
      {"no rule for the action", ProposalAction::notify, "feature_drift", ProposalStatus::proposed, ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const PolicyDecision decision = decide(policy, c.action, c.kind);
    EXPECT_EQ(decision.status, c.status);
    EXPECT_EQ(decision.rule, c.rule);
    EXPECT_FALSE(decision.reason.empty());
  }
}

TEST(Policy, AFreezeHoldsEverything) {
  Policy policy = parse_policy(sample, "policy.toml").value();
  policy.freeze = true;
  EXPECT_EQ(decide(policy, ProposalAction::retrain, "feature_drift").status, ProposalStatus::held);
}

TEST(Policy, RefusesWhatItDoesNotKnow) {
  struct Case {
    const char* name;
    const char* toml;
    const char* says;
  };
  const Case cases[] = {
      {"unknown key", "frieze = true", "frieze"},
      {"unknown key in a rule", "[[rule]]\nname='a'\naction='retrain'\nfindings=['*']\nmode='act'\nwhen='now'", "when"},
      {"unknown action", "[[rule]]\nname='a'\naction='delete'\nfindings=['*']\nmode='act'", "retrain, notify"},
      {"unknown mode", "[[rule]]\nname='a'\naction='retrain'\nfindings=['*']\nmode='yolo'", "observe, propose, act"},
      {"rule without findings", "[[rule]]\nname='a'\naction='retrain'\nmode='act'", "findings"},
      {"negative budget", "[budget]\nretrain_per_day = -1", "retrain_per_day"},
      {"not TOML", "rule = [", "policy.toml"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto policy = parse_policy(c.toml, "policy.toml");
    ASSERT_FALSE(policy.has_value());
    EXPECT_EQ(policy.error().code, Errc::invalid_input);
    EXPECT_NE(policy.error().message.find(c.says), std::string::npos) << policy.error().message;
  }
}

ModelFacts ready_model() {
  ModelFacts model;
  model.model = "vol5";
  model.champion_version_id = "v1";
  model.sessions_since_attempt = 63;
  model.labels_matured = 63;
  model.labels_after_train = 252 + 63;
  return model;
}

TEST(Governor, AllowsARetrainOnlyWhenNothingSpeaksAgainstIt) {
  const Policy policy{false, {}, 2};
  const RetrainLimits limits{21, 63, 252};
  ModelFacts never_tried = ready_model();
  never_tried.champion_version_id.reset();
  never_tried.sessions_since_attempt.reset();
  never_tried.labels_matured = 0;
  never_tried.labels_after_train = 0;
  ModelFacts running = ready_model();
  running.retrain_running = true;
  ModelFacts cooling = ready_model();
  cooling.sessions_since_attempt = 20;
  ModelFacts few_labels = ready_model();
  few_labels.labels_matured = 62;
  ModelFacts short_holdout = ready_model();
  short_holdout.labels_after_train = 252 + 62;  // enough to judge, nothing new to learn from

  struct Case {
    const char* name;
    ModelFacts model;
    std::int64_t today;
    ProposalStatus status;
    const char* says;
  };
  const Case cases[] = {
      {"ready", ready_model(), 0, ProposalStatus::approved, "allows"},
      {"never tried", never_tried, 0, ProposalStatus::approved, "allows"},
      {"running", running, 0, ProposalStatus::held, "running"},
      {"cooling down", cooling, 0, ProposalStatus::held, "cool-down"},
      {"few new labels", few_labels, 0, ProposalStatus::held, "63 labels"},
      {"short hold-out", short_holdout, 0, ProposalStatus::held, "315 labels"},
      {"budget spent", ready_model(), 2, ProposalStatus::held, "budget"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const PolicyDecision decision =
        govern_retrain(policy, limits, c.model, c.today, {ProposalStatus::approved, "rule", "the policy allows it"});
    EXPECT_EQ(decision.status, c.status);
    EXPECT_NE(decision.reason.find(c.says), std::string::npos) << decision.reason;
  }
}

TEST(Governor, NeverTurnsARefusalIntoAnApproval) {
  const PolicyDecision asked =
      govern_retrain({}, {}, ready_model(), 0, {ProposalStatus::proposed, "", "a person decides"});
  EXPECT_EQ(asked.status, ProposalStatus::proposed);
}

}  // namespace
}  // namespace converge::supervise
