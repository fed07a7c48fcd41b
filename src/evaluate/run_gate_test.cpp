#include "evaluate/run_gate.hpp"

#include "base/hash.hpp"
#include "evaluate/run_backtest.hpp"
#include "evaluate/run_outcome.hpp"
#include "feature/check.hpp"
#include "feature/run_feature.hpp"
#include "fixture/market.hpp"
#include "model/metrics.hpp"
#include "model/run_promotion.hpp"
#include "store/sql.hpp"

#include <gtest/gtest.h>
#include <boost/json/object.hpp>
#include <cmath>

namespace converge::evaluate {
namespace {

using fixture::day;
using fixture::make_blind_market;
using store::params;

model::ModelSpec make_spec() {
  model::ModelSpec spec = fixture::make_model_spec();
  spec.features = {{"rsi14", "rsi(14)"}};
  spec.validation = {
      .folds = 4, .test_rows = 40, .train_rows_min = 100, .cv_folds = 2, .holdout_rows = 100, .embargo_spans = 1};
  spec.gate.rows_min = 200;
  spec.signal = {.long_below = false, .threshold = 0.5, .commission_bps = 0, .slippage_bps = 0};
  return spec;
}

// Closes 100, 101, 102, ...: every label is 1.
feature::Bars make_rising(std::size_t days) {
  feature::Bars bars;
  for (std::size_t i = 0; i < days; ++i) {
    const double close = 100 + static_cast<double>(i);
    bars.bar_at.push_back(day(static_cast<std::int64_t>(i)));
    bars.open.push_back(close - 0.5);
    bars.high.push_back(close);
    bars.low.push_back(close - 1);
    bars.close.push_back(close);
    bars.volume.push_back(1);
    bars.open_synthetic.push_back(0);
  }
  return bars;
}

class EvaluateStages : public fixture::MarketTest {
 protected:
  void SetUp() override {
    MarketTest::SetUp();
    if (IsSkipped()) return;
    insert_bars(make_blind_market(720));
    CONVERGE_GET(at(0, [&](store::Scope& scope) -> Result<void> {
      TRY_VOID(feature::insert_feature_set(scope, features_));
      TRY_VOID(feature::insert_label_set(scope, labels_));
      return feature::insert_label_set(scope, other_labels_);
    }));
  }

  std::string hash_bars(std::int64_t n) {
    feature::BarSeries series("made_up", "1d");
    CONVERGE_GET(at(n, [&](store::Scope& scope) { return series.refresh(scope.tx, scope.now); }));
    return series.snapshot_hash();
  }

  // A version made on `made`, trained to `train_to`, with judged rows on days [from, from + rows): labels alternate in fours, the
  // candidate gives `score` and the reference `reference` to what happened.
  ModelVersionRow insert_version(std::int64_t made, std::int64_t train_to, std::optional<std::string> parent,
                                 std::int64_t from, std::int64_t rows, double score, double reference) {
    ModelVersionRow version{.id = {}, .model = "sample", .version = ++versions_};
    version.data_snapshot_hash = hash_bars(made);
    CONVERGE_GET(at(made, [&](store::Scope& scope) -> Result<void> {
      const std::string sha256 = compute_sha256_hex(std::to_string(versions_));
      TRY_VOID(scope.tx.insert(ModelArtifactRow{
          .sha256 = sha256, .format = ModelArtifactFormat::logistic_json, .content = "{}", .created_at = scope.now}));
      version.id = scope.id("model_version", std::to_string(versions_));
      version.algorithm = ModelVersionAlgorithm::logistic;
      version.feature_set_hash = features_.hash();
      version.label_set_hash = fitted_to_.hash();
      version.params = R"({"l2":1})";
      version.metrics = "{}";
      version.recipe = R"({"symbol":"made_up","timeframe":"1d"})";
      version.code_revision = "test";
      version.contract_hash = sha256;
      version.train_from_at = day(0);
      version.train_to_at = day(train_to);
      version.base_rate = 0.5;
      version.artifact_sha256 = sha256;
      version.parent_version_id = parent;
      version.reference = parent ? ModelVersionReference::champion : ModelVersionReference::base_rate;
      version.created_at = scope.now;
      TRY_VOID(scope.tx.insert(version));
      std::vector<EvaluationRow> judged;
      for (std::int64_t i = 0; i < rows; ++i) {
        const bool is_one = i / 4 % 2 == 0;
        judged.push_back({.model_version_id = version.id,
                          .bar_at = day(from + i),
                          .label_end_at = day(from + i + 2),
                          .label = is_one ? 1 : 0,
                          .score = is_one ? score : 1 - score,
                          .reference_score = is_one ? reference : 1 - reference,
                          .fold = parent ? 0 : 1});
      }
      return scope.tx.insert(judged);
    }));
    return version;
  }

  Result<GateDecisionRow> judge(std::int64_t n, const ModelVersionRow& version) {
    return at(n, [&](store::Scope& scope) { return run_gate(scope, spec_, version.id); });
  }

  std::optional<ModelVersionRow> champion(std::int64_t n) {
    return CONVERGE_GET(at(n, [](store::Scope& scope) { return model::find_champion(scope.tx, "sample", scope.now); }));
  }

  void insert_prediction(std::int64_t bar, const ModelVersionRow& version, std::optional<double> score,
                         PredictionRole role = PredictionRole::champion) {
    CONVERGE_GET(at(bar, [&](store::Scope& scope) {
      return scope.tx.insert(PredictionRow{
          .id = scope.id("prediction", std::to_string(bar)),
          .model = "sample",
          .role = role,
          .model_version_id = version.id,
          .symbol = "made_up",
          .timeframe = "1d",
          .bar_at = day(bar),
          .score = score,
          .base_rate = 0.5,
          .abstain_reason = score ? std::nullopt : std::optional<std::string>("feature rsi14 is not defined"),
          .feature_set_hash = features_.hash(),
          .predicted_at = scope.now});
    }));
  }

  model::ModelSpec spec_ = make_spec();
  feature::FeatureSet features_ = feature::FeatureSet::compile(spec_.features).value();
  feature::LabelSet labels_ = feature::LabelSet::make(spec_.label).value();
  feature::LabelSet other_labels_ = feature::LabelSet::make({.kind = "direction", .horizon = 9, .window = 0}).value();
  feature::LabelSet fitted_to_ = labels_;  // what the next version is made for
  std::int64_t versions_ = 0;
};

CONVERGE_ON_BOTH_SERVERS(EvaluateStages);

TEST_P(EvaluateStages, PromoteTheBetterWithItsWholeTrail) {
  const auto version = insert_version(500, 500, std::nullopt, 200, 200, 0.6, 0.5);
  EXPECT_FALSE(champion(500));
  const auto decision = CONVERGE_GET(judge(500, version));
  EXPECT_EQ(decision.verdict, GateDecisionVerdict::promoted);
  EXPECT_NEAR(*decision.score, std::log(1.2), 1e-12);
  EXPECT_EQ(decision.attempts, 1);
  EXPECT_EQ(champion(500)->id, version.id);
  EXPECT_FALSE(champion(499));
  const auto alias = CONVERGE_GET(at(500, [](store::Scope& scope) {
    return model::load_alias_history(scope.tx, "sample", ModelAliasAlias::champion, scope.now);
  }));
  ASSERT_EQ(alias.size(), 1U);
  EXPECT_EQ(alias[0].gate_decision_id, decision.id);
  EXPECT_EQ(alias[0].actor, "gate");
  const auto audit = CONVERGE_GET(at(500, [&](store::Scope& scope) {
    return scope.tx.load<AuditRow>(sql::audit_of_subject, params("model_version:" + version.id));
  }));
  ASSERT_EQ(audit.size(), 1U);
  EXPECT_EQ(audit[0].reason, decision.reason);

  EXPECT_EQ(CONVERGE_GET(judge(501, version)), decision) << "a version is judged once";
  EXPECT_EQ(std::get<std::int64_t>(select_sql("SELECT COUNT(*) FROM trial WHERE kind = 'gate'").rows[0][0]), 1);
}

TEST_P(EvaluateStages, GiveANewChampionTheReferenceOfItsLosses) {
  const auto version = insert_version(500, 500, std::nullopt, 200, 200, 0.6, 0.5);
  const auto decision = CONVERGE_GET(judge(500, version));
  ASSERT_EQ(decision.verdict, GateDecisionVerdict::promoted);
  EXPECT_EQ(decision.rows, 200) << "the verdict rests on the judged rows only";
  const auto rows = CONVERGE_GET(at(500, [&](store::Scope& scope) {
    return scope.tx.load<EvaluationRow>(sql::evaluation_of_version, params(version.id));
  }));
  // rsi(14) is defined from day 14 on: 186 rows before day 200, of which 100 to learn from leave two blocks of 40.
  ASSERT_EQ(rows.size(), 280U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].bar_at, day(120 + static_cast<std::int64_t>(i))) << "in time order, without a gap";
    EXPECT_EQ(rows[i].role, i < 80 ? EvaluationRole::reference : EvaluationRole::gate);
  }
  const auto bars = make_blind_market(720);
  for (std::size_t i = 0; i < 80; ++i)
    EXPECT_EQ(rows[i].label, bars[122 + i].close > bars[120 + i].close ? 1 : 0) << "the label of that day, two days on";
  EXPECT_EQ(
      std::get<std::int64_t>(
          select_sql("SELECT COUNT(*) FROM trial WHERE kind = 'fit' AND detail LIKE '%\"reference\"%'").rows[0][0]),
      2);
  EXPECT_EQ(CONVERGE_GET(judge(501, version)), decision);
  EXPECT_EQ(std::get<std::int64_t>(select_sql("SELECT COUNT(*) FROM evaluation").rows[0][0]), 280) << "once";
}

TEST_P(EvaluateStages, GiveNoReferenceToWhatIsRefused) {
  const auto version = insert_version(500, 500, std::nullopt, 200, 200, 0.4, 0.5);
  CONVERGE_GET(judge(500, version));
  EXPECT_EQ(std::get<std::int64_t>(select_sql("SELECT COUNT(*) FROM evaluation").rows[0][0]), 200);
}

TEST_P(EvaluateStages, GiveTheOwnersChoiceTheSameReference) {
  const auto version = insert_version(500, 500, std::nullopt, 200, 200, 0.4, 0.5);
  CONVERGE_GET(judge(500, version));
  CONVERGE_GET(at(501, [&](store::Scope& scope) {
    return model::run_promotion(
        scope, spec_.validation, version,
        {.gate_decision_id = std::nullopt, .actor = "owner", .reason = "I know better", .evidence = {}});
  }));
  EXPECT_EQ(champion(501)->id, version.id);
  EXPECT_EQ(std::get<std::int64_t>(select_sql("SELECT COUNT(*) FROM evaluation WHERE role = 'reference'").rows[0][0]),
            80);
}

TEST_P(EvaluateStages, PromoteNobodyWhoseBarsAreGone) {
  const auto version = insert_version(500, 500, std::nullopt, 200, 200, 0.6, 0.5);
  run_sql(
      "UPDATE bar SET volume = 1001 WHERE bar_at = (SELECT b.bar_at FROM (SELECT MIN(bar_at) AS bar_at FROM bar) b)");
  EXPECT_EQ(judge(500, version).error().code, Errc::contract_violation);
  EXPECT_FALSE(champion(500)) << "the decision went with the transaction";
}

TEST_P(EvaluateStages, CompareNobodyWithTheChampionOfAnotherQuestion) {
  const auto first = insert_version(500, 500, std::nullopt, 200, 200, 0.6, 0.5);
  CONVERGE_GET(judge(500, first));
  fitted_to_ = other_labels_;
  const auto other = insert_version(510, 500, std::nullopt, 200, 200, 0.7, 0.5);
  const auto decision = CONVERGE_GET(judge(510, other));
  EXPECT_EQ(decision.verdict, GateDecisionVerdict::promoted);
  EXPECT_FALSE(decision.champion_version_id);
  EXPECT_EQ(champion(510)->id, other.id);
}

TEST_P(EvaluateStages, NameNoChampionOfAnotherQuestionInAnAttemptWithoutEvidence) {
  const auto first = insert_version(500, 500, std::nullopt, 200, 200, 0.6, 0.5);
  CONVERGE_GET(judge(500, first));
  const auto attempt = [&](std::int64_t n, const char* job_id) {
    return CONVERGE_GET(
        at(n, [&](store::Scope& scope) { return record_insufficient_evidence(scope, spec_, job_id, "too few rows"); }));
  };
  const auto same = attempt(501, "01J0000000000000000000000A");
  EXPECT_EQ(same.champion_version_id, first.id);
  spec_.label.horizon = 9;
  const auto edited = attempt(502, "01J0000000000000000000000B");
  EXPECT_FALSE(edited.champion_version_id) << "version 1 is the champion of another question";
}

TEST_P(EvaluateStages, NeverScoreWhatWasSaidOfAnotherLabel) {
  const auto version = insert_version(10, 5, std::nullopt, 1, 2, 0.5, 0.5);
  fitted_to_ = other_labels_;
  const auto other = insert_version(10, 5, std::nullopt, 1, 2, 0.5, 0.5);
  insert_prediction(20, other, 0.8);
  insert_prediction(21, version, 0.8);
  const auto outcomes =
      CONVERGE_GET(at(40, [&](store::Scope& scope) { return run_outcome(scope, spec_, labels_, make_rising(60)); }));
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].label_end_at, day(23));
}

TEST_P(EvaluateStages, RefuseTheRestAndCountTheAttempts) {
  struct Case {
    const char* name;
    std::int64_t rows;
    double score;
    const char* reason;
  };
  std::int64_t attempts = 0;
  for (const Case& c : {Case{"equal", 200, 0.5, "log loss 0.6931 against 0.6931 for the base rate on 200 rows"},
                        Case{"worse", 200, 0.4, "log loss 0.9163 against 0.6931 for the base rate on 200 rows"},
                        Case{"too few rows", 199, 0.9, "insufficient_evidence: 199 rows, 200 needed"}}) {
    SCOPED_TRACE(c.name);
    const auto version = insert_version(500, 500, std::nullopt, 200, c.rows, c.score, 0.5);
    const auto decision = CONVERGE_GET(judge(500, version));
    EXPECT_EQ(decision.verdict, GateDecisionVerdict::refused);
    EXPECT_TRUE(decision.reason.starts_with(c.reason)) << decision.reason;
    EXPECT_EQ(decision.attempts, ++attempts);
    EXPECT_FALSE(champion(500));
  }
}

TEST_P(EvaluateStages, JudgeAChallengerOnRowsThatNobodyHasSeen) {
  const auto first = insert_version(500, 500, std::nullopt, 200, 200, 0.6, 0.5);
  CONVERGE_GET(judge(500, first));
  const auto seen_by_champion = insert_version(700, 490, first.id, 500, 100, 0.7, 0.6);
  EXPECT_EQ(judge(700, seen_by_champion).error().code, Errc::contract_violation);
  const auto seen_by_itself = insert_version(700, 560, first.id, 510, 100, 0.7, 0.6);
  EXPECT_EQ(judge(700, seen_by_itself).error().code, Errc::contract_violation);
  const auto not_ended = insert_version(700, 500, first.id, 601, 100, 0.7, 0.6);
  EXPECT_EQ(judge(700, not_ended).error().code, Errc::contract_violation);

  const auto challenger = insert_version(700, 500, first.id, 550, 100, 0.7, 0.6);
  const auto decision = CONVERGE_GET(judge(700, challenger));
  EXPECT_EQ(decision.verdict, GateDecisionVerdict::promoted);
  EXPECT_EQ(decision.champion_version_id, first.id);
  EXPECT_EQ(champion(700)->id, challenger.id);

  const auto late = insert_version(700, 500, first.id, 550, 100, 0.8, 0.6);
  EXPECT_EQ(judge(700, late).error().code, Errc::conflict) << "it was compared with a champion that is gone";
}

TEST_P(EvaluateStages, ScoreAPredictionOnlyWhenItsLabelHasEnded) {
  const auto version = insert_version(10, 5, std::nullopt, 1, 2, 0.5, 0.5);
  insert_prediction(20, version, 0.8);
  insert_prediction(21, version, std::nullopt);
  insert_prediction(22, version, 0.25, PredictionRole::shadow);
  const auto run = [&](std::int64_t n) {
    const auto known = feature::take_bars(make_rising(60), static_cast<std::size_t>(n) + 1);
    return CONVERGE_GET(at(n, [&](store::Scope& scope) { return run_outcome(scope, spec_, labels_, known); }));
  };
  EXPECT_TRUE(run(20).empty());
  EXPECT_TRUE(run(21).empty()) << "the label of day 20 ends on day 22";
  const auto first = run(22);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].label, 1);
  EXPECT_EQ(first[0].label_end_at, day(22));
  EXPECT_DOUBLE_EQ(first[0].log_loss, -std::log(0.8));
  EXPECT_DOUBLE_EQ(first[0].base_log_loss, std::log(2.0));
  EXPECT_TRUE(run(22).empty()) << "once";
  const auto second = run(30);
  ASSERT_EQ(second.size(), 1U) << "an abstention has no outcome";
  EXPECT_DOUBLE_EQ(second[0].log_loss, -std::log(0.25));
}

TEST_P(EvaluateStages, NeverUseABarThatIsNotKnownYet) {
  // Bars of the future lie in the series by mistake: the label ends after now, so it is not written.
  const auto version = insert_version(10, 5, std::nullopt, 1, 2, 0.5, 0.5);
  insert_prediction(20, version, 0.8);
  const auto early =
      CONVERGE_GET(at(21, [&](store::Scope& scope) { return run_outcome(scope, spec_, labels_, make_rising(60)); }));
  EXPECT_TRUE(early.empty());
}

TEST_P(EvaluateStages, BacktestWhatChampionsSaidBesideHolding) {
  const auto version = insert_version(10, 5, std::nullopt, 1, 2, 0.5, 0.5);
  const auto bars = make_rising(60);
  const auto run_at = [&](std::int64_t now, std::int64_t from, std::int64_t to) {
    return CONVERGE_GET(
        at(now, [&](store::Scope& scope) { return run_backtest(scope, spec_, bars, day(from), day(to)); }));
  };
  const auto count_trials = [&] {
    return std::get<std::int64_t>(select_sql("SELECT COUNT(*) FROM trial WHERE kind = 'backtest'").rows[0][0]);
  };
  EXPECT_FALSE(run_at(60, 20, 29)) << "no champion has spoken";
  insert_prediction(19, version, 0.9);
  insert_prediction(20, version, 0.9, PredictionRole::shadow);
  EXPECT_FALSE(run_at(60, 20, 29)) << "a shadow is never acted on";
  insert_prediction(22, version, 0.9);
  insert_prediction(23, version, 0.9);
  insert_prediction(24, version, 0.1);
  const auto outcome = run_at(60, 20, 29);
  ASSERT_TRUE(outcome);
  // Long from the open of day 23 (122.50) to the open of day 25 (124.50).
  const auto& fills = outcome->comparison.signal.result.fills;
  ASSERT_EQ(fills.size(), 2U);
  EXPECT_EQ(fills[0].price_ticks, 12'250);
  EXPECT_EQ(fills[1].price_ticks, 12'450);
  const auto metrics = parse_json(outcome->row.metrics)->get_object();
  EXPECT_EQ(metrics.at("equity_ticks").get_int64(), 100'000'000 + fills[0].shares * 200);

  // Both sides begin with the first prediction asked for, on day 22, and are in the market two and seven bars of eight.
  EXPECT_EQ(outcome->row.from_at, day(22));
  EXPECT_EQ(outcome->row.to_at, day(29));
  EXPECT_EQ(outcome->bar_at.size(), 8U);
  EXPECT_DOUBLE_EQ(metrics.at("exposure").to_number<double>(), 2.0 / 8);
  const auto hold = parse_json(outcome->row.buy_and_hold)->get_object();
  EXPECT_DOUBLE_EQ(hold.at("exposure").to_number<double>(), 7.0 / 8);
  // 8,163 shares at 122.50 on day 23, worth 129.00 at the close of day 29.
  EXPECT_EQ(hold.at("equity_ticks").get_int64(), 100'000'000 + 8'163 * 650);

  EXPECT_EQ(run_at(60, 20, 29)->row, outcome->row) << "the same backtest is one row";
  EXPECT_EQ(run_at(70, 21, 29)->row, outcome->row) << "also later, and asked for otherwise";
  EXPECT_EQ(outcome->row.trials, 1);
  EXPECT_EQ(count_trials(), 1);

  const auto looked = CONVERGE_GET(
      at(60, [&](store::Scope& scope) { return load_backtest(scope.tx, spec_, bars, day(0), day(29), scope.now); }));
  EXPECT_EQ(looked->row.from_at, day(19)) << "the very first prediction, not the first bar";
  EXPECT_EQ(count_trials(), 1) << "looking writes nothing";
  EXPECT_EQ(run_at(60, 0, 29)->row.trials, 2) << "another interval is another look";
  EXPECT_EQ(count_trials(), 2);
}

TEST_P(EvaluateStages, HaveNothingToBacktestOnOneBar) {
  const auto version = insert_version(10, 5, std::nullopt, 1, 2, 0.5, 0.5);
  insert_prediction(22, version, 0.9);
  const auto run_to = [&](std::int64_t to) {
    return CONVERGE_GET(
        at(60, [&](store::Scope& scope) { return run_backtest(scope, spec_, make_rising(60), day(0), day(to)); }));
  };
  EXPECT_FALSE(run_to(22));
  EXPECT_TRUE(run_to(23));
}

}  // namespace
}  // namespace converge::evaluate
