#include "surface/run_report.hpp"

#include "fixture/scored_model.hpp"
#include "fixture/test_server.hpp"

#include <gtest/gtest.h>

namespace converge::surface {
namespace {

using store::Tx;

Instant day(int n) {
  return midnight_utc(Date(std::chrono::year(2015) / 1 / 2)) + std::chrono::days(n);
}

ReportRange days(int from, int to) {
  return {day(from), day(to), day(from), false};
}

TickStageRow make_stage(int at, std::int64_t sequence, const char* stage, const char* counts) {
  TickStageRow row;
  row.tick_at = day(at);
  row.sequence = sequence;
  row.stage = stage;
  row.counts = counts;
  return row;
}

class ReportTables : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    create_system_tables();
    db_.emplace(open_db());
  }

  template <class Row>
  void insert(const std::vector<Row>& rows) {
    CONVERGE_GET(db_->transact([&](Tx& tx) { return tx.insert(rows); }));
  }

  void insert(const fixture::ScoredModel& model) {
    CONVERGE_GET(db_->transact([&](Tx& tx) { return model.insert(tx); }));
  }

  Report load(const ReportRange& range) {
    const std::vector<std::string> models = {"sp500_vol5"};
    return CONVERGE_GET(db_->transact([&](Tx& tx) { return load_report(tx, range, models); }));
  }

  std::optional<store::Db> db_;
};

CONVERGE_ON_BOTH_SERVERS(ReportTables);

TEST_P(ReportTables, KeepWhatAShadowSaidApartFromWhatAChampionSaid) {
  fixture::ScoredModel model;  // one prediction a day from day 0 on
  model.add_outcome(0.9, 0, 2.3, 0.7, day(5));
  model.add_outcome(0.8, 0, 1.6, 0.7, day(6));
  model.add_outcome(0.9, 1, 0.1, 0.7, day(7));
  model.add_outcome(0.2, 0, 0.2, 0.7, day(8));
  model.add_abstention();
  model.predictions[0].role = model.predictions[1].role = PredictionRole::shadow;
  insert(model);

  const Report report = load(days(0, 20));
  ASSERT_EQ(report.models.at(0).roles.size(), 2U);
  const RoleReport& champion = report.models[0].roles[0];
  const RoleReport& shadow = report.models[0].roles[1];
  EXPECT_EQ(champion.role, PredictionRole::champion);
  EXPECT_EQ(champion.predictions, 3);
  EXPECT_EQ(champion.abstentions, 1);
  EXPECT_EQ(champion.scored.label, (std::vector<int>{1, 0}));
  EXPECT_DOUBLE_EQ(champion.scores.auc, 1);
  EXPECT_DOUBLE_EQ(champion.scores.log_loss, 0.15);
  EXPECT_EQ(shadow.predictions, 2);
  EXPECT_DOUBLE_EQ(shadow.scores.log_loss, 1.95);
  EXPECT_EQ(report.predictions, 5);
  EXPECT_EQ(report.outcomes, 4);
  EXPECT_EQ(find_leading_role(report.models[0]), &champion);

  EXPECT_EQ(load(days(0, 7)).models[0].roles[0].scored.label.size(), 1U) << "what matures later is not known yet";
  EXPECT_TRUE(load(days(10, 20)).models[0].roles.empty());
}

TEST_P(ReportTables, TellStagesInTheOrderOfTheLoopAndSumTheirCounts) {
  insert(std::vector<TickStageRow>{
      make_stage(0, 1, "ingest", R"({"rows_loaded":3})"), make_stage(0, 2, "drift", R"({"reports":0})"),
      make_stage(1, 1, "ingest", R"({"rows_loaded":1,"rows_quarantined":2})"),
      make_stage(1, 2, "drift", R"({"reports":4})"), make_stage(9, 1, "ingest", R"({"rows_loaded":100})")});
  const Report report = load(days(0, 1));
  EXPECT_EQ(report.ticks, 2);
  ASSERT_EQ(report.stages.size(), 2U);
  EXPECT_EQ(report.stages[0].stage, "ingest");
  using Counts = std::vector<std::pair<std::string, std::int64_t>>;
  EXPECT_EQ(report.stages[0].counts, (Counts{{"rows_loaded", 4}, {"rows_quarantined", 2}}));
  EXPECT_EQ(report.stages[1].counts, (Counts{{"reports", 4}}));
}

TEST_P(ReportTables, RangeFromTheFirstTickToTheLastOneAskedFor) {
  const auto find = [&](std::optional<Instant> from, Instant to) {
    return db_->transact([&](Tx& tx) { return find_report_range(tx, from, to); });
  };
  EXPECT_EQ(find(std::nullopt, day(99)).error().code, Errc::not_found) << "no tick at all";
  insert(std::vector<TickStageRow>{make_stage(3, 1, "ingest", "{}"), make_stage(5, 1, "ingest", "{}"),
                                   make_stage(8, 1, "ingest", "{}")});
  const ReportRange all = CONVERGE_GET(find(std::nullopt, day(99)));
  EXPECT_EQ(all.from, day(3));
  EXPECT_EQ(all.to, day(8));
  const ReportRange part = CONVERGE_GET(find(day(4), day(7)));
  EXPECT_EQ(part.from, day(4));
  EXPECT_EQ(part.to, day(5));
  EXPECT_EQ(find(day(6), day(7)).error().code, Errc::not_found);
}

TEST_P(ReportTables, KnowChampionsOfBeforeAndOfTheOwner) {
  const fixture::ScoredModel model;
  insert(model);
  const auto make_alias = [&](std::int64_t sequence, int at, const char* actor) {
    ModelAliasRow row;
    row.model = model.version.model;
    row.alias = ModelAliasAlias::champion;
    row.sequence = sequence;
    row.model_version_id = model.version.id;
    row.actor = actor;
    row.reason = "because";
    row.set_at = day(at);
    return row;
  };
  insert(std::vector<ModelAliasRow>{make_alias(1, 1, "gate"), make_alias(2, 12, "owner"), make_alias(3, 30, "owner")});
  const Report report = load(days(10, 20));
  ASSERT_EQ(report.models[0].champions.size(), 2U);
  EXPECT_EQ(report.models[0].champions[0].alias.actor, "gate") << "in office before the interval began";
  EXPECT_EQ(report.models[0].champions[1].alias.actor, "owner") << "no gate decision stands behind it";
  EXPECT_EQ(report.models[0].champions[1].version, 1);
  EXPECT_EQ(report.models[0].champions[1].algorithm, "logistic");
  EXPECT_TRUE(load(days(-9, 0)).models[0].champions.empty());
}

TEST_P(ReportTables, TellFindingsAsTheyStoodAtTheEnd) {
  FindingRow finding;
  finding.id = make_ulid(day(2), 1, FindingRow::table, "drift");
  finding.kind = "feature_drift";
  finding.subject = "model:sp500_vol5";
  finding.fingerprint = std::string(64, 'a');
  finding.status = FindingStatus::resolved;
  finding.evidence = finding.evidence_last = R"({"value":1.5})";
  finding.seen = 9;
  finding.opened_at = day(2);
  finding.last_seen_at = day(8);
  finding.resolved_at = day(15);
  insert(std::vector<FindingRow>{finding});
  const Report then = load(days(0, 5));
  ASSERT_EQ(then.findings.size(), 1U);
  EXPECT_EQ(then.findings[0].status, FindingStatus::open);
  EXPECT_EQ(then.findings[0].last_seen_at, day(5));
  const Report later = load(days(0, 20));
  EXPECT_EQ(later.findings[0].status, FindingStatus::resolved);
  EXPECT_EQ(later.findings[0].last_seen_at, day(8));
  EXPECT_TRUE(load(days(3, 20)).findings.empty()) << "opened before";
}

TEST_P(ReportTables, TellWhatWasSentFromWhatWasNot) {
  ContentItemRow item;
  item.id = make_ulid(day(1), 1, ContentItemRow::table, "note");
  item.template_ = "note";
  item.subject = "gate_decision:x";
  item.title = "A note";
  item.body_sha256 = item.style_hash = std::string(64, 'b');
  item.state = ContentItemState::approved;
  item.fields = "{}";
  item.created_at = day(1);
  insert(std::vector<ContentItemRow>{item});
  std::vector<OutboxRow> parts;
  for (const OutboxState state : {OutboxState::sent, OutboxState::rejected, OutboxState::planned}) {
    OutboxRow part;
    part.part = std::ssize(parts);
    part.id = make_ulid(day(1) + std::chrono::seconds(part.part), 1, OutboxRow::table, std::to_string(part.part));
    part.content_item_id = item.id;
    part.target = "docs";
    part.destination = "note-" + std::to_string(part.part) + ".md";
    part.payload_sha256 = std::string(64, 'c');
    part.state = state;
    if (state == OutboxState::sent) part.sent_at = day(1);
    if (state == OutboxState::rejected) part.error = "the disk is full";
    part.planned_at = day(1);
    parts.push_back(part);
  }
  insert(parts);
  const Report report = load(days(0, 5));
  ASSERT_EQ(report.published.size(), 3U);
  EXPECT_EQ(report.published[0].state, "sent");
  EXPECT_EQ(report.published[1].error, "the disk is full");
  EXPECT_EQ(report.published[2].state, "planned");
}

}  // namespace
}  // namespace converge::surface
