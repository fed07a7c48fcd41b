// model/metrics.hpp — how good probabilities of a yes-or-no label are.
//
// Pure. labels hold 0 or 1, scores the probability of 1, same length, at least one row unless said otherwise.
#pragma once
#include "base/result.hpp"

#include <span>

namespace converge::model {

// Loss of one row, -ln of the probability given to what happened; nats, >= 0. Scores are kept 1e-15 away from 0 and 1, so
// that one sure mistake costs 34.5 and not infinity.
double compute_log_loss(int label, double score);
double compute_log_loss(std::span<const int> labels, std::span<const double> scores);

// Mean squared error of the probability, 0 to 1. source: Brier, Monthly Weather Review 78 (1950)
double compute_brier(std::span<const int> labels, std::span<const double> scores);

// Share of rows on whose side of 0.5 the score lies; a score of exactly 0.5 counts one half.
double compute_hit_rate(std::span<const int> labels, std::span<const double> scores);

// Chance that a row of label 1 scores above a row of label 0, ties counting one half.
//   errors  invalid_input: only one label occurs
//   source  Hanley and McNeil, Radiology 143 (1982): the Mann-Whitney statistic over n0 x n1
Result<double> compute_auc(std::span<const int> labels, std::span<const double> scores);

// Information coefficient: Spearman's rank correlation of scores with the quantity behind the label, ties at mean rank.
//   errors  invalid_input: fewer than two rows, or one side is constant
Result<double> compute_ic(std::span<const double> scores, std::span<const double> values);

}  // namespace converge::model
