#include "supervise/finding.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <boost/json/object.hpp>
#include <set>

namespace converge::supervise {
namespace {

Instant day(int n) {
  return midnight_utc(Date(std::chrono::year(2020), std::chrono::month(3), std::chrono::day(1))) + std::chrono::days(n);
}

ModelFacts healthy_model() {
  ModelFacts model;
  model.model = "vol5";
  model.champion_version_id = "01HZZZZZZZZZZZZZZZZZZZZZZZ";
  model.sessions_since_attempt = 10;
  model.schedule_sessions = 252;
  return model;
}

Facts facts_of(ModelFacts model,
               SourceFacts source = {.source = "sp500", .last_known_at = day(0), .stale_after_days = 5}) {
  Facts facts;
  facts.now = day(1);
  facts.models = {std::move(model)};
  facts.sources = {std::move(source)};
  return facts;
}

std::set<std::string> kinds_of(const std::vector<Observation>& observations) {
  std::set<std::string> kinds;
  for (const Observation& o : observations) kinds.insert(o.kind);
  return kinds;
}

TEST(Observe, SeesEachConditionAndNothingElse) {
  ModelFacts no_champion = healthy_model();
  no_champion.champion_version_id.reset();
  ModelFacts due = healthy_model();
  due.sessions_since_attempt = 252;
  ModelFacts never_due = healthy_model();
  never_due.sessions_since_attempt = 10'000;
  never_due.schedule_sessions = 0;
  ModelFacts data = healthy_model();
  data.drifts = {{"psi", 63, 1.2, 0.8, "vol20", 1.7}};
  ModelFacts losses = healthy_model();
  losses.drifts = {{"log_loss", 21, 1.2, 0.9, "", 0}};

  ModelFacts silent = healthy_model();
  silent.abstain_reason = "feature roc10 is not defined";
  silent.abstained_bar_at = day(0);
  Facts given_up = facts_of(healthy_model());
  given_up.dead_jobs = {{"01HZZZZZZZZZZZZZZZZZZZZZZJ", "train", 1, 0, "error[internal]: a bug"}};
  Facts stuck = facts_of(healthy_model());
  stuck.unsent = {{"01HZZZZZZZZZZZZZZZZZZZZZZP", "docs", "a.md", "planned", "error[denied]: out is a link"}};
  Facts never_came =
      facts_of(healthy_model(), {.source = "sp500", .last_known_at = std::nullopt, .stale_after_days = 5});
  never_came.watched_since = day(-4);

  struct Case {
    const char* name;
    Facts facts;
    std::set<std::string> kinds;
  };
  const Case cases[] = {
      {"all is well", facts_of(healthy_model()), {}},
      {"no champion", facts_of(no_champion), {"no_champion"}},
      {"schedule reached", facts_of(due), {"schedule_due"}},
      {"schedule switched off", facts_of(never_due), {}},
      {"a champion that gives no answer", facts_of(silent), {"champion_silent"}},
      {"a job was given up", given_up, {"job_dead"}},
      {"a text did not get out", stuck, {"part_unsent"}},
      {"features drift", facts_of(data), {"feature_drift"}},
      {"losses drift", facts_of(losses), {"loss_drift"}},
      {"silent for five days", facts_of(healthy_model(), {"sp500", day(-4), 5, 0, ""}), {"source_stale"}},
      {"silent for four days", facts_of(healthy_model(), {"sp500", day(-3), 5, 0, ""}), {}},
      {"never brought anything, on the first day", facts_of(healthy_model(), {"sp500", std::nullopt, 5, 0, ""}), {}},
      {"never brought anything in five days", never_came, {"source_stale"}},
      {"rows refused", facts_of(healthy_model(), {"sp500", day(0), 5, 3, "b"}), {"rows_quarantined"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(kinds_of(observe(c.facts)), c.kinds);
  }
}

TEST(Observe, GivesEveryObservationACommandThatPrintsItsEvidence) {
  ModelFacts model = healthy_model();
  model.sessions_since_attempt = 300;
  model.drifts = {{"ks", 21, 0.9, 0.5, "roc10", 1.8}, {"log_loss", 63, 1.0, 0.7, "", 0}};
  const auto observations = observe(facts_of(model, {"sp500", day(-30), 5, 2, "b"}));
  ASSERT_EQ(observations.size(), 5U);
  for (const Observation& o : observations) {
    SCOPED_TRACE(o.kind);
    ASSERT_TRUE(o.evidence.contains("command"));
    // tests/flow/report_test.cpp runs them and looks for the figures.
    const bool is_drift = o.kind == "feature_drift" || o.kind == "loss_drift";
    EXPECT_EQ(o.evidence.at("command").as_string(), is_drift ? "converge drift report vol5 --as-of 2020-03-02T00:00:00Z"
                                                             : "converge finding check --as-of 2020-03-02T00:00:00Z");
  }
}

TEST(Observe, TellsOfEachRowByItsIdWithTheCommandThatListsIt) {
  Facts facts = facts_of(healthy_model());
  facts.dead_jobs = {{"01J", "train", 3, 1, "error[internal]: a bug"}, {"01K", "gate", 1, 0, "error[denied]: no"}};
  facts.unsent = {{"01P", "docs", "a.md", "planned", "error[denied]: out is a link"}};
  const auto observations = observe(facts);
  ASSERT_EQ(observations.size(), 3U);
  const std::pair<const char*, const char*> expected[] = {
      {"job:01J",
       R"({"attempts":3,"command":"converge job dead","crashes":1,"error":"error[internal]: a bug","job":"train"})"},
      {"job:01K",
       R"({"attempts":1,"command":"converge job dead","crashes":0,"error":"error[denied]: no","job":"gate"})"},
      {"outbox:01P",
       R"({"command":"converge publish list","destination":"a.md","error":"error[denied]: out is a link",)"
       R"("state":"planned","target":"docs"})"}};
  for (std::size_t i = 0; i < observations.size(); ++i) {
    EXPECT_EQ(observations[i].subject, expected[i].first);
    EXPECT_EQ(observations[i].severity, FindingSeverity::error);
    EXPECT_EQ(render_canonical_json(observations[i].evidence), expected[i].second);
  }
}

FindingRow row_of(const Observation& observation, int last_seen) {
  FindingRow row;
  row.id = "id-" + observation.kind;
  row.fingerprint = compute_fingerprint(observation);
  row.last_seen_at = day(last_seen);
  return row;
}

TEST(Changes, OpenContinueAndEndAFinding) {
  const Observation drift{"feature_drift", "model:vol5", "v1/psi/63", FindingSeverity::warning, {{"value", 1}}};
  const Observation stale{"source_stale", "source:sp500", "", FindingSeverity::warning, {}};
  const std::vector<FindingRow> open = {row_of(drift, 9), row_of(stale, 9)};

  const FindingChanges first = compute_changes(std::vector{drift}, {}, day(9));
  ASSERT_EQ(first.opened.size(), 1U);
  EXPECT_EQ(first.opened[0].kind, "feature_drift");

  const FindingChanges next = compute_changes(std::vector{drift}, open, day(10));
  EXPECT_TRUE(next.opened.empty());
  ASSERT_EQ(next.seen_again.size(), 1U);
  EXPECT_EQ(next.seen_again[0].id, "id-feature_drift");
  EXPECT_EQ(next.seen_again[0].evidence, R"({"value":1})");
  EXPECT_TRUE(next.resolved.empty()) << "one quiet day ends nothing";

  const FindingChanges quiet = compute_changes(std::vector{drift}, open, day(9 + quiet_days));
  EXPECT_EQ(quiet.resolved, std::vector<std::string>{"id-source_stale"});
}

TEST(Observe, TellsOfRowsThatWereRefusedLaterAgain) {
  const auto fingerprint = [](const char* batch) {
    return compute_fingerprint(observe(facts_of(healthy_model(), {"sp500", day(0), 5, 3, batch})).at(0));
  };
  EXPECT_EQ(fingerprint("monday"), fingerprint("monday"));
  EXPECT_NE(fingerprint("monday"), fingerprint("tuesday"));
}

TEST(Changes, TellCausesApart) {
  const Observation psi{"feature_drift", "model:vol5", "v1/psi/63", FindingSeverity::warning, {}};
  Observation ks = psi;
  ks.cause = "v1/ks/63";
  EXPECT_NE(compute_fingerprint(psi), compute_fingerprint(ks));
  EXPECT_EQ(compute_changes(std::vector{psi, ks}, std::vector{row_of(psi, 1)}, day(1)).opened.size(), 1U);
}

}  // namespace
}  // namespace converge::supervise
