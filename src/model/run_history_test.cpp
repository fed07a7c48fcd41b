#include "model/run_history.hpp"

#include "feature/run_feature.hpp"
#include "fixture/market.hpp"
#include "model/run_train.hpp"
#include "store/sql.hpp"

#include <gtest/gtest.h>
#include <boost/json/object.hpp>

namespace converge::model {
namespace {

using fixture::day;
using fixture::make_model_spec;
using fixture::make_telling_market;

ModelCandidate make_candidate(std::string_view algorithm, std::string_view params) {
  const auto checked = (*find_algorithm(algorithm))->check_params(parse_json(params)->get_object(), "test", "");
  return {std::string(algorithm), checked.value()};
}

class VersionHistoryTest : public fixture::MarketTest {
 protected:
  void SetUp() override {
    MarketTest::SetUp();
    if (!IsSkipped()) insert_bars(make_telling_market(700));
  }

  ModelVersionRow train(std::int64_t n, const ModelSpec& spec) {
    const auto outcome = CONVERGE_GET(at(n, [&](store::Scope& scope) -> Result<TrainOutcome> {
      TRY(const auto features, feature::FeatureSet::compile(spec.features));
      TRY(const auto labels, feature::LabelSet::make(spec.label));
      TRY_VOID(feature::insert_feature_set(scope, features));
      TRY_VOID(feature::insert_label_set(scope, labels));
      feature::BarSeries series(spec.symbol, spec.timeframe);
      TRY_VOID(series.refresh(scope.tx, scope.now));
      const feature::Matrix matrix = feature::compute_matrix(features, series.bars());
      const KnownHistory known{features, labels, series.bars(), matrix, series.snapshot_hash()};
      return run_train(scope, spec, known, {.code_revision = "test", .finding_id = {}, .proposal_id = {}, .job_id = {}},
                       scorers_);
    }));
    EXPECT_TRUE(outcome.version) << outcome.insufficient_evidence;
    return outcome.version.value_or(ModelVersionRow{});
  }

  Result<VersionHistory> load(const ModelVersionRow& version) {
    return at(690, [&](store::Scope& scope) { return load_version_history(scope.tx, version); });
  }

  // From the row of the table alone: no model file, no memory of the fit.
  void expect_fitted_again(const std::string& id) {
    const auto version = CONVERGE_GET(at(690, [&](store::Scope& scope) { return load_version(scope.tx, id); }));
    const auto history = CONVERGE_GET(load(version));
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < history.dataset.rows(); ++i) {
      const feature::Label& label = history.dataset.labels[i];
      if (label.t0 >= version.train_from_at && label.t1 <= version.train_to_at) rows.push_back(i);
    }
    ASSERT_EQ(static_cast<std::int64_t>(rows.size()), version.rows_trained);
    const Dataset train = select_rows(history.dataset, rows);
    EXPECT_EQ(train.base_rate(), version.base_rate);
    const Algorithm& algorithm = **find_algorithm(enum_text(version.algorithm));
    const auto artifact = CONVERGE_GET(fit_artifact(algorithm, train, parse_json(version.params)->get_object(),
                                                    static_cast<std::uint64_t>(version.seed)));
    EXPECT_EQ(artifact.sha256, version.artifact_sha256);
  }

  ScorerCache scorers_;
};

CONVERGE_ON_BOTH_SERVERS(VersionHistoryTest);

TEST_P(VersionHistoryTest, IsEnoughToFitTheSameBytesAgain) {
  for (const ModelCandidate& candidate :
       {make_candidate("logistic", R"({"l2":1})"),
        make_candidate("xgboost", R"({"max_depth":3,"rounds":20,"eta":0.1,"min_child_weight":5})")}) {
    SCOPED_TRACE(candidate.algorithm);
    ModelSpec spec = make_model_spec();
    spec.name = "sample_" + candidate.algorithm;
    spec.candidates = {candidate};
    const ModelVersionRow first = train(500, spec);
    CONVERGE_GET(at(500, [&](store::Scope& scope) {
      return promote_version(scope, first,
                             {.gate_decision_id = {}, .actor = "owner", .reason = "test", .evidence = {}});
    }));
    const ModelVersionRow challenger = train(600, spec);
    EXPECT_EQ(challenger.reference, ModelVersionReference::champion);
    EXPECT_LT(challenger.rows_trained, 600 - 60) << "a hold-out lies behind its training rows";

    // What became known later is not what they were fitted on.
    BarRow correction = make_telling_market(101).back();
    correction.revision = spec.name == "sample_logistic" ? 1 : 2;
    correction.known_at = day(610);
    correction.volume = Decimal::from_units(1, 0);
    CONVERGE_GET(at(610, [&](store::Scope& scope) { return scope.tx.insert(correction); }));
    expect_fitted_again(first.id);
    expect_fitted_again(challenger.id);
  }
}

TEST_P(VersionHistoryTest, KeepsTheWholeRecipe) {
  ModelSpec spec = make_model_spec();
  spec.candidates = {make_candidate("logistic", R"({"l2":1})")};
  const ModelVersionRow version = train(500, spec);
  const Json expected = parse_json(R"({
    "symbol": "made_up", "timeframe": "1d",
    "candidates": [{"algorithm": "logistic", "params": {"l2": 1.0}}],
    "validation": {"folds": 3, "test_rows": 50, "train_rows_min": 100, "cv_folds": 3, "holdout_rows": 60, "embargo_spans": 1.0},
    "gate": {"rows_min": 150, "resamples": 500, "confidence": 0.95, "block_mean": 20.0}})")
                            .value();
  EXPECT_EQ(version.recipe, render_canonical_json(expected));
}

TEST_P(VersionHistoryTest, RefusesWhatIsNotTheSameAnyMore) {
  ModelSpec spec = make_model_spec();
  spec.candidates = {make_candidate("logistic", R"({"l2":1})")};
  const ModelVersionRow version = train(500, spec);
  ModelVersionRow other = version;
  other.recipe = R"({"symbol":"made_up"})";
  EXPECT_FALSE(load(other));
  other.recipe = R"({"symbol":"nobody","timeframe":"1d"})";
  EXPECT_EQ(load(other).error().code, Errc::contract_violation);
  run_sql("UPDATE label_set SET spec = REPLACE(spec, 'direction', 'fortune')");
  EXPECT_EQ(load(version).error().code, Errc::invalid_input);
  run_sql("UPDATE label_set SET spec = REPLACE(spec, 'fortune', 'direction')");
  EXPECT_TRUE(load(version));
  run_sql("UPDATE bar SET volume = volume + 1 WHERE bar_at = '1970-04-11 00:00:00'");
  EXPECT_EQ(load(version).error().code, Errc::contract_violation);
}

}  // namespace
}  // namespace converge::model
