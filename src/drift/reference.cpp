#include "drift/reference.hpp"

#include "base/hash.hpp"
#include "drift/ks.hpp"

#include <algorithm>

namespace converge::drift {
namespace {

feature::Matrix take_complete_rows(const feature::Matrix& matrix, std::size_t rows_max) {
  feature::Matrix complete;
  complete.names = matrix.names;
  std::size_t begin = matrix.rows(), taken = 0;
  while (begin > 0 && taken < rows_max) {
    if (matrix.is_complete(--begin)) ++taken;
  }
  for (std::size_t i = begin; i < matrix.rows(); ++i) {
    if (!matrix.is_complete(i)) continue;
    const auto row = matrix.row(i);
    complete.bar_at.push_back(matrix.bar_at[i]);
    complete.values.insert(complete.values.end(), row.begin(), row.end());
  }
  return complete;
}

Columns make_columns(const feature::Matrix& rows, const Distance& distance) {
  Columns columns(rows.columns() + 1);
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    for (std::size_t j = 0; j < rows.columns(); ++j) columns[j].push_back(rows.at(i, j));
    columns.back().push_back(distance.compute(rows.row(i)));
  }
  return columns;
}

std::string compute_reference_sha256(const feature::Matrix& rows) {
  Sha256Stream hash;
  for (const std::string& name : rows.names) hash.add(name + "\n");
  hash.add({reinterpret_cast<const char*>(rows.values.data()), rows.values.size() * sizeof(double)});
  return hash.finish_hex();
}

}  // namespace

Result<Reference> Reference::make(const feature::Matrix& training_window, std::size_t bins_max) {
  const feature::Matrix complete = take_complete_rows(training_window, training_window.rows());
  if (complete.columns() == 0 || complete.rows() < rows_min)
    return fail(Errc::invalid_input, "drift reference: " + std::to_string(complete.rows()) + " complete rows, needs " +
                                         std::to_string(rows_min));
  Reference reference(complete);
  reference.names_ = complete.names;
  reference.names_.emplace_back(distance_feature);
  reference.columns_ = make_columns(complete, reference.distance_);
  reference.sorted_ = reference.columns_;
  for (auto& column : reference.sorted_) {
    std::ranges::sort(column);
    reference.bins_.push_back(make_quantile_bins(column, bins_max));
  }
  reference.sha256_ = compute_reference_sha256(complete);
  return reference;
}

Result<Columns> Reference::take_window(const feature::Matrix& recent, std::size_t rows_max) const {
  if (!std::ranges::equal(recent.names, std::span(names_).first(names_.size() - 1)))
    return fail(Errc::invalid_input, "drift: the recent rows have other features than the reference");
  return make_columns(take_complete_rows(recent, rows_max), distance_);
}

Result<double> Reference::compare(Statistic statistic, std::size_t column, std::span<const double> window) const {
  if (statistic == Statistic::psi)
    return compute_psi(bins_[column].reference_counts, count_in_bins(bins_[column], window));
  std::vector<double> sorted(window.begin(), window.end());
  std::ranges::sort(sorted);
  return compute_ks(sorted_[column], sorted);
}

}  // namespace converge::drift
