#include "evaluate/bootstrap.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>
#include <vector>

namespace converge::evaluate {
namespace {

// Running sums of the values laid out twice, so a block that wraps around the end is still one difference.
std::vector<double> compute_running_sums(std::span<const double> values) {
  std::vector<double> sums{0};
  for (int lap = 0; lap < 2; ++lap)
    for (const double value : values) sums.push_back(sums.back() + value);
  return sums;
}

// Length of a block: geometric with the given mean, at most `left`.
std::size_t draw_length(Rng& rng, double block_mean, std::size_t left) {
  if (block_mean <= 1) return 1;
  const double length = 1 + std::floor(std::log1p(-rng.uniform()) / std::log1p(-1 / block_mean));
  return length >= static_cast<double>(left) ? left : static_cast<std::size_t>(length);
}

double compute_quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double compute_expansion(double blocks, double tail) {
  const double student = boost::math::quantile(boost::math::students_t(blocks - 1), 1 - tail);
  const double normal = boost::math::quantile(boost::math::normal(), 1 - tail);
  return student / normal * std::sqrt(blocks / (blocks - 1));
}

}  // namespace

Result<Interval> compute_mean_interval(std::span<const double> values, const BootstrapOptions& options, Rng& rng) {
  const double blocks = static_cast<double>(values.size()) / options.block_mean;
  const bool is_possible = blocks >= 2 && options.block_mean >= 1 && options.resamples >= 1 && options.confidence > 0 &&
                           options.confidence < 1 &&
                           std::ranges::all_of(values, [](double v) { return std::isfinite(v); });
  if (!is_possible)
    return fail(Errc::invalid_input,
                "bootstrap: two blocks of finite values or more, block_mean >= 1, confidence in (0, 1)");

  const auto sums = compute_running_sums(values);
  std::vector<double> means;
  means.reserve(static_cast<std::size_t>(options.resamples));
  for (std::int64_t resample = 0; resample < options.resamples; ++resample) {
    double sum = 0;
    for (std::size_t left = values.size(); left > 0;) {
      const std::size_t start = rng.below(values.size());
      const std::size_t length = draw_length(rng, options.block_mean, left);
      sum += sums[start + length] - sums[start];
      left -= length;
    }
    means.push_back(sum / static_cast<double>(values.size()));
  }
  std::ranges::sort(means);
  const double tail = (1 - options.confidence) / 2;
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  const double expansion = compute_expansion(blocks, tail);
  return Interval{mean + expansion * (compute_quantile(means, tail) - mean),
                  mean + expansion * (compute_quantile(means, 1 - tail) - mean)};
}

}  // namespace converge::evaluate
