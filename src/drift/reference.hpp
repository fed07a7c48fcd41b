// drift/reference.hpp — a champion's training window, ready to be compared with recent rows.
//
// Pure. Columns are the features in order, then `all.distance` (drift/distance.hpp). Rows with a NaN are left out.
#pragma once
#include "contract/rows.hpp"
#include "drift/distance.hpp"
#include "drift/psi.hpp"
#include "feature/matrix.hpp"

#include <string>
#include <vector>

namespace converge::drift {

inline constexpr std::string_view distance_feature = "all.distance";

using Statistic = DriftReferenceStatistic;

// Values of some complete rows by column, each in time order, all of the same length.
using Columns = std::vector<std::vector<double>>;

class Reference {
 public:
  // errors: invalid_input when fewer than `rows_min` rows are complete
  static Result<Reference> make(const feature::Matrix& training_window, std::size_t bins_max);
  static constexpr std::size_t rows_min = 100;

  std::size_t rows() const { return columns_.front().size(); }
  const std::vector<std::string>& names() const { return names_; }
  const Columns& columns() const { return columns_; }
  const QuantileBins& bins(std::size_t column) const { return bins_[column]; }
  // Names the reference: hash of its feature names and of every bit of its values.
  const std::string& sha256() const { return sha256_; }

  // The last `rows_max` complete rows of `recent`, with their distance: as many columns as the reference.
  // errors: invalid_input when the features are not those of the reference
  Result<Columns> take_window(const feature::Matrix& recent, std::size_t rows_max) const;

  // psi or ks of one column. window: at least one row. errors: invalid_input
  Result<double> compare(Statistic statistic, std::size_t column, std::span<const double> window) const;

 private:
  explicit Reference(const feature::Matrix& complete) : distance_(complete) {}

  Distance distance_;
  std::vector<std::string> names_;
  Columns columns_;
  Columns sorted_;
  std::vector<QuantileBins> bins_;
  std::string sha256_;
};

}  // namespace converge::drift
