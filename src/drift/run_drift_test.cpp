#include "drift/run_drift.hpp"

#include "fixture/scored_model.hpp"
#include "fixture/test_server.hpp"
#include "store/sql.hpp"
#include "wire/json.hpp"

#include <gmock/gmock.h>
#include <algorithm>
#include <boost/json/object.hpp>
#include <chrono>
#include <cmath>

namespace converge::drift {
namespace {

using namespace std::chrono_literals;
using store::Scope;
using store::Tx;

const Instant monday = midnight_utc(Date(std::chrono::year(2020) / 3 / 16)) + 20h;
const CalibrationOptions quick{.resamples = 100};

feature::Matrix make_noise(std::size_t rows, std::uint64_t seed, double shift = 0) {
  Rng rng(seed);
  feature::Matrix matrix;
  matrix.names = {"rsi14", "roc10"};
  matrix.bar_at.resize(rows);
  for (std::size_t i = 0; i < rows * 2; ++i) matrix.values.push_back(rng.normal() + shift);
  return matrix;
}

class DriftTest : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    create_system_tables();
    Rng rng(3);
    for (int i = 0; i < 400; ++i) model.add_evaluation(0.5 + 0.3 * (rng.uniform() - 0.5), rng.uniform() < 0.5 ? 1 : 0);
  }

  Result<std::vector<DriftReportRow>> run(store::Db& db, ReferenceCache& cache, Instant now,
                                          const feature::Matrix& recent, const feature::Matrix& training_window) {
    return db.transact([&](Tx& tx) {
      Scope scope{tx, now, 7};
      return run_drift(
          scope, cache, model.version.id, recent,
          [&]() -> Result<feature::Matrix> {
            ++loads;
            return training_window;
          },
          quick);
    });
  }
  std::vector<DriftReferenceRow> load_thresholds(store::Db& db) {
    return CONVERGE_GET(db.transact([&](Tx& tx) {
      return tx.load<DriftReferenceRow>(sql::drift_reference_of_version, store::params(model.version.id));
    }));
  }
  static std::vector<DriftReportRow> decisions(std::vector<DriftReportRow> rows) {
    std::erase_if(rows, [](const DriftReportRow& row) { return row.feature != "all"; });
    return rows;
  }

  fixture::ScoredModel model;
  int loads = 0;
};
CONVERGE_ON_BOTH_SERVERS(DriftTest);

TEST_P(DriftTest, CalibratesOnceAndReportsEveryTick) {
  auto db = open_db();
  for (int i = 0; i < 30; ++i) model.add_outcome(0.5, 1, 0.6931, 0.6931, monday - 24h);
  CONVERGE_GET(db.transact([&](Tx& tx) { return model.insert(tx); }));
  const feature::Matrix training = make_noise(300, 1);

  ReferenceCache cache;
  const auto rows = CONVERGE_GET(run(db, cache, monday, make_noise(70, 4), training));
  // 2 statistics x 2 windows x (2 features, all.distance, all) + 2 windows of log_loss.
  EXPECT_EQ(rows.size(), 18u);
  for (const DriftReportRow& row : decisions(rows)) {
    SCOPED_TRACE(std::string(enum_text(row.statistic)) + std::to_string(row.window_sessions));
    const bool has_window = row.statistic != DriftReportStatistic::log_loss || row.window_sessions == 21;
    EXPECT_EQ(row.verdict, has_window ? DriftReportVerdict::stable : DriftReportVerdict::insufficient_evidence)
        << "30 outcomes fill the shorter window only";
    if (row.statistic == DriftReportStatistic::log_loss) {
      EXPECT_NEAR(row.value, 0.6931, 1e-12);
    }
  }
  const auto thresholds = load_thresholds(db);
  EXPECT_EQ(thresholds.size(), 18u);
  for (const DriftReferenceRow& row : thresholds) {
    EXPECT_EQ(row.known_at, monday);
    EXPECT_EQ(row.resamples, 100);
    EXPECT_EQ(row.alarm_rate, 0.01);
    const Json bins = parse_json(row.bins).value();
    EXPECT_EQ(bins.get_object().contains("edges"),
              row.statistic == DriftReferenceStatistic::psi && row.feature != "all");
  }

  EXPECT_EQ(loads, 1);
  CONVERGE_GET(run(db, cache, monday + 24h, make_noise(70, 3), training));
  EXPECT_EQ(loads, 1) << "the reference is at hand";
  EXPECT_EQ(load_thresholds(db), thresholds) << "and not computed again";
}

TEST_P(DriftTest, SeesAShiftOfFeaturesAndOfLosses) {
  auto db = open_db();
  for (int i = 0; i < 63; ++i) model.add_outcome(0.1, 1, 2.3026, 0.6931, monday);
  CONVERGE_GET(db.transact([&](Tx& tx) { return model.insert(tx); }));
  ReferenceCache cache;
  const auto rows = CONVERGE_GET(run(db, cache, monday, make_noise(70, 2, 1.5), make_noise(300, 1)));
  EXPECT_EQ(decisions(rows).size(), 6u);
  for (const DriftReportRow& row : decisions(rows)) {
    SCOPED_TRACE(std::string(enum_text(row.statistic)) + std::to_string(row.window_sessions));
    EXPECT_EQ(row.verdict, DriftReportVerdict::drift);
    EXPECT_GT(row.value, row.threshold);
  }
}

TEST_P(DriftTest, IsTheSameForAFreshProcess) {
  auto db = open_db();
  CONVERGE_GET(db.transact([&](Tx& tx) { return model.insert(tx); }));
  const feature::Matrix training = make_noise(300, 1);
  ReferenceCache kept, fresh;
  CONVERGE_GET(run(db, kept, monday, make_noise(70, 4), training));
  auto by_kept = CONVERGE_GET(run(db, kept, monday + 24h, make_noise(70, 3), training));
  auto by_fresh = CONVERGE_GET(run(db, fresh, monday + 48h, make_noise(70, 3), training));
  EXPECT_EQ(loads, 2);
  for (auto* rows : {&by_kept, &by_fresh}) {
    for (DriftReportRow& row : *rows) row.known_at = monday;
    std::ranges::sort(*rows, {},
                      [](const DriftReportRow& r) { return std::tuple(r.statistic, r.window_sessions, r.feature); });
  }
  EXPECT_EQ(by_kept, by_fresh);
}

TEST_P(DriftTest, SaysWhenThereIsTooLittleToSay) {
  auto db = open_db();
  model.evaluations.clear();
  CONVERGE_GET(db.transact([&](Tx& tx) { return model.insert(tx); }));
  ReferenceCache cache;
  const auto rows = CONVERGE_GET(run(db, cache, monday, make_noise(30, 2), make_noise(300, 1)));
  EXPECT_EQ(rows.size(), 16u) << "no out-of-sample losses, no log_loss";
  for (const DriftReportRow& row : decisions(rows))
    EXPECT_EQ(row.verdict == DriftReportVerdict::insufficient_evidence, row.window_sessions == 63);
  EXPECT_TRUE(CONVERGE_GET(run(db, cache, monday + 24h, make_noise(0, 2), make_noise(300, 1))).empty());
}

TEST_P(DriftTest, CalibratesLossesOnTheReferenceAndTheJudgedRows) {
  // A hold-out of 252 rows whose losses come in spells of about a week is worth fewer than 69 independent ones; with 1,400
  // rows of reference before them the same rows are worth enough.
  const auto verdicts_of = [&](int reference_rows) {
    run_sql("DELETE FROM drift_report");
    run_sql("DELETE FROM drift_reference");
    run_sql("DELETE FROM evaluation");
    Rng rng(3);
    double spell = 0;
    model.evaluations.clear();
    for (int i = 0; i < reference_rows + 252; ++i) {
      spell = 0.8 * spell + 0.6 * rng.normal();
      model.add_evaluation(0.5 + 0.2 * std::tanh(spell), 1,
                           i < reference_rows ? EvaluationRole::reference : EvaluationRole::gate);
    }
    auto db = open_db();
    CONVERGE_GET(db.transact([&](Tx& tx) { return tx.insert(model.evaluations); }));
    ReferenceCache cache;
    std::vector<DriftReportRow> rows = CONVERGE_GET(run(db, cache, monday, make_noise(70, 4), make_noise(300, 1)));
    std::erase_if(rows, [](const auto& row) { return row.statistic != DriftReportStatistic::log_loss; });
    for (const DriftReferenceRow& row : load_thresholds(db)) {
      if (row.statistic != DriftReferenceStatistic::log_loss || row.window_sessions != 63) continue;
      EXPECT_NEAR(row.reference_windows, (reference_rows + 252) / 63.0, 1e-9);
    }
    return rows;
  };
  auto db = open_db();
  for (int i = 0; i < 63; ++i) model.add_outcome(0.5, 1, 0.6931, 0.6931, monday);
  CONVERGE_GET(db.transact([&](Tx& tx) { return model.insert(tx); }));
  const auto alone = verdicts_of(0), with_reference = verdicts_of(1400);
  ASSERT_EQ(alone.size(), 2u);
  ASSERT_EQ(with_reference.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(alone[i].verdict, DriftReportVerdict::insufficient_evidence);
    EXPECT_EQ(with_reference[i].verdict, DriftReportVerdict::stable);
  }
}

TEST_P(DriftTest, RefusesAnotherTrainingWindow) {
  auto db = open_db();
  CONVERGE_GET(db.transact([&](Tx& tx) { return model.insert(tx); }));
  ReferenceCache cache, fresh;
  CONVERGE_GET(run(db, cache, monday, make_noise(70, 2), make_noise(300, 1)));
  const auto other = run(db, fresh, monday + 24h, make_noise(70, 2), make_noise(300, 9));
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, Errc::contract_violation);
  EXPECT_THAT(other.error().message, ::testing::HasSubstr("another training window"));
  EXPECT_EQ(run(db, fresh, monday, make_noise(70, 2), make_noise(99, 1)).error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace converge::drift
