#include "model/dataset.hpp"

#include <fmt/format.h>
#include <limits>

namespace converge::model {

double Dataset::base_rate() const {
  if (labels.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::size_t positive = 0;
  for (const auto& label : labels) positive += label.label == 1 ? 1U : 0U;
  return static_cast<double>(positive) / static_cast<double>(labels.size());
}

Result<Dataset> make_dataset(const feature::Matrix& matrix, std::span<const feature::Label> labels, Instant known_at) {
  Dataset dataset{.names = matrix.names, .values = {}, .labels = {}};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto& label = labels[i];
    if (label.row >= matrix.rows() || label.t1 < label.t0 || (i > 0 && label.t0 <= labels[i - 1].t0))
      return fail(Errc::invalid_input,
                  fmt::format("label {} of {}: not in time order, or outside the matrix", i, labels.size()));
    if (label.t1 > known_at || !matrix.is_complete(label.row)) continue;
    const auto row = matrix.row(label.row);
    dataset.values.insert(dataset.values.end(), row.begin(), row.end());
    dataset.labels.push_back(label);
  }
  return dataset;
}

Dataset select_rows(const Dataset& dataset, std::span<const std::size_t> rows) {
  Dataset out{.names = dataset.names, .values = {}, .labels = {}};
  out.values.reserve(rows.size() * dataset.columns());
  out.labels.reserve(rows.size());
  for (const std::size_t i : rows) {
    const auto row = dataset.row(i);
    out.values.insert(out.values.end(), row.begin(), row.end());
    out.labels.push_back(dataset.labels[i]);
  }
  return out;
}

}  // namespace converge::model
