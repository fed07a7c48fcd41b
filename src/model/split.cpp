#include "model/split.hpp"

#include <algorithm>

namespace converge::model {
namespace {

// Rows [begin, end) as a test block with all training rows that candidates [0, train_end) leave after purge and embargo.
Fold make_fold(std::span<const feature::Label> labels, std::size_t begin, std::size_t end, std::size_t train_end,
               Duration embargo) {
  const Instant test_from = labels[begin].t0;
  Instant test_to = labels[begin].t1;
  for (std::size_t i = begin; i < end; ++i) test_to = std::max(test_to, labels[i].t1);

  Fold fold;
  for (std::size_t i = begin; i < end; ++i) fold.test.push_back(i);
  for (std::size_t i = 0; i < train_end; ++i) {
    const bool is_before = labels[i].t1 < test_from;
    const bool is_after = labels[i].t0 > test_to + embargo;
    if (is_before || is_after) fold.train.push_back(i);
  }
  return fold;
}

}  // namespace

Duration compute_embargo(std::span<const feature::Label> labels) {
  Duration longest{0};
  for (const auto& label : labels) longest = std::max(longest, label.t1 - label.t0);
  return longest;
}

std::vector<Fold> make_walk_forward(std::span<const feature::Label> labels, const WalkForward& options) {
  std::vector<Fold> folds;
  for (std::size_t left = options.folds_max; left > 0; --left) {
    const std::size_t tail = left * options.test_rows;
    if (tail >= labels.size()) continue;
    const std::size_t begin = labels.size() - tail;
    Fold fold = make_fold(labels, begin, begin + options.test_rows, begin, Duration{0});
    if (fold.train.size() >= options.train_rows_min) folds.push_back(std::move(fold));
  }
  return folds;
}

Result<std::vector<Fold>> make_purged_k_fold(std::span<const feature::Label> labels, std::size_t folds,
                                             Duration embargo) {
  if (folds < 2 || folds > labels.size())
    return fail(Errc::invalid_input, "purged k-fold: needs at least two folds and no more folds than rows");
  std::vector<Fold> out;
  for (std::size_t k = 0; k < folds; ++k)
    out.push_back(
        make_fold(labels, labels.size() * k / folds, labels.size() * (k + 1) / folds, labels.size(), embargo));
  return out;
}

}  // namespace converge::model
