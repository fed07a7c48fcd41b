#include "model/train.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <boost/json/object.hpp>
#include <cmath>
#include <functional>
#include <set>

namespace converge::model {
namespace {

constexpr auto day = std::chrono::days(1);

// Small blocks: the floors of a model file belong to its reader.
ModelSpec make_spec() {
  const auto params = [](std::string_view algorithm, std::string_view text) {
    return ModelCandidate{
        std::string(algorithm),
        (*find_algorithm(algorithm))->check_params(parse_json(text)->get_object(), "test", "").value()};
  };
  ModelSpec spec;
  spec.name = "sample";
  spec.candidates = {params("xgboost", R"({"max_depth":3,"rounds":40,"eta":0.1,"min_child_weight":5})"),
                     params("logistic", R"({"l2":1})")};
  spec.validation = {
      .folds = 3, .test_rows = 50, .train_rows_min = 200, .cv_folds = 3, .holdout_rows = 60, .embargo_spans = 1};
  spec.gate.rows_min = 150;
  return spec;
}

// One row a day, each label looking three days ahead. `log_odds` of the two features decides the label.
Dataset make_rows(std::size_t rows, std::uint64_t seed, const std::function<double(double, double)>& log_odds) {
  Rng rng(seed);
  Dataset dataset{.names = {"a", "b"}, .values = {}, .labels = {}};
  for (std::size_t i = 0; i < rows; ++i) {
    const double a = rng.normal(), b = rng.normal();
    const double probability = 1 / (1 + std::exp(-log_odds(a, b)));
    const Instant t0 = Instant(day * static_cast<std::int64_t>(i));
    const int label = rng.uniform() < probability ? 1 : 0;
    dataset.values.insert(dataset.values.end(), {a, b});
    dataset.labels.push_back({.row = i, .label = label, .value = probability, .t0 = t0, .t1 = t0 + 3 * day});
  }
  return dataset;
}

double linear(double a, double) {
  return 1.5 * a;
}
double checkerboard(double a, double b) {
  return a * b > 0 ? 2 : -2;
}

Dataset take_rows(const Dataset& dataset, std::size_t rows) {
  std::vector<std::size_t> head(rows);
  for (std::size_t i = 0; i < rows; ++i) head[i] = i;
  return select_rows(dataset, head);
}

// The features of the rows as a matrix of their bars.
feature::Matrix take_matrix(const Dataset& dataset) {
  feature::Matrix matrix{.names = dataset.names, .bar_at = {}, .values = dataset.values};
  for (const auto& label : dataset.labels) matrix.bar_at.push_back(label.t0);
  return matrix;
}

// A model of so many features that always says 0.5.
Scorer undecided(std::size_t columns) {
  return {columns, [columns](std::span<const double> values) -> Result<std::vector<double>> {
            return std::vector<double>(values.size() / columns, 0.5);
          }};
}

std::int64_t count_stage(const TrainAttempt& attempt, std::string_view stage) {
  return std::ranges::count(attempt.trials, stage, &FitTrial::stage);
}

TEST(TrainFirst, JudgesEveryBlockByAFitThatHadEndedBeforeIt) {
  const Dataset dataset = make_rows(600, 1, linear);
  const auto attempt = train_first(make_spec(), dataset, 7);
  ASSERT_TRUE(attempt) << attempt.error().message;
  ASSERT_TRUE(attempt->candidate) << attempt->insufficient_evidence;
  const Candidate& candidate = *attempt->candidate;
  ASSERT_EQ(candidate.judged.size(), 150U);
  EXPECT_FALSE(candidate.is_challenger);
  for (std::size_t i = 0; i < 150; ++i) {
    const JudgedRow& row = candidate.judged[i];
    EXPECT_EQ(row.bar_at, dataset.labels[450 + i].t0);
    EXPECT_EQ(row.label, dataset.labels[450 + i].label);
    EXPECT_EQ(row.fold, static_cast<std::int64_t>(i / 50) + 1);
  }
  for (const FitTrial& trial : attempt->trials) {
    if (trial.stage != "walk_forward") continue;
    EXPECT_LT(trial.train_to_at, candidate.judged[static_cast<std::size_t>(trial.fold - 1) * 50].bar_at);
  }
  // The rows before row 450 that had ended by then are rows 0 to 446; their share of 1 is the reference of block 1.
  EXPECT_DOUBLE_EQ(candidate.judged[0].reference_score, take_rows(dataset, 447).base_rate());
  EXPECT_DOUBLE_EQ(candidate.judged[149].reference_score, take_rows(dataset, 547).base_rate());
}

TEST(TrainFirst, FitsTheArtifactOnEverythingThatIsKnown) {
  const Dataset dataset = make_rows(600, 1, linear);
  const auto attempt = train_first(make_spec(), dataset, 7);
  ASSERT_TRUE(attempt && attempt->candidate);
  const Candidate& candidate = *attempt->candidate;
  EXPECT_EQ(candidate.rows_trained, 600);
  EXPECT_EQ(candidate.train_from_at, dataset.labels.front().t0);
  EXPECT_EQ(candidate.train_to_at, dataset.labels.back().t1);
  EXPECT_DOUBLE_EQ(candidate.base_rate, dataset.base_rate());
  const auto& algorithm = **find_algorithm(candidate.algorithm);
  EXPECT_EQ(candidate.artifact.sha256, fit_artifact(algorithm, dataset, candidate.params, 7)->sha256);
}

TEST(TrainFirst, CountsEveryFit) {
  const auto attempt = train_first(make_spec(), make_rows(600, 1, linear), 7);
  ASSERT_TRUE(attempt && attempt->candidate);
  EXPECT_EQ(count_stage(*attempt, "cross_validation"), 2 * 3);
  EXPECT_EQ(count_stage(*attempt, "walk_forward"), 3);
  EXPECT_EQ(count_stage(*attempt, "final"), 1);
  EXPECT_EQ(attempt->trials.size(), 10U);
}

TEST(TrainFirst, ChoosesTheAlgorithmThatSuitsTheRows) {
  EXPECT_EQ(train_first(make_spec(), make_rows(800, 2, linear), 7)->candidate->algorithm, "logistic");
  EXPECT_EQ(train_first(make_spec(), make_rows(800, 2, checkerboard), 7)->candidate->algorithm, "xgboost");
}

TEST(TrainFirst, ChoosesWithoutLookingAtAJudgedRow) {
  // The judged rows follow another rule than the window before them. The choice must not notice.
  Dataset dataset = make_rows(800, 3, linear);
  const Dataset other = make_rows(800, 3, checkerboard);
  for (std::size_t i = 650; i < 800; ++i) dataset.labels[i].label = other.labels[i].label;
  const auto attempt = train_first(make_spec(), dataset, 7);
  ASSERT_TRUE(attempt && attempt->candidate);
  EXPECT_EQ(attempt->candidate->algorithm, "logistic");
  for (const FitTrial& trial : attempt->trials)
    if (trial.stage == "cross_validation") {
      EXPECT_LT(trial.train_to_at, dataset.labels[650].t0);
    }
}

TEST(TrainFirst, SaysWhenTheRowsDoNotSuffice) {
  const auto attempt = train_first(make_spec(), make_rows(300, 4, linear), 7);
  ASSERT_TRUE(attempt);
  EXPECT_FALSE(attempt->candidate);
  EXPECT_TRUE(attempt->trials.empty());
  EXPECT_EQ(attempt->insufficient_evidence,
            "300 matured rows leave 1 walk-forward blocks of 50 after 200 rows to train on; the gate needs 150 rows");
}

TEST(TrainChallenger, IsJudgedOnRowsThatNeitherHasSeen) {
  const Dataset dataset = make_rows(600, 5, linear);
  const auto champion = train_first(make_spec(), take_rows(dataset, 500), 7);
  ASSERT_TRUE(champion && champion->candidate);
  const feature::Matrix matrix = take_matrix(dataset);
  const Incumbent incumbent{open_artifact(champion->candidate->artifact).value(), matrix,
                            champion->candidate->train_to_at};
  const auto attempt = train_challenger(make_spec(), dataset, incumbent, 7);
  ASSERT_TRUE(attempt);
  ASSERT_TRUE(attempt->candidate) << attempt->insufficient_evidence;
  const Candidate& candidate = *attempt->candidate;
  EXPECT_TRUE(candidate.is_challenger);
  ASSERT_EQ(candidate.judged.size(), 60U);
  EXPECT_EQ(candidate.judged.front().bar_at, dataset.labels[540].t0);
  EXPECT_GT(candidate.judged.front().bar_at, incumbent.train_to_at);
  EXPECT_LT(candidate.train_to_at, candidate.judged.front().bar_at);
  EXPECT_EQ(candidate.judged.front().reference_score, incumbent.scorer(dataset.row(540), 2).value().front());
  EXPECT_EQ(candidate.judged.front().score,
            open_artifact(candidate.artifact).value()(dataset.row(540), 2).value().front())
      << "used as it was tested";
}

TEST(TrainChallenger, LetsTheChampionSpeakFromItsOwnFeatures) {
  // The champion knows one feature of its own, which is 0.001 x the day; the candidate's two say nothing of it.
  const Dataset dataset = make_rows(600, 5, linear);
  feature::Matrix own{.names = {"own"}, .bar_at = {}, .values = {}};
  for (std::size_t i = 100; i < 600; ++i) {  // it begins later: rows are joined by their bar, not by their number
    own.bar_at.push_back(dataset.labels[i].t0);
    own.values.push_back(0.001 * static_cast<double>(i));
  }
  const Scorer echo{1, [](std::span<const double> values) -> Result<std::vector<double>> {
                      return std::vector<double>(values.begin(), values.end());
                    }};
  const auto attempt = train_challenger(make_spec(), dataset, {echo, own, dataset.labels[500].t0}, 7);
  ASSERT_TRUE(attempt && attempt->candidate) << (attempt ? attempt->insufficient_evidence : attempt.error().message);
  ASSERT_EQ(attempt->candidate->judged.size(), 60U);
  for (std::size_t i = 0; i < 60; ++i)
    EXPECT_DOUBLE_EQ(attempt->candidate->judged[i].reference_score, 0.001 * static_cast<double>(540 + i));

  own.values.back() = std::nan("");
  const auto holed = train_challenger(make_spec(), dataset, {echo, own, dataset.labels[500].t0}, 7);
  ASSERT_TRUE(holed);
  EXPECT_FALSE(holed->candidate);
  EXPECT_EQ(holed->insufficient_evidence, "the champion's own features are not defined on every row of the hold-out");
}

TEST(TrainChallenger, RefusesAChampionThatReadsOtherColumnsThanItIsGiven) {
  const Dataset dataset = make_rows(600, 5, linear);
  const feature::Matrix matrix = take_matrix(dataset);
  const auto attempt = train_challenger(make_spec(), dataset, {undecided(1), matrix, dataset.labels[500].t0}, 7);
  ASSERT_FALSE(attempt) << "twice as many scores as rows";
  EXPECT_EQ(attempt.error().code, Errc::invalid_input);
  EXPECT_EQ(attempt.error().message, "the model was fitted on 1 features, not 2");
}

// Training rows of a purged fold in which only one label occurs.
TEST(TrainAttempts, EndWhenATrainingFoldIsOneSided) {
  Dataset dataset = make_rows(600, 5, linear);
  for (std::size_t i = 0; i < 400; ++i) dataset.labels[i].label = 1;
  const feature::Matrix matrix = take_matrix(dataset);
  // 447 rows before the first block: fold 3 is rows 298 to 446, and rows 0 to 294 are left to train on.
  const auto first = train_first(make_spec(), dataset, 7);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_FALSE(first->candidate);
  EXPECT_TRUE(first->trials.empty());
  EXPECT_EQ(
      first->insufficient_evidence,
      "only one label occurs in the 295 rows that fold 3 of 3 leaves to train on, of 447 before the first judged row");
  for (std::size_t i = 0; i < 600; ++i) dataset.labels[i].label = 0;
  const auto challenger = train_challenger(make_spec(), dataset, {undecided(2), matrix, dataset.labels[500].t0}, 7);
  ASSERT_TRUE(challenger) << challenger.error().message;
  EXPECT_FALSE(challenger->candidate);
  EXPECT_TRUE(challenger->insufficient_evidence.starts_with("only one label occurs in the "));
}

TEST(WalkReference, ScoresTheRowsBeforeTheJudgedOnesByFitsThatHadEnded) {
  const ModelSpec spec = make_spec();
  const Dataset dataset = make_rows(600, 5, linear);
  const Instant judged_from = dataset.labels[450].t0;
  const auto walk = walk_reference(spec.validation, spec.candidates[1], dataset, judged_from, 7);
  ASSERT_TRUE(walk) << walk.error().message;
  // 450 rows, blocks of 50, and 200 rows or more (of those that had ended) before the first: rows 250 to 449 in four blocks.
  ASSERT_EQ(walk->scored.size(), 200U);
  ASSERT_EQ(walk->trials.size(), 4U);
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_EQ(walk->scored[i].bar_at, dataset.labels[250 + i].t0);
    EXPECT_LT(walk->scored[i].bar_at, judged_from);
    EXPECT_EQ(walk->scored[i].fold, static_cast<std::int64_t>(i / 50) + 1);
  }
  for (const FitTrial& trial : walk->trials) {
    EXPECT_EQ(trial.stage, "reference");
    EXPECT_EQ(trial.algorithm, "logistic");
    EXPECT_LT(trial.train_to_at, walk->scored[static_cast<std::size_t>(trial.fold - 1) * 50].bar_at);
  }
  EXPECT_DOUBLE_EQ(walk->scored[0].reference_score, take_rows(dataset, 247).base_rate());

  Dataset later = dataset;  // nothing from the first judged row on is looked at
  for (std::size_t i = 450; i < 600; ++i) later.labels[i].label = 1 - later.labels[i].label;
  const auto again = walk_reference(spec.validation, spec.candidates[1], later, judged_from, 7);
  ASSERT_TRUE(again);
  for (std::size_t i = 0; i < 200; ++i) EXPECT_EQ(again->scored[i].score, walk->scored[i].score);
}

TEST(WalkReference, TakesTenBlocksAtMostAndNoneThatCannotBeFitted) {
  ModelSpec spec = make_spec();
  spec.validation.train_rows_min = 20;
  spec.validation.test_rows = 30;
  Dataset dataset = make_rows(600, 5, linear);
  const auto most = walk_reference(spec.validation, spec.candidates[1], dataset, dataset.labels[599].t0, 7);
  ASSERT_TRUE(most);
  EXPECT_EQ(most->scored.size(), 300U);
  EXPECT_EQ(walk_reference(spec.validation, spec.candidates[1], dataset, dataset.labels[40].t0, 7)->scored.size(), 0U);
  for (std::size_t i = 0; i < 330; ++i) dataset.labels[i].label = 0;
  const auto some = walk_reference(spec.validation, spec.candidates[1], dataset, dataset.labels[599].t0, 7);
  ASSERT_TRUE(some) << some.error().message;
  EXPECT_EQ(some->scored.size(), 240U) << "two blocks had one label only to learn from";
}

TEST(TrainChallenger, DoesNotLookAtTheHoldOut) {
  Dataset dataset = make_rows(600, 6, linear);
  const feature::Matrix matrix = take_matrix(dataset);
  const Incumbent incumbent{undecided(2), matrix, dataset.labels[400].t0};
  const auto before = train_challenger(make_spec(), dataset, incumbent, 7);
  for (std::size_t i = 540; i < 600; ++i) {
    dataset.labels[i].label = 1 - dataset.labels[i].label;
    dataset.values[i * 2] *= 1000;
  }
  const auto after = train_challenger(make_spec(), dataset, incumbent, 7);
  ASSERT_TRUE(before && before->candidate && after && after->candidate);
  EXPECT_EQ(before->candidate->artifact.sha256, after->candidate->artifact.sha256);
}

TEST(TrainChallenger, SaysWhenTheChampionHasSeenTooMuch) {
  const Dataset dataset = make_rows(600, 5, linear);
  const feature::Matrix matrix = take_matrix(dataset);
  const Incumbent incumbent{undecided(2), matrix, dataset.labels[540].t0};  // leaves 59 rows
  const auto attempt = train_challenger(make_spec(), dataset, incumbent, 7);
  ASSERT_TRUE(attempt);
  EXPECT_FALSE(attempt->candidate);
  EXPECT_EQ(attempt->insufficient_evidence, "59 matured rows that the champion was not fitted on; a hold-out needs 60");
}

}  // namespace
}  // namespace converge::model
