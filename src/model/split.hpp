// model/split.hpp — training and test rows that share no information.
//
// A label looks ahead: it depends on everything in its span [t0, t1]. A training row whose span meets the span of a test
// block has seen part of the answer, so it is purged: measured on the spans themselves, never on a horizon that somebody
// wrote down. After a test block, rows that begin within the embargo are dropped too, because markets resemble themselves from
// one day to the next. How long that lasts is the caller's choice, and longest spans are only a unit for it: features may look
// back further than any embargo.
//   source  Lopez de Prado, Advances in Financial Machine Learning (2018), sections 7.4.1 (purging) and 7.4.2 (embargo)
#pragma once
#include "base/result.hpp"
#include "feature/matrix.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace converge::model {

// Row numbers, ascending. `test` is one contiguous block.
struct Fold {
  std::vector<std::size_t> train;
  std::vector<std::size_t> test;
};

struct WalkForward {
  std::size_t folds_max = 5;
  std::size_t test_rows = 200;       // rows of each test block
  std::size_t train_rows_min = 500;  // what the first block must leave to train on
};

// The longest label span: the unit of an embargo.
Duration compute_embargo(std::span<const feature::Label> labels);

// The last folds x test_rows rows as test blocks in time order; each is predicted from the rows before it only
// (expanding window). Fewer folds when the rows do not suffice; none when not even one block does.
//   labels  in order of t0
std::vector<Fold> make_walk_forward(std::span<const feature::Label> labels, const WalkForward& options);

// `folds` contiguous test blocks of nearly equal length; training rows lie on both sides.
//   labels   in order of t0
//   embargo  counted from the end of the purge, which is the last t1 of the block
//   errors   invalid_input: folds < 2 or more folds than rows
Result<std::vector<Fold>> make_purged_k_fold(std::span<const feature::Label> labels, std::size_t folds,
                                             Duration embargo);

}  // namespace converge::model
