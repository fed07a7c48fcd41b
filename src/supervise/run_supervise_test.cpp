#include "supervise/run_supervise.hpp"

#include "base/ulid.hpp"
#include "fixture/scored_model.hpp"
#include "fixture/test_server.hpp"

#include <gmock/gmock.h>

namespace converge::supervise {
namespace {

using namespace std::chrono_literals;
using store::Db;
using store::Scope;
using store::Tx;
using testing::ElementsAre;
using testing::HasSubstr;

const Instant first_day = midnight_utc(Date(std::chrono::year(2015) / 1 / 5)) + 21h;

class SuperviseTest : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (!IsSkipped()) create_system_tables();
    options_.policy.rules = {{"retrain_by_itself", ProposalAction::retrain, {"*"}, PolicyMode::act},
                             {"tell", ProposalAction::notify, {"*"}, PolicyMode::act}};
    options_.policy.retrain_per_day = 1;
  }

  void watch(const std::string& model, std::int64_t schedule_sessions = 0) {
    options_.models.push_back({model,
                               "SPX",
                               "1d",
                               5,
                               schedule_sessions,
                               {.cooldown_sessions = 21, .min_matured_labels = 10, .holdout_rows = 252}});
  }
  // One bar a day, `count` of them up to and with `last`.
  void add_bars(Db& db, Instant last, int count) {
    std::vector<BarRow> bars;
    for (int i = count - 1; i >= 0; --i) {
      BarRow bar;
      bar.symbol = "SPX";
      bar.timeframe = "1d";
      bar.bar_at = bar.known_at = last - std::chrono::days(i);
      bar.open = bar.high = bar.low = bar.close = *Decimal::parse("10");
      bar.volume = *Decimal::parse("100");
      bars.push_back(bar);
    }
    CONVERGE_GET(db.transact([&](Tx& tx) { return tx.insert(bars); }));
  }
  SuperviseCounts run(Db& db, Instant now) {
    return CONVERGE_GET(db.transact([&](Tx& tx) {
      Scope scope{tx, now, 7};
      return run_supervise(scope, options_);
    }));
  }
  std::vector<std::string> texts(const std::string& sql) {
    std::vector<std::string> out;
    for (const auto& row : select_sql(sql).rows) out.push_back(std::get<std::string>(row.at(0)));
    return out;
  }

  SuperviseOptions options_;
};
CONVERGE_ON_BOTH_SERVERS(SuperviseTest);

TEST_P(SuperviseTest, LeadsAFindingToAJobOnceAndWritesDownWhy) {
  Db db = open_db();
  watch("vol5");
  add_bars(db, first_day, 40);
  const SuperviseCounts counts = run(db, first_day);
  EXPECT_EQ(counts.findings_opened, 1);
  EXPECT_EQ(counts.proposals, 1);
  EXPECT_EQ(counts.approved, 1);
  EXPECT_THAT(texts("SELECT kind FROM finding"), ElementsAre("no_champion"));
  EXPECT_THAT(texts("SELECT evidence FROM finding"),
              ElementsAre(HasSubstr(R"("labels_matured":35)")));  // 40 less the horizon
  EXPECT_THAT(texts("SELECT unique_key FROM job"), ElementsAre("train:vol5"));
  EXPECT_THAT(texts("SELECT status FROM proposal"), ElementsAre("approved"));
  EXPECT_THAT(texts("SELECT policy_rule FROM proposal"), ElementsAre("retrain_by_itself"));
  const auto finding = texts("SELECT id FROM finding");
  EXPECT_THAT(texts("SELECT args FROM job"), ElementsAre(HasSubstr(finding.at(0))));
  EXPECT_THAT(texts("SELECT undo FROM audit"), ElementsAre("converge job cancel " + texts("SELECT id FROM job").at(0)));

  // The next day: seen again, and nothing new while the job is unfinished.
  const SuperviseCounts next = run(db, first_day + 24h);
  EXPECT_EQ(next.findings_opened, 0);
  EXPECT_EQ(next.approved, 0);
  EXPECT_EQ(texts("SELECT id FROM job").size(), 1U);
  EXPECT_EQ(std::get<std::int64_t>(select_sql("SELECT seen FROM finding").rows.at(0).at(0)), 2);
}

TEST_P(SuperviseTest, SpendsNoMoreThanTheBudgetOfADay) {
  Db db = open_db();
  watch("a");
  watch("b");
  add_bars(db, first_day, 40);
  const SuperviseCounts counts = run(db, first_day);
  EXPECT_EQ(counts.findings_opened, 2);
  EXPECT_EQ(counts.approved, 1);
  EXPECT_EQ(counts.held, 1);
  EXPECT_EQ(texts("SELECT id FROM job").size(), 1U);
  EXPECT_EQ(run(db, first_day + 1h).approved, 0);
  EXPECT_EQ(run(db, first_day + 24h).approved, 1);  // the held one, on the next day's budget
  EXPECT_EQ(texts("SELECT id FROM job").size(), 2U);
}

TEST_P(SuperviseTest, DoesNothingByItselfWhileFrozen) {
  Db db = open_db();
  watch("vol5");
  add_bars(db, first_day, 40);
  options_.policy.freeze = true;
  const SuperviseCounts counts = run(db, first_day);
  EXPECT_EQ(counts.findings_opened, 1);
  EXPECT_EQ(counts.approved, 0);
  EXPECT_TRUE(texts("SELECT id FROM job").empty());
  EXPECT_TRUE(texts("SELECT id FROM audit").empty());
}

TEST_P(SuperviseTest, ResolvesWhatNoLongerHoldsAndExpiresItsProposal) {
  Db db = open_db();
  watch("sp500_vol5");
  add_bars(db, first_day, 40);
  options_.policy.freeze = true;
  EXPECT_EQ(run(db, first_day).findings_opened, 1);
  options_.policy.freeze = false;
  const fixture::ScoredModel model;
  CONVERGE_GET(db.transact([&](Tx& tx) -> Result<void> {
    TRY_VOID(model.insert(tx));
    ModelAliasRow champion;
    champion.model = model.version.model;
    champion.alias = ModelAliasAlias::champion;
    champion.sequence = 1;
    champion.model_version_id = model.version.id;
    champion.actor = "gate";
    champion.reason = "test";
    champion.set_at = first_day + 1h;
    return tx.insert(champion);
  }));
  const SuperviseCounts counts = run(db, first_day + 24h);
  EXPECT_EQ(counts.findings_resolved, 1);
  EXPECT_THAT(texts("SELECT status FROM finding"), ElementsAre("resolved"));
  EXPECT_THAT(texts("SELECT status FROM proposal"), ElementsAre("expired"));
  EXPECT_TRUE(texts("SELECT id FROM job").empty());
}

TEST_P(SuperviseTest, TellsOfASilentSourceOnce) {
  Db db = open_db();
  options_.sources.push_back({"sp500", 5});
  IngestBatchRow batch;
  batch.id = make_ulid(first_day, 1, IngestBatchRow::table, "b");
  batch.source = "sp500";
  batch.table_name = "bar";
  batch.content_sha256 = batch.contract_hash = std::string(64, 'a');
  batch.known_at = first_day;
  CONVERGE_GET(db.transact([&](Tx& tx) { return tx.insert(batch); }));
  EXPECT_EQ(run(db, first_day + 5 * 24h - 1s).findings_opened, 0);
  const SuperviseCounts late = run(db, first_day + 5 * 24h);
  EXPECT_EQ(late.findings_opened, 1);
  EXPECT_EQ(late.approved, 1);
  EXPECT_THAT(texts("SELECT kind FROM finding"), ElementsAre("source_stale"));
  EXPECT_EQ(run(db, first_day + 6 * 24h).proposals, 0);
}

}  // namespace
}  // namespace converge::supervise
