#include "drift/distance.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <cmath>

namespace converge::drift {

using Rows = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

Distance::Distance(const feature::Matrix& rows) : mean_(rows.columns()), whitening_(rows.columns() * rows.columns()) {
  const auto columns = static_cast<Eigen::Index>(rows.columns());
  const Rows values(rows.values.data(), static_cast<Eigen::Index>(rows.rows()), columns);
  const Eigen::RowVectorXd mean = values.colwise().mean();
  Eigen::MatrixXd scaled = values.rowwise() - mean;
  Eigen::VectorXd weight(columns);  // 1 / standard deviation, 0 for a constant column
  for (Eigen::Index j = 0; j < columns; ++j) {
    const double deviation = std::sqrt(scaled.col(j).squaredNorm() / static_cast<double>(scaled.rows()));
    weight(j) = deviation > 0 ? 1 / deviation : 0;
    scaled.col(j) *= weight(j);
  }
  Eigen::MatrixXd correlation = scaled.transpose() * scaled / static_cast<double>(scaled.rows());
  correlation *= 1 - shrinkage;
  correlation.diagonal().setOnes();

  Eigen::MatrixXd whitening = Eigen::MatrixXd::Identity(columns, columns);
  correlation.llt().matrixL().solveInPlace(whitening);
  whitening *= weight.asDiagonal();
  for (Eigen::Index j = 0; j < columns; ++j) {
    mean_[static_cast<std::size_t>(j)] = mean(j);
    for (Eigen::Index k = 0; k < columns; ++k) whitening_[static_cast<std::size_t>(j * columns + k)] = whitening(j, k);
  }
}

double Distance::compute(std::span<const double> row) const {
  double distance = 0;
  for (std::size_t j = 0; j < mean_.size(); ++j) {
    double z = 0;
    for (std::size_t k = 0; k <= j; ++k) z += whitening_[j * mean_.size() + k] * (row[k] - mean_[k]);
    distance += z * z;
  }
  return distance;
}

}  // namespace converge::drift
