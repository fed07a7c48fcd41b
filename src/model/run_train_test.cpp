#include "model/run_train.hpp"

#include "feature/check.hpp"
#include "feature/run_feature.hpp"
#include "fixture/market.hpp"
#include "model/run_predict.hpp"
#include "store/sql.hpp"

#include <gtest/gtest.h>
#include <boost/json/object.hpp>
#include <cmath>
#include <limits>

namespace converge::model {
namespace {

using fixture::day;
using store::params;

ModelSpec make_spec() {
  ModelSpec spec = fixture::make_model_spec();
  spec.label.horizon = 1;
  spec.candidates = {{"logistic", parse_json(R"({"l2":1})")->get_object()}};
  return spec;
}

const TrainCause cause{
    .code_revision = "test", .finding_id = std::nullopt, .proposal_id = std::nullopt, .job_id = std::nullopt};

class ModelStages : public fixture::MarketTest {
 protected:
  void SetUp() override {
    MarketTest::SetUp();
    if (!IsSkipped()) insert_specs();
  }

  // One transaction at the close of a day, with the bars known then.
  template <class Work>
  auto at_close(std::int64_t n, Work&& work) {
    const feature::Bars known = feature::take_bars(market_, static_cast<std::size_t>(n) + 1);
    const feature::Matrix matrix = feature::compute_matrix(features_, known);
    return at(n, [&](store::Scope& scope) {
      const KnownHistory data{features_, labels_, known, matrix, std::string(64, 'a')};
      return work(scope, data);
    });
  }

  Result<TrainOutcome> train(std::int64_t n) {
    return at_close(n, [&](store::Scope& scope, const KnownHistory& known) {
      return run_train(scope, spec_, known, cause, scorers_);
    });
  }

  Result<PredictCounts> predict(std::int64_t n) {
    return at_close(n, [&](store::Scope& scope, const KnownHistory& known) {
      return run_predict(scope, spec_, known.features.hash(), known.matrix, known.matrix.rows() - 1, scorers_);
    });
  }

  Result<void> promote(std::int64_t n, const ModelVersionRow& version) {
    return at_close(n, [&](store::Scope& scope, const KnownHistory&) {
      return promote_version(scope, version,
                             {.gate_decision_id = std::nullopt, .actor = "owner", .reason = "test", .evidence = {}});
    });
  }

  // The owner edits the model file.
  void edit_features(const std::vector<feature::NamedExpression>& features) {
    spec_.features = features;
    features_ = feature::FeatureSet::compile(features).value();
    insert_specs();
  }
  void edit_label(const feature::LabelSpec& label) {
    spec_.label = label;
    labels_ = feature::LabelSet::make(label).value();
    insert_specs();
  }
  void insert_specs() {
    CONVERGE_GET(at(0, [&](store::Scope& scope) -> Result<void> {
      TRY_VOID(feature::insert_feature_set(scope, features_));
      return feature::insert_label_set(scope, labels_);
    }));
  }

  template <class Row>
  std::vector<Row> load(const store::Statement& statement, const std::vector<store::Value>& values) {
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) { return tx.load<Row>(statement, values); }));
  }

  std::vector<PredictionRow> predictions() {
    return load<PredictionRow>(sql::prediction_unscored, params("sample", "made_up", "1d", day(0), labels_.hash()));
  }

  ModelSpec spec_ = make_spec();
  feature::Bars market_ = fixture::make_bars(fixture::make_telling_market(700));
  feature::FeatureSet features_ = feature::FeatureSet::compile(spec_.features).value();
  feature::LabelSet labels_ = feature::LabelSet::make(spec_.label).value();
  ScorerCache scorers_;
};

CONVERGE_ON_BOTH_SERVERS(ModelStages);

TEST_P(ModelStages, EnterACandidateWithItsEvidence) {
  const auto outcome = CONVERGE_GET(train(500));
  ASSERT_TRUE(outcome.version) << outcome.insufficient_evidence;
  const auto stored = CONVERGE_GET(db_->transact([&](store::Tx& tx) { return load_version_number(tx, "sample", 1); }));
  EXPECT_EQ(stored, *outcome.version);
  EXPECT_EQ(stored.reference, ModelVersionReference::base_rate);
  EXPECT_FALSE(stored.parent_version_id);
  EXPECT_EQ(stored.train_to_at, day(500)) << "the label of day 499 ends on day 500";
  EXPECT_EQ(stored.data_snapshot_hash, std::string(64, 'a'));

  const auto evaluation = load<EvaluationRow>(sql::evaluation_of_version, params(stored.id));
  ASSERT_EQ(evaluation.size(), 150U);
  for (const EvaluationRow& row : evaluation) EXPECT_LE(row.label_end_at, day(500));
  const auto trials = load<TrialRow>(sql::trial_list, params("sample", day(500)));
  EXPECT_EQ(trials.size(), 3U + 3U + 1U);
  EXPECT_EQ(static_cast<std::int64_t>(trials.size()), outcome.trials);

  const auto scorer =
      CONVERGE_GET(db_->transact([&](store::Tx& tx) { return ScorerCache().load(tx, stored.artifact_sha256); }));
  EXPECT_TRUE(scorer(std::vector<double>{0.5, 0.0}, 2));
}

TEST_P(ModelStages, GiveTheSameRowsForTheSameSeed) {
  const auto first = CONVERGE_GET(train(500)).version;
  const auto evaluation = load<EvaluationRow>(sql::evaluation_of_version, params(first->id));
  // Other bars after day 500 are not known on day 500; a second database would be told apart by nothing.
  for (std::size_t i = 501; i < market_.size(); ++i) market_.close[i] *= 2;
  run_sql("DELETE FROM model_alias");
  run_sql("DELETE FROM trial");
  run_sql("DELETE FROM evaluation");
  run_sql("DELETE FROM model_version");
  run_sql("DELETE FROM model_artifact");
  const auto second = CONVERGE_GET(train(500)).version;
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(evaluation, load<EvaluationRow>(sql::evaluation_of_version, params(second->id)));
}

TEST_P(ModelStages, WriteNothingWhenTheRowsDoNotSuffice) {
  const auto outcome = CONVERGE_GET(train(200));
  EXPECT_FALSE(outcome.version);
  EXPECT_FALSE(outcome.insufficient_evidence.empty());
  EXPECT_TRUE(load<TrialRow>(sql::trial_list, params("sample", day(700))).empty());
}

TEST_P(ModelStages, TrainAChallengerAgainstTheChampionOnItsUnseenRows) {
  const auto champion = CONVERGE_GET(train(500)).version;
  CONVERGE_GET(promote(500, *champion));
  EXPECT_FALSE(CONVERGE_GET(train(550)).version) << "49 rows are no hold-out of 60";
  const auto challenger = CONVERGE_GET(train(600)).version;
  ASSERT_TRUE(challenger);
  EXPECT_EQ(challenger->version, 2);
  EXPECT_EQ(challenger->reference, ModelVersionReference::champion);
  EXPECT_EQ(challenger->parent_version_id, champion->id);
  const auto evaluation = load<EvaluationRow>(sql::evaluation_of_version, params(challenger->id));
  ASSERT_EQ(evaluation.size(), 60U);
  EXPECT_GT(evaluation.front().bar_at, champion->train_to_at);
  EXPECT_GT(evaluation.front().bar_at, challenger->train_to_at);
}

TEST_P(ModelStages, CompareAChampionOfOtherFeaturesByItsOwn) {
  const auto champion = CONVERGE_GET(train(500)).version;
  CONVERGE_GET(promote(500, *champion));
  const feature::Matrix own = feature::compute_matrix(features_, feature::take_bars(market_, 601));
  const auto scorer =
      CONVERGE_GET(db_->transact([&](store::Tx& tx) { return ScorerCache().load(tx, champion->artifact_sha256); }));

  // As many features, other ones, under the same names: only their hash tells.
  edit_features({{"volume_z20", "z(volume, 30)"}, {"close_sma5", "rsi(9)"}});
  const auto outcome = CONVERGE_GET(train(600));
  ASSERT_TRUE(outcome.version) << outcome.insufficient_evidence;
  EXPECT_EQ(outcome.version->parent_version_id, champion->id);
  EXPECT_NE(outcome.version->feature_set_hash, champion->feature_set_hash);
  const auto evaluation = load<EvaluationRow>(sql::evaluation_of_version, params(outcome.version->id));
  ASSERT_EQ(evaluation.size(), 60U);
  for (const EvaluationRow& row : evaluation) {
    const auto at = static_cast<std::size_t>(std::ranges::find(own.bar_at, row.bar_at) - own.bar_at.begin());
    EXPECT_EQ(row.reference_score, scorer(own.row(at), 2).value().front()) << at;
  }

  // One feature fewer: the champion's two columns are not looked for in a matrix of one.
  edit_features({{"volume_z20", "z(log(volume), 20)"}});
  const auto narrow = CONVERGE_GET(train(660));
  ASSERT_TRUE(narrow.version) << narrow.insufficient_evidence;
  EXPECT_EQ(load<EvaluationRow>(sql::evaluation_of_version, params(narrow.version->id)).size(), 60U);
}

TEST_P(ModelStages, GiveUpOnAChampionWhoseFeaturesAreOfAnotherLanguage) {
  const auto champion = CONVERGE_GET(train(500)).version;
  CONVERGE_GET(promote(500, *champion));
  run_sql(R"(UPDATE feature_set SET spec = REPLACE(spec, '"language":', '"language":9'))");
  edit_features({{"roc10", "roc(10)"}});
  const auto outcome = CONVERGE_GET(train(600));
  EXPECT_FALSE(outcome.version);
  EXPECT_TRUE(outcome.insufficient_evidence.starts_with(
      "champion version 1 was fitted on features that this program cannot compute: feature set "))
      << outcome.insufficient_evidence;
}

TEST_P(ModelStages, BeginAnewWhenTheModelFileAsksForAnotherLabel) {
  const auto champion = CONVERGE_GET(train(500)).version;
  CONVERGE_GET(promote(500, *champion));
  EXPECT_EQ(CONVERGE_GET(predict(501)).abstentions, 0);
  edit_label({.kind = "direction", .horizon = 3, .window = 0});
  EXPECT_EQ(CONVERGE_GET(predict(502)).abstentions, 1);
  const auto rows = select_sql("SELECT abstain_reason FROM prediction ORDER BY bar_at").rows;
  EXPECT_EQ(std::get<std::string>(rows.at(1).at(0)), "version 1 was fitted to another label");

  const auto outcome = CONVERGE_GET(train(510));
  ASSERT_TRUE(outcome.version) << outcome.insufficient_evidence;
  EXPECT_EQ(outcome.version->reference, ModelVersionReference::base_rate);
  EXPECT_FALSE(outcome.version->parent_version_id) << "the champion answers another question";
  EXPECT_EQ(load<EvaluationRow>(sql::evaluation_of_version, params(outcome.version->id)).size(), 150U);
}

TEST_P(ModelStages, GiveUpWithoutABarAndOnAOneSidedMarket) {
  const auto nothing = CONVERGE_GET(at(0, [&](store::Scope& scope) {
    const feature::Matrix matrix{.names = features_.names(), .bar_at = {}, .values = {}};
    const feature::Bars no_bars;
    return run_train(scope, spec_, {features_, labels_, no_bars, matrix, std::string(64, 'a')}, cause, scorers_);
  }));
  EXPECT_FALSE(nothing.version);
  EXPECT_EQ(nothing.insufficient_evidence,
            "0 bars are known, and none of them has features and a label that has ended");

  for (std::size_t i = 1; i < market_.size(); ++i) market_.close[i] = market_.close[i - 1] * 1.001;
  const auto one_sided = CONVERGE_GET(train(500));
  EXPECT_FALSE(one_sided.version);
  EXPECT_TRUE(one_sided.insufficient_evidence.starts_with("only one label occurs in the "))
      << one_sided.insufficient_evidence;
}

TEST_P(ModelStages, GiveNoVersionToRowsThatAreNotThoseOfTheBars) {
  const feature::Bars known = feature::take_bars(market_, 501);
  for (const std::size_t changed : {std::size_t{500}, std::size_t{250}}) {
    feature::Bars other = known;
    other.volume[changed] *= 2;
    const feature::Matrix matrix = feature::compute_matrix(features_, other);
    const auto outcome = at(500, [&](store::Scope& scope) {
      return run_train(scope, spec_, {features_, labels_, known, matrix, std::string(64, 'a')}, cause, scorers_);
    });
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Errc::contract_violation);
    EXPECT_TRUE(outcome.error().message.starts_with(
        "sample gets no version: feature volume_z20 looks ahead, or was not made of these bars: at " +
        render_instant(day(static_cast<std::int64_t>(changed)))))
        << outcome.error().message;
  }
  EXPECT_TRUE(select_sql("SELECT id FROM model_version").rows.empty());
}

TEST_P(ModelStages, PredictAsShadowUntilThereIsAChampion) {
  EXPECT_EQ(CONVERGE_GET(predict(500)).predictions, 0) << "nobody to ask";
  const auto candidate = CONVERGE_GET(train(500)).version;
  EXPECT_EQ(CONVERGE_GET(predict(501)).predictions, 1);
  CONVERGE_GET(promote(501, *candidate));
  EXPECT_EQ(CONVERGE_GET(predict(502)).predictions, 1);
  EXPECT_EQ(CONVERGE_GET(predict(502)).predictions, 0) << "a bar is predicted once";
  const auto rows = predictions();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].role, PredictionRole::shadow);
  EXPECT_EQ(rows[1].role, PredictionRole::champion);
  EXPECT_EQ(rows[1].bar_at, day(502));
  EXPECT_EQ(rows[1].base_rate, candidate->base_rate);
  EXPECT_EQ(rows[1].predicted_at, day(502));
}

TEST_P(ModelStages, AbstainWithTheReason) {
  CONVERGE_GET(train(500));
  market_.volume[501] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(CONVERGE_GET(predict(501)).abstentions, 1);
  const auto other = CONVERGE_GET(at_close(530, [&](store::Scope& scope, const KnownHistory& known) {
    return run_predict(scope, spec_, std::string(64, 'b'), known.matrix, known.matrix.rows() - 1, scorers_);
  }));
  EXPECT_EQ(other.abstentions, 1);
  const auto rows = select_sql("SELECT abstain_reason, score FROM prediction ORDER BY bar_at").rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(std::get<std::string>(rows[0][0]), "feature volume_z20 is not defined");
  EXPECT_EQ(std::get<std::string>(rows[1][0]), "version 1 was fitted on other features");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(rows[0][1]));
}

TEST_P(ModelStages, KeepWhoWasChampionWhen) {
  const auto first = CONVERGE_GET(train(500)).version;
  CONVERGE_GET(promote(500, *first));
  const auto second = CONVERGE_GET(train(600)).version;
  CONVERGE_GET(promote(600, *second));
  const auto champion_at = [&](std::int64_t n) {
    const auto version =
        CONVERGE_GET(db_->transact([&](store::Tx& tx) { return find_champion(tx, "sample", day(n)); }));
    return version ? version->version : 0;
  };
  EXPECT_EQ(champion_at(499), 0);
  EXPECT_EQ(champion_at(500), 1);
  EXPECT_EQ(champion_at(599), 1);
  EXPECT_EQ(champion_at(600), 2);
  EXPECT_EQ(promote(601, *second).error().code, Errc::conflict);

  const auto rollback = [&](std::int64_t n) {
    return at_close(n, [&](store::Scope& scope, const KnownHistory&) {
      return rollback_champion(scope, "sample", "owner", "worse live");
    });
  };
  EXPECT_EQ(CONVERGE_GET(rollback(610)).version, 1);
  EXPECT_EQ(champion_at(609), 2) << "the past does not change";
  EXPECT_EQ(champion_at(610), 1);
  EXPECT_EQ(rollback(611).error().code, Errc::not_found) << "version 1 was the first";
  const auto audit = load<AuditRow>(sql::audit_of_subject, params("model_version:" + first->id));
  ASSERT_EQ(audit.size(), 2U);
  EXPECT_EQ(audit[1].undo, "converge model promote sample 2 --reason \"undo of version 1\"");
  EXPECT_EQ(audit[1].reason, "worse live");
}

TEST_P(ModelStages, RefuseAnArtifactThatWasChangedInTheDatabase) {
  const auto version = CONVERGE_GET(train(500)).version;
  run_sql("UPDATE model_artifact SET content = REPLACE(content, 'intercept', 'intercepT')");
  const auto scorer = db_->transact([&](store::Tx& tx) { return ScorerCache().load(tx, version->artifact_sha256); });
  ASSERT_FALSE(scorer);
  EXPECT_EQ(scorer.error().code, Errc::contract_violation);
}

}  // namespace
}  // namespace converge::model
