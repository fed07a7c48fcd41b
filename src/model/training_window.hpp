// model/training_window.hpp — the rows behind a version, cut again from the matrix that it was trained from.
//
// Pure.
#pragma once
#include "contract/rows.hpp"
#include "feature/matrix.hpp"

namespace converge::model {

// Rows from the version's first bar to the last whose label ended by its train_to_at, in time order.
//   matrix   of the bars as they were known when the version was trained, in time order
//   horizon  bars from a row to the end of its label
feature::Matrix cut_training_window(const feature::Matrix& matrix, const ModelVersionRow& version, std::size_t horizon);

}  // namespace converge::model
