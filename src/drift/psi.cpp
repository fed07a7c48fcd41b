#include "drift/psi.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace converge::drift {

QuantileBins make_quantile_bins(std::span<const double> sorted_reference, std::size_t bins_max) {
  const std::size_t rows = sorted_reference.size();
  QuantileBins bins;
  for (std::size_t k = 1; k < bins_max; ++k) {
    const double edge = sorted_reference[(rows * k + bins_max - 1) / bins_max - 1];
    // An edge at the maximum would leave an empty last bin; an edge met before is a tie across two quantiles.
    if (edge == sorted_reference.back()) break;
    if (bins.edges.empty() || bins.edges.back() != edge) bins.edges.push_back(edge);
  }
  std::ptrdiff_t counted = 0;
  for (const double edge : bins.edges) {
    const auto upto = std::ranges::upper_bound(sorted_reference, edge) - sorted_reference.begin();
    bins.reference_counts.push_back(upto - counted);
    counted = upto;
  }
  bins.reference_counts.push_back(static_cast<std::ptrdiff_t>(rows) - counted);
  return bins;
}

std::vector<std::int64_t> count_in_bins(const QuantileBins& bins, std::span<const double> rows) {
  std::vector<std::int64_t> counts(bins.edges.size() + 1, 0);
  for (const double row : rows) {
    const auto bin = std::ranges::lower_bound(bins.edges, row) - bins.edges.begin();
    ++counts[static_cast<std::size_t>(bin)];
  }
  return counts;
}

Result<double> compute_psi(std::span<const std::int64_t> reference, std::span<const std::int64_t> current) {
  if (reference.size() != current.size() || reference.empty())
    return fail(Errc::invalid_input, "psi: the samples have different bins, or none");
  if (std::ranges::min(reference) < 0 || std::ranges::min(current) < 0)
    return fail(Errc::invalid_input, "psi: a negative count");
  const auto reference_rows = std::accumulate(reference.begin(), reference.end(), std::int64_t{0});
  const auto current_rows = std::accumulate(current.begin(), current.end(), std::int64_t{0});
  if (reference_rows == 0 || current_rows == 0) return fail(Errc::invalid_input, "psi: a sample has no rows");
  if (reference.size() == 1) return 0.0;

  const double empty_share = 0.5 / static_cast<double>(std::min(reference_rows, current_rows));
  const auto share = [&](std::int64_t count, std::int64_t rows) {
    return count == 0 ? empty_share : static_cast<double>(count) / static_cast<double>(rows);
  };
  double psi = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double r = share(reference[i], reference_rows);
    const double c = share(current[i], current_rows);
    psi += (c - r) * std::log(c / r);
  }
  return psi;
}

Result<double> compute_psi_max(std::span<const std::int64_t> reference, std::int64_t current_rows) {
  double psi_max = 0;
  std::vector<std::int64_t> current(reference.size(), 0);
  for (std::size_t i = 0; i < current.size(); ++i) {
    current[i] = current_rows;
    TRY(const double psi, compute_psi(reference, current));
    psi_max = std::max(psi_max, psi);
    current[i] = 0;
  }
  if (current.empty()) return fail(Errc::invalid_input, "psi: no bins");
  return psi_max;
}

}  // namespace converge::drift
