// drift/dependence.hpp — how much consecutive rows repeat each other, and what that makes of a window.
//
// Pure. Market features are autocorrelated: 250 rows of an AR(0.99) are worth two independent ones.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace converge::drift {

// Second moments of the ranks of a series. Ranks, because PSI and KS see nothing else and volume spikes must not count more.
class Dependence {
 public:
  // series: in time order, no NaN
  explicit Dependence(std::span<const double> series);

  std::size_t rows() const { return rows_; }
  // Length of the blocks whose bootstrap keeps the autocorrelation: 1 for independent rows.
  //   source  Politis and White, Econometric Reviews 23 (2004), with the correction of Patton, Politis and White,
  //           Econometric Reviews 28 (2009): circular blocks, at most min(3 sqrt(n), n / 3)
  std::size_t block_rows() const { return block_rows_; }
  // Independent rows whose mean varies as much as the mean of `rows` consecutive ones: 0 < result <= rows.
  double effective_rows(std::size_t rows) const;
  // By what factor a bootstrap in blocks of `block_rows` understates the variance of a window's distance from the
  // reference, because correlation ends where two blocks meet: >= 1.
  //   source  the O(1 / block) bias of Kuensch, Annals of Statistics 17 (1989), theorem 3.3, from the variances themselves
  double variance_factor(std::size_t window_rows, std::size_t block_rows) const;

 private:
  // Variance of the sum of `rows` consecutive rows, divided by rows.
  double variance_of_sum(std::size_t rows) const;

  std::size_t rows_ = 0;
  std::size_t block_rows_ = 1;
  std::vector<double> autocovariance_;  // by lag, tapered; at least lag 0
};

}  // namespace converge::drift
