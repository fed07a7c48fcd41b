// model/dataset.hpp — the rows a model may be fitted on or judged by.
//
// Pure. A row is in when all its features are defined and its label is known; nothing else ever reaches a fit.
#pragma once
#include "base/result.hpp"
#include "feature/matrix.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace converge::model {

// Complete rows with matured labels, in time order. values is row-major, shape [labels.size(), names.size()].
struct Dataset {
  std::vector<std::string> names;
  std::vector<double> values;
  std::vector<feature::Label> labels;

  std::size_t rows() const { return labels.size(); }
  std::size_t columns() const { return names.size(); }
  std::span<const double> row(std::size_t i) const { return {values.data() + i * columns(), columns()}; }
  double base_rate() const;  // share of label 1; NaN without rows
};

// The rows of `matrix` that are complete and whose label ended at or before `known_at`.
//   labels  in time order, label.row pointing into `matrix`
//   errors  invalid_input: labels out of order, a row outside the matrix, or t1 before t0
Result<Dataset> make_dataset(const feature::Matrix& matrix, std::span<const feature::Label> labels, Instant known_at);

// The rows named by `rows`, in that order.
Dataset select_rows(const Dataset& dataset, std::span<const std::size_t> rows);

}  // namespace converge::model
