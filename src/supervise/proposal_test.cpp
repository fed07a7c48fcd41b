#include "supervise/proposal.hpp"

#include "supervise/finding.hpp"

#include <gtest/gtest.h>
#include <set>

namespace converge::supervise {
namespace {

const Instant today = midnight_utc(Date(std::chrono::year(2020), std::chrono::March, std::chrono::day(13)));

FindingRow finding(std::string id, std::string kind, FindingSeverity severity) {
  FindingRow row;
  row.id = std::move(id);
  row.kind = std::move(kind);
  row.subject = "model:vol5";
  row.severity = severity;
  row.last_seen_at = today;
  return row;
}

std::vector<std::string> keys(const std::vector<Suggestion>& suggestions) {
  std::vector<std::string> out;
  for (const Suggestion& s : suggestions) out.push_back(s.finding->id + "/" + std::string(enum_text(s.play->action)));
  return out;
}

TEST(Suggest, AsksForOneRetrainOfASubjectAndCitesTheWorstFinding) {
  const std::vector<FindingRow> open = {finding("a", "schedule_due", FindingSeverity::info),
                                        finding("b", "feature_drift", FindingSeverity::warning),
                                        finding("c", "loss_drift", FindingSeverity::error)};
  EXPECT_EQ(keys(suggest(open, {}, {}, today)), (std::vector<std::string>{"c/notify", "c/retrain"}));
}

TEST(Suggest, WaitsWhileAProposalForTheSubjectIsUndecided) {
  const std::vector<FindingRow> open = {finding("b", "feature_drift", FindingSeverity::warning)};
  ProposalRow waiting;
  waiting.action = ProposalAction::retrain;
  waiting.subject = "model:vol5";
  EXPECT_TRUE(suggest(open, std::vector{waiting}, {}, today).empty());
  waiting.subject = "model:other";
  EXPECT_EQ(keys(suggest(open, std::vector{waiting}, {}, today)), std::vector<std::string>{"b/retrain"});
}

TEST(Suggest, TellsTheOwnerOfAFindingOnce) {
  const std::vector<FindingRow> open = {finding("q", "rows_quarantined", FindingSeverity::warning)};
  EXPECT_EQ(keys(suggest(open, {}, {}, today)), std::vector<std::string>{"q/notify"});
  EXPECT_TRUE(suggest(open, {}, {.proposed = {"q/notify"}, .refused = {}}, today).empty());
}

TEST(Suggest, AsksForARetrainAgainUnlessTheOwnerHasRefused) {
  const std::vector<FindingRow> open = {finding("b", "feature_drift", FindingSeverity::warning),
                                        finding("c", "schedule_due", FindingSeverity::info)};
  Answered answered{.proposed = {"b/retrain"}, .refused = {}};
  EXPECT_EQ(keys(suggest(open, {}, answered, today)), std::vector<std::string>{"b/retrain"});
  answered.refused = {"b/retrain"};
  EXPECT_EQ(keys(suggest(open, {}, answered, today)), std::vector<std::string>{"c/retrain"}) << "another reason";
  answered.refused = {"b/retrain", "c/retrain"};
  EXPECT_TRUE(suggest(open, {}, answered, today).empty());
}

TEST(Suggest, AThousandFindingsAboutOneSubjectAskForOneRetrain) {
  std::vector<FindingRow> open;
  for (int i = 0; i < 1000; ++i)
    open.push_back(finding("f" + std::to_string(i), "feature_drift", FindingSeverity::warning));
  EXPECT_EQ(suggest(open, {}, {}, today).size(), 1U);
}

TEST(Suggest, AsksForNothingOnAFindingThatIsNotSeenToday) {
  std::vector<FindingRow> open = {finding("b", "feature_drift", FindingSeverity::warning)};
  open[0].last_seen_at = today - std::chrono::days(1);
  EXPECT_TRUE(suggest(open, {}, {}, today).empty());
}

TEST(Playbook, AnswersEveryKindOfFindingThatIsLookedFor) {
  std::set<std::string_view> answered;
  for (const Play& play : playbook()) answered.insert(play.finding_kind);
  for (const FindingCheck& check : checks()) EXPECT_TRUE(answered.contains(check.kind)) << check.kind;
}

}  // namespace
}  // namespace converge::supervise
