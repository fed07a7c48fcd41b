#include "model/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace converge::model {
namespace {

constexpr double score_margin = 1e-15;

template <class RowLoss>
double compute_mean(std::span<const int> labels, std::span<const double> scores, RowLoss&& loss) {
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) sum += loss(labels[i], scores[i]);
  return sum / static_cast<double>(labels.size());
}

// Ranks from 1, equal values sharing their mean rank.
std::vector<double> compute_ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(values[i], i); });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double rank = (static_cast<double>(begin + end) + 1) / 2;
    for (; begin < end; ++begin) ranks[order[begin]] = rank;
  }
  return ranks;
}

}  // namespace

double compute_log_loss(int label, double score) {
  const double p = std::clamp(score, score_margin, 1 - score_margin);
  return -std::log(label == 1 ? p : 1 - p);
}

double compute_log_loss(std::span<const int> labels, std::span<const double> scores) {
  return compute_mean(labels, scores, [](int label, double score) { return compute_log_loss(label, score); });
}

double compute_brier(std::span<const int> labels, std::span<const double> scores) {
  return compute_mean(labels, scores, [](int label, double score) { return (score - label) * (score - label); });
}

double compute_hit_rate(std::span<const int> labels, std::span<const double> scores) {
  return compute_mean(labels, scores, [](int label, double score) {
    if (score == 0.5) return 0.5;
    return (score > 0.5) == (label == 1) ? 1.0 : 0.0;
  });
}

Result<double> compute_auc(std::span<const int> labels, std::span<const double> scores) {
  const auto ranks = compute_ranks(scores);
  double rank_sum = 0, positive = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] != 1) continue;
    rank_sum += ranks[i];
    positive += 1;
  }
  const double negative = static_cast<double>(labels.size()) - positive;
  if (positive == 0 || negative == 0) return fail(Errc::invalid_input, "AUC: only one label occurs");
  return (rank_sum - positive * (positive + 1) / 2) / (positive * negative);
}

Result<double> compute_ic(std::span<const double> scores, std::span<const double> values) {
  const auto x = compute_ranks(scores);
  const auto y = compute_ranks(values);
  const double mean = (static_cast<double>(x.size()) + 1) / 2;
  double xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
    xy += (x[i] - mean) * (y[i] - mean);
  }
  if (xx == 0 || yy == 0) return fail(Errc::invalid_input, "information coefficient: one side is constant");
  return xy / std::sqrt(xx * yy);
}

}  // namespace converge::model
