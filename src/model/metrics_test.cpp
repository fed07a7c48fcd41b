#include "model/metrics.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <limits>
#include <vector>

namespace converge::model {
namespace {

using Labels = std::vector<int>;
using Scores = std::vector<double>;

TEST(LogLoss, IsMinusTheLogOfTheProbabilityOfWhatHappened) {
  EXPECT_DOUBLE_EQ(compute_log_loss(1, 0.25), std::log(4.0));
  EXPECT_DOUBLE_EQ(compute_log_loss(0, 0.25), std::log(4.0 / 3.0));
  EXPECT_DOUBLE_EQ(compute_log_loss(Labels{1, 0}, Scores{0.5, 0.5}), std::log(2.0));
  EXPECT_NEAR(compute_log_loss(1, 0.0), 34.538776394910684, 1e-9) << "a sure mistake is dear, not infinite";
  EXPECT_NEAR(compute_log_loss(0, 1.0), 34.538776394910684, 0.1);
}

TEST(Brier, IsTheMeanSquaredError) {
  EXPECT_DOUBLE_EQ(compute_brier(Labels{1, 0, 1, 0}, Scores{1, 0, 0.5, 0.5}), 0.125);
}

TEST(HitRate, CountsSidesAndSplitsTheUndecided) {
  EXPECT_DOUBLE_EQ(compute_hit_rate(Labels{1, 0, 1, 0}, Scores{0.9, 0.9, 0.5, 0.1}), 0.625);
}

TEST(Auc, AgreesWithHandWorkedPairs) {
  struct Case {
    const char* name;
    Labels labels;
    Scores scores;
    double auc;
  };
  for (const Case& c :
       {Case{"perfect", {0, 0, 1, 1}, {.1, .2, .3, .4}, 1}, Case{"reversed", {1, 1, 0, 0}, {.1, .2, .3, .4}, 0},
        Case{"all tied", {0, 1, 0, 1}, {.5, .5, .5, .5}, 0.5},
        // Pairs (1 against 0): .35>.1, .35<.4, .8>.1, .8>.4 -> 3 of 4.
        Case{"the textbook four", {0, 0, 1, 1}, {.1, .4, .35, .8}, 0.75},
        // .4 against .4 is half a pair: (1 + .5 + 1 + 1) / 4.
        Case{"one tie", {0, 0, 1, 1}, {.1, .4, .4, .8}, 0.875}}) {
    SCOPED_TRACE(c.name);
    EXPECT_DOUBLE_EQ(compute_auc(c.labels, c.scores).value(), c.auc);
  }
}

TEST(Auc, AgreesWithCountingEveryPair) {
  Rng rng(3);
  for (int round = 0; round < 20; ++round) {
    Labels labels;
    Scores scores;
    for (int i = 0; i < 60; ++i) {
      labels.push_back(static_cast<int>(rng.below(2)));
      scores.push_back(static_cast<double>(rng.below(8)) / 8);  // many ties
    }
    double wins = 0, pairs = 0;
    for (std::size_t i = 0; i < labels.size(); ++i)
      for (std::size_t j = 0; j < labels.size(); ++j)
        if (labels[i] == 1 && labels[j] == 0) {
          pairs += 1;
          wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
    EXPECT_NEAR(compute_auc(labels, scores).value(), wins / pairs, 1e-12);
  }
}

TEST(Auc, NeedsBothLabels) {
  EXPECT_EQ(compute_auc(Labels{1, 1}, Scores{.1, .2}).error().code, Errc::invalid_input);
  EXPECT_EQ(compute_auc(Labels{0}, Scores{.1}).error().code, Errc::invalid_input);
}

TEST(Ic, IsTheCorrelationOfRanks) {
  EXPECT_DOUBLE_EQ(compute_ic(Scores{1, 2, 3}, Scores{10, 100, 1000}).value(), 1) << "only the order counts";
  EXPECT_DOUBLE_EQ(compute_ic(Scores{1, 2, 3}, Scores{3, 2, 1}).value(), -1);
  // 1 - 6 * sum(d^2) / (n (n^2 - 1)) with d = 0, 1, -1, 0
  EXPECT_DOUBLE_EQ(compute_ic(Scores{1, 2, 3, 4}, Scores{1, 3, 2, 4}).value(), 0.8);
  EXPECT_EQ(compute_ic(Scores{1, 1}, Scores{1, 2}).error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace converge::model
