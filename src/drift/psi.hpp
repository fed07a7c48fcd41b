// drift/psi.hpp — population stability index: how far shares over bins have moved from the reference.
//
// Pure. Says nothing about whether the move is unusual: drift/threshold.hpp does.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace converge::drift {

// Bins cut at quantiles of a reference. Bin i holds values in (edges[i - 1], edges[i]]; the first and last are open.
struct QuantileBins {
  std::vector<double> edges;                   // ascending, distinct; one fewer than there are bins
  std::vector<std::int64_t> reference_counts;  // rows of the reference per bin, never 0

  bool operator==(const QuantileBins&) const = default;
};

// sorted_reference  ascending, at least one row, no NaN
// bins_max          bins asked for; ties merge bins, and a constant reference leaves one
QuantileBins make_quantile_bins(std::span<const double> sorted_reference, std::size_t bins_max);

// Rows per bin, in any order of rows.
std::vector<std::int64_t> count_in_bins(const QuantileBins& bins, std::span<const double> rows);

// The index of two binned samples: sum of (c - r) ln(c / r) over bins, c and r the shares of current and reference.
//   returns  dimensionless, >= 0; 0 when the shares are equal, or when there is only one bin
//   errors   invalid_input: shapes differ, no bins, a negative count, or a sample without rows
//   notes    an empty bin of either sample has the share 0.5 / n, n the rows of the smaller sample, so the log stays finite
//   source   Jeffreys, Theory of Probability 3.10 (the symmetric divergence); Siddiqi, Credit Risk Scorecards, chapter 9
Result<double> compute_psi(std::span<const std::int64_t> reference, std::span<const std::int64_t> current);

// The largest index that a window of `current_rows` can have against this reference: all its rows in one bin.
// errors: as compute_psi
Result<double> compute_psi_max(std::span<const std::int64_t> reference, std::int64_t current_rows);

}  // namespace converge::drift
