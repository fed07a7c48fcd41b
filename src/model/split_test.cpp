#include "model/split.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <algorithm>

namespace converge::model {
namespace {

using feature::Label;

Instant at(std::int64_t day) {
  return Instant(std::chrono::days(day));
}

Label make_label(std::size_t row, std::int64_t t0, std::int64_t t1) {
  return {.row = row, .label = 0, .value = 0, .t0 = at(t0), .t1 = at(t1)};
}

// Bars at irregular distances, spans of irregular length: nothing a horizon in bars could describe.
std::vector<Label> make_random_labels(Rng& rng, std::size_t rows) {
  std::vector<Label> labels;
  std::int64_t day = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    day += 1 + static_cast<std::int64_t>(rng.below(4));
    labels.push_back(make_label(i, day, day + static_cast<std::int64_t>(rng.below(15))));
  }
  return labels;
}

bool meet(const Label& a, const Label& b) {
  return a.t0 <= b.t1 && b.t0 <= a.t1;
}

TEST(PurgedKFold, NoTrainSpanMeetsATestSpanAndTheEmbargoLiesBeyond) {
  Rng rng(11);
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    const auto labels = make_random_labels(rng, 20 + rng.below(120));
    const Duration embargo = compute_embargo(labels);
    const auto folds = make_purged_k_fold(labels, 2 + rng.below(5), embargo);
    ASSERT_TRUE(folds);
    std::vector<int> tested(labels.size(), 0);
    for (const Fold& fold : *folds) {
      Instant last = labels[fold.test.front()].t1;
      for (const auto i : fold.test) {
        ++tested[i];
        last = std::max(last, labels[i].t1);
      }
      for (const auto i : fold.train) {
        for (const auto j : fold.test) ASSERT_FALSE(meet(labels[i], labels[j])) << i << " meets " << j;
        if (i > fold.test.back()) {
          ASSERT_GT(labels[i].t0, last + embargo);
        }
      }
    }
    EXPECT_EQ(std::ranges::count(tested, 1), static_cast<std::ptrdiff_t>(labels.size())) << "each row is tested once";
  }
}

TEST(PurgedKFold, DropsNoMoreThanItMust) {
  // Ten daily rows that look two days ahead, five folds. Block {4, 5} covers days 4 to 7: rows 2, 3 look into it, rows 6, 7
  // begin inside it, and rows 8, 9 begin within two days of its end.
  std::vector<Label> labels;
  for (std::size_t i = 0; i < 10; ++i)
    labels.push_back(make_label(i, static_cast<std::int64_t>(i), static_cast<std::int64_t>(i) + 2));
  EXPECT_EQ(compute_embargo(labels), std::chrono::days(2));
  const auto folds = make_purged_k_fold(labels, 5, compute_embargo(labels));
  ASSERT_TRUE(folds);
  EXPECT_EQ((*folds)[2].test, (std::vector<std::size_t>{4, 5}));
  EXPECT_EQ((*folds)[2].train, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ((*folds)[1].train, (std::vector<std::size_t>{8, 9}));
  EXPECT_EQ((*folds)[0].train, (std::vector<std::size_t>{6, 7, 8, 9}));
}

TEST(PurgedKFold, AppliesTheWholeBlockEvenWhenAnEarlyRowEndsLast) {
  // Row 1 ends on day 9, after row 2: the block's end is the latest t1, not the last row's.
  const std::vector<Label> labels{make_label(0, 0, 0), make_label(1, 1, 9),   make_label(2, 2, 3),
                                  make_label(3, 4, 4), make_label(4, 10, 10), make_label(5, 20, 20)};
  const auto folds = make_purged_k_fold(labels, 2, Duration{0});
  ASSERT_TRUE(folds);
  EXPECT_EQ((*folds)[0].test, (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ((*folds)[0].train, (std::vector<std::size_t>{4, 5})) << "row 3 begins before day 9";
}

TEST(PurgedKFold, RefusesFoldsThatCannotBe) {
  const std::vector<Label> labels{make_label(0, 0, 1), make_label(1, 1, 2), make_label(2, 2, 3)};
  EXPECT_FALSE(make_purged_k_fold(labels, 1, Duration{0}));
  EXPECT_FALSE(make_purged_k_fold(labels, 4, Duration{0}));
}

TEST(WalkForward, PredictsEachBlockFromWhatHadEndedBeforeIt) {
  Rng rng(12);
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    const auto labels = make_random_labels(rng, 100 + rng.below(100));
    const auto folds = make_walk_forward(labels, {.folds_max = 4, .test_rows = 15, .train_rows_min = 20});
    ASSERT_EQ(folds.size(), 4U);
    std::size_t next = labels.size() - 60;
    for (const Fold& fold : folds) {
      EXPECT_GE(fold.train.size(), 20U);
      for (const auto i : fold.train) ASSERT_LT(labels[i].t1, labels[fold.test.front()].t0);
      for (const auto j : fold.test) EXPECT_EQ(j, next++);
    }
    EXPECT_EQ(next, labels.size());
  }
}

TEST(WalkForward, TakesFewerBlocksWhenTheRowsDoNotSuffice) {
  std::vector<Label> labels;
  for (std::size_t i = 0; i < 100; ++i)
    labels.push_back(make_label(i, static_cast<std::int64_t>(i), static_cast<std::int64_t>(i) + 1));
  struct Case {
    const char* name;
    std::size_t train_rows_min, folds;
  };
  // Blocks of 20 rows; a block that starts at row b leaves b - 1 rows, because row b - 1 ends on day b.
  for (const Case& c : {Case{"all five need an empty start", 0, 4}, Case{"three leave 39", 39, 3},
                        Case{"two leave 59", 40, 2}, Case{"one leaves 79", 79, 1}, Case{"none leaves 80", 80, 0}}) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(make_walk_forward(labels, {.folds_max = 5, .test_rows = 20, .train_rows_min = c.train_rows_min}).size(),
              c.folds);
  }
}

}  // namespace
}  // namespace converge::model
