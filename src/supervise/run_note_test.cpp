#include "supervise/run_note.hpp"

#include "base/hash.hpp"
#include "base/ulid.hpp"
#include "wire/json.hpp"

#include <gmock/gmock.h>
#include <boost/json/object.hpp>
#include <fixture/scored_model.hpp>
#include <fixture/test_server.hpp>

namespace converge::supervise {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

const Instant tick = midnight_utc(Date(std::chrono::year(2020) / 3 / 13)) + 20h;

class RunNote : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    create_system_tables();
    db_.emplace(open_db());
    CONVERGE_GET(db_->transact([&](store::Tx& tx) { return champion_.insert(tx); }));
  }
  void TearDown() override {
    db_.reset();
    ServerTest::TearDown();
  }

  std::string open_finding(std::string_view kind, const JsonObject& evidence, Instant at = tick) {
    FindingRow row;
    row.fingerprint = compute_sha256_hex(std::string(kind) + render_canonical_json(evidence));
    row.id = make_ulid(at, 7, FindingRow::table, row.fingerprint);
    row.kind = kind;
    row.subject = "model:sp500_vol5";
    row.severity = FindingSeverity::warning;
    row.evidence = row.evidence_last = render_canonical_json(evidence);
    row.seen = 1;
    row.opened_at = row.last_seen_at = at;
    CONVERGE_GET(db_->transact([&](store::Tx& tx) { return tx.insert(row); }));
    return row.id;
  }

  std::string propose(const std::string& finding_id, ProposalAction action, ProposalStatus status,
                      const std::string& decision_reason) {
    ProposalRow row;
    row.id = make_ulid(tick, 7, ProposalRow::table, finding_id + std::string(enum_text(action)));
    row.finding_id = finding_id;
    row.action = action;
    row.subject = "model:sp500_vol5";
    row.reason = "a reason";
    row.evidence = "{}";
    row.evidence_hash = std::string(64, 'e');
    row.status = status;
    row.decision_reason = decision_reason;
    row.proposed_at = tick;
    row.expires_at = tick + std::chrono::days(30);
    CONVERGE_GET(db_->transact([&](store::Tx& tx) { return tx.insert(row); }));
    return row.id;
  }

  JsonObject drift_evidence(std::string_view statistic) const {
    return {{"statistic", statistic},
            {"window_sessions", 63},
            {"value", 0.51234},
            {"threshold", 0.4},
            {"model_version_id", champion_.version.id},
            {"command", "converge drift report sp500_vol5 --as-of 2020-03-13T20:00:00Z"}};
  }

  content::ContentCount run(Instant now = tick) {
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) {
      store::Scope scope{tx, now, 7};
      return run_note(scope, source_);
    }));
  }

  // "template subject state", one for each item, by template and subject.
  std::vector<std::string> items() {
    std::vector<std::string> lines;
    for (const auto& row :
         select_sql("SELECT CONCAT(template, ' ', subject, ' ', state) AS line FROM content_item ORDER BY line").rows)
      lines.push_back(std::get<std::string>(row.at(0)));
    return lines;
  }
  std::string body_of(const std::string& subject) {
    return std::get<std::string>(
        select_sql("SELECT body FROM content_item WHERE subject = '" + subject + "'").rows.at(0).at(0));
  }

  std::optional<store::Db> db_;
  fixture::ScoredModel champion_;
  const content::ContentSource source_ = content::load_content_source(CONVERGE_SOURCE_DIR "/desk").value();
};
CONVERGE_ON_BOTH_SERVERS(RunNote);

TEST_P(RunNote, TellsOfADriftOnceWithItsEvidenceAndWhatFollows) {
  JsonObject evidence = drift_evidence("ks");
  evidence["worst_feature"] = "vol20";
  evidence["worst_ratio"] = 1.756;
  const std::string finding = open_finding("feature_drift", evidence);
  propose(finding, ProposalAction::retrain, ProposalStatus::held, "cool-down: the last attempt was too recent");

  EXPECT_EQ(run().approved, 1);
  EXPECT_EQ(items(), std::vector<std::string>{"drift_note finding:" + finding + " approved"});
  const std::string body = body_of("finding:" + finding);
  EXPECT_THAT(body, HasSubstr("2020-03-13"));
  EXPECT_THAT(body, HasSubstr("version 1 of sp500_vol5"));
  EXPECT_THAT(body, HasSubstr("Kolmogorov"));
  EXPECT_THAT(body, HasSubstr("| Value | 0.5123 |"));
  EXPECT_THAT(body, HasSubstr("| Threshold | 0.4000 |"));
  EXPECT_THAT(body, HasSubstr("| vol20 |"));
  EXPECT_THAT(body, HasSubstr("| 1.76 |"));
  EXPECT_THAT(body, HasSubstr("held back: cool-down: the last attempt was too recent"));
  EXPECT_THAT(body, HasSubstr("`converge drift report sp500_vol5 --as-of 2020-03-13T20:00:00Z`"));

  const content::ContentCount again = run(tick + 24h);
  EXPECT_EQ(again.approved + again.blocked + again.unchanged, 0) << "told is told";
  const auto outbox = select_sql("SELECT destination FROM outbox");
  ASSERT_EQ(outbox.rows.size(), 1U);
  EXPECT_EQ(std::get<std::string>(outbox.rows[0][0]), "2020-03-13-sp500-vol5-drift-ks-63.md");
}

TEST_P(RunNote, SaysThatAnEarlierRequestCoversADrift) {
  const std::string finding = open_finding("feature_drift", drift_evidence("psi"));
  run();
  EXPECT_THAT(body_of("finding:" + finding), HasSubstr("an earlier request to retrain this model is undecided"));
}

TEST_P(RunNote, TellsOfADriftOfTheLossesInOneNoteAndCarriesOutItsNotice) {
  const std::string finding = open_finding("loss_drift", drift_evidence("log_loss"));
  propose(finding, ProposalAction::notify, ProposalStatus::approved, "the policy allows it");
  EXPECT_EQ(run().approved, 1);
  EXPECT_EQ(items(), std::vector<std::string>{"drift_note finding:" + finding + " approved"});
  EXPECT_THAT(body_of("finding:" + finding), HasSubstr("mean log loss"));
  EXPECT_THAT(body_of("finding:" + finding), Not(HasSubstr("furthest beyond")));
  EXPECT_EQ(std::get<std::string>(select_sql("SELECT status FROM proposal").rows.at(0).at(0)), "done");
}

TEST_P(RunNote, TellsOfOtherFindingsWhenThePolicyAllowsTheNotice) {
  const std::string allowed = open_finding("source_stale", {{"days", 9}, {"command", "converge status"}});
  const std::string asked = open_finding("rows_quarantined", {{"rows", 3}});
  propose(allowed, ProposalAction::notify, ProposalStatus::approved, "the policy allows it");
  propose(asked, ProposalAction::notify, ProposalStatus::proposed, "a person decides");
  EXPECT_EQ(run().approved, 1);
  EXPECT_EQ(items(), std::vector<std::string>{"finding_note finding:" + allowed + " approved"});
  EXPECT_THAT(body_of("finding:" + allowed), HasSubstr("| days | 9 |"));
}

TEST_P(RunNote, KnowsNothingOfTomorrow) {
  open_finding("feature_drift", drift_evidence("ks"), tick + 24h);
  EXPECT_EQ(run().approved, 0);
  EXPECT_EQ(run(tick + 24h).approved, 1);
}

TEST(DriftNote, RefusesEvidenceThatIsNotOfADrift) {
  struct Case {
    const char* name;
    const char* evidence;
    const char* message;
  };
  const Case cases[] = {
      {"no object", "[]", "its evidence is not an object"},
      {"no JSON", "{", "at byte"},
      {"no statistic", "{}", "statistic"},
      {"unknown statistic", R"({"statistic": "mean"})", "'mean' is no statistic of a drift"},
      {"no value", R"({"statistic": "ks", "window_sessions": 21})", "its evidence has no value"},
  };
  FindingRow finding;
  finding.id = "F";
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    finding.evidence = c.evidence;
    const auto note = make_drift_note(finding, ModelVersionRow{}, std::nullopt);
    ASSERT_FALSE(note);
    EXPECT_EQ(note.error().code, Errc::invalid_input);
    EXPECT_THAT(note.error().message, HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace converge::supervise
