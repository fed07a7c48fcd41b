#include "drift/dependence.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace converge::drift {
namespace {

// Mid-ranks around their mean.
std::vector<double> compute_centred_ranks(std::span<const double> series) {
  std::vector<std::size_t> order(series.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(
      order, [&](std::size_t a, std::size_t b) { return series[a] != series[b] ? series[a] < series[b] : a < b; });
  std::vector<double> ranks(series.size());
  const double centre = (static_cast<double>(series.size()) - 1) / 2;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t j = i;
    while (j < order.size() && series[order[j]] == series[order[i]]) ++j;
    const double rank = static_cast<double>(i + j - 1) / 2 - centre;
    for (; i < j; ++i) ranks[order[i]] = rank;
  }
  return ranks;
}

double compute_autocovariance(std::span<const double> centred, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = lag; i < centred.size(); ++i) sum += centred[i] * centred[i - lag];
  return sum / static_cast<double>(centred.size());
}

}  // namespace

Dependence::Dependence(std::span<const double> series) : rows_(series.size()) {
  const std::vector<double> ranks = compute_centred_ranks(series);
  const auto n = static_cast<double>(rows_);
  autocovariance_.push_back(rows_ == 0 ? 0.0 : compute_autocovariance(ranks, 0));
  if (autocovariance_[0] <= 0) return;

  // The last lag that matters: after it, `quiet_lags` in a row are within the noise of zero.
  const double noise = 2 * std::sqrt(std::log10(n) / n) * autocovariance_[0];
  const std::size_t quiet_lags =
      std::max<std::size_t>(5, static_cast<std::size_t>(std::ceil(std::sqrt(std::log10(n)))));
  const std::size_t lag_limit = rows_ / 4;
  std::size_t last_lag = 0, quiet = 0;
  for (std::size_t lag = 1; lag <= lag_limit + quiet_lags && quiet < quiet_lags; ++lag) {
    autocovariance_.push_back(compute_autocovariance(ranks, lag));
    quiet = std::abs(autocovariance_.back()) < noise ? quiet + 1 : 0;
    if (quiet == 0) last_lag = std::min(lag, lag_limit);
  }

  // Flat-top taper: full weight on the first half of the lags, falling to nothing at the end of the second.
  const std::size_t lags = std::clamp<std::size_t>(2 * last_lag, 1, std::max<std::size_t>(1, rows_ / 2));
  while (autocovariance_.size() <= lags)
    autocovariance_.push_back(compute_autocovariance(ranks, autocovariance_.size()));
  autocovariance_.resize(lags + 1);
  double spectrum = autocovariance_[0], slope = 0;
  for (std::size_t lag = 1; lag <= lags; ++lag) {
    const double at = static_cast<double>(lag) / static_cast<double>(lags);
    autocovariance_[lag] *= std::min(1.0, 2 * (1 - at));
    spectrum += 2 * autocovariance_[lag];
    slope += 2 * static_cast<double>(lag) * autocovariance_[lag];
  }
  const double block_max = std::ceil(std::min(3 * std::sqrt(n), n / 3));
  const double block = spectrum > 0 ? std::cbrt(1.5 * slope * slope / (spectrum * spectrum) * n) : 1;
  block_rows_ = static_cast<std::size_t>(std::ceil(std::clamp(block, 1.0, std::max(1.0, block_max))));
}

double Dependence::variance_of_sum(std::size_t rows) const {
  double variance = autocovariance_[0];
  for (std::size_t lag = 1; lag < autocovariance_.size() && lag < rows; ++lag)
    variance += 2 * (1 - static_cast<double>(lag) / static_cast<double>(rows)) * autocovariance_[lag];
  // Estimated covariances need not add up to something positive.
  return std::max(variance, autocovariance_[0] / static_cast<double>(std::max<std::size_t>(rows, 1)));
}

double Dependence::effective_rows(std::size_t rows) const {
  const auto n = static_cast<double>(rows);
  if (autocovariance_[0] <= 0) return n;
  return std::min(n, n * autocovariance_[0] / variance_of_sum(rows));
}

double Dependence::variance_factor(std::size_t window_rows, std::size_t block_rows) const {
  if (autocovariance_[0] <= 0) return 1;
  const auto variance = [&](std::size_t rows, std::size_t joined) {
    return variance_of_sum(std::min(rows, joined)) / static_cast<double>(rows);
  };
  const double whole = variance(window_rows, window_rows) + variance(rows_, rows_);
  const double joined = variance(window_rows, block_rows) + variance(rows_, block_rows);
  return std::max(1.0, whole / joined);
}

}  // namespace converge::drift
