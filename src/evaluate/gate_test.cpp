#include "evaluate/gate.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <vector>

namespace converge::evaluate {
namespace {

// Labels alternate in fours; the candidate gives `candidate` and the reference `reference` to what happens.
std::vector<GateRow> make_rows(std::size_t rows, double candidate, double reference) {
  std::vector<GateRow> out;
  for (std::size_t i = 0; i < rows; ++i) {
    const int label = i / 4 % 2 == 0 ? 1 : 0;
    out.push_back({label, label == 1 ? candidate : 1 - candidate, label == 1 ? reference : 1 - reference});
  }
  return out;
}

GateVerdict judge(std::span<const GateRow> rows, std::int64_t rows_min = 500) {
  Rng rng(1);
  return compute_verdict(rows, {.rows_min = rows_min, .bootstrap = {}}, "the base rate", rng).value();
}

TEST(Gate, PromotesTheOneThatIsBetterOnEveryRow) {
  const auto verdict = judge(make_rows(500, 0.6, 0.5));
  EXPECT_TRUE(verdict.is_promoted);
  EXPECT_NEAR(*verdict.candidate_log_loss, -std::log(0.6), 1e-12);
  EXPECT_NEAR(*verdict.reference_log_loss, std::log(2.0), 1e-12);
  EXPECT_NEAR(*verdict.score, std::log(1.2), 1e-12);
  EXPECT_NEAR(verdict.interval->low, std::log(1.2), 1e-9);
  EXPECT_EQ(verdict.reason,
            "log loss 0.5108 against 0.6931 for the base rate on 500 rows: improvement +0.1823, 95% interval +0.1823 "
            "to +0.1823 "
            "lies above zero");
}

TEST(Gate, RefusesTheEqualAndTheWorse) {
  EXPECT_FALSE(judge(make_rows(500, 0.5, 0.5)).is_promoted) << "a tie keeps what is there";
  EXPECT_FALSE(judge(make_rows(500, 0.4, 0.5)).is_promoted);
}

TEST(Gate, RefusesABetterMeanThatOneSpellExplains) {
  // Better by far in one spell of 40 rows, a little worse everywhere else: the mean is above zero, the interval is not.
  auto rows = make_rows(1000, 0.49, 0.5);
  for (std::size_t i = 300; i < 340; ++i) rows[i].score = rows[i].label == 1 ? 0.9 : 0.1;
  const auto verdict = judge(rows);
  EXPECT_GT(*verdict.score, 0);
  EXPECT_LT(verdict.interval->low, 0);
  EXPECT_FALSE(verdict.is_promoted);
}

TEST(Gate, SaysNothingOnTooFewRows) {
  const auto verdict = judge(make_rows(499, 0.9, 0.5));
  EXPECT_FALSE(verdict.is_promoted);
  EXPECT_FALSE(verdict.score.has_value());
  EXPECT_EQ(verdict.reason, "insufficient_evidence: 499 rows, 500 needed");
  EXPECT_TRUE(judge(make_rows(252, 0.9, 0.5), 252).is_promoted);
  EXPECT_FALSE(judge(make_rows(251, 0.9, 0.5), 252).is_promoted);
}

}  // namespace
}  // namespace converge::evaluate
