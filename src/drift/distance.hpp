// drift/distance.hpp — how far a row lies from the middle of the reference, given how features move together.
#pragma once
#include "feature/matrix.hpp"

#include <span>
#include <vector>

namespace converge::drift {

// Mahalanobis' squared distance, fitted to a reference. One more column beside the features: it alone moves when features
// keep their own distributions and lose their correlation.
class Distance {
 public:
  // rows: complete, at least one. A constant column takes no part. Correlations are shrunk by `shrinkage` towards none, so
  // that columns which nearly repeat each other do not divide by zero.
  explicit Distance(const feature::Matrix& rows);
  static constexpr double shrinkage = 1e-3;

  // row: as many columns as the reference. returns >= 0, about the number of columns in the middle of the reference
  //   source  Mahalanobis, Proceedings of the National Institute of Sciences of India 2 (1936)
  double compute(std::span<const double> row) const;

 private:
  std::vector<double> mean_;
  std::vector<double> whitening_;  // lower triangle, row-major, shape [columns, columns]: covariance of the result is 1
};

}  // namespace converge::drift
