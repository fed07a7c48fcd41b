// feature/run_feature.hpp — the stage: bars as they were known, the features of each, and the specifications in use.
#pragma once
#include "base/hash.hpp"
#include "feature/feature_set.hpp"
#include "feature/label_set.hpp"
#include "feature/matrix_cache.hpp"
#include "store/db.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace converge::feature {

// The bars of one series as they were known at an instant, kept from tick to tick. A pure accelerator: every refresh is
// checked against the table, and what no longer fits (a correction, an older bar that came late, a load that was rolled back, an
// earlier instant) is read anew. One thread.
class BarSeries {
 public:
  BarSeries(std::string symbol, std::string timeframe) : symbol_(std::move(symbol)), timeframe_(std::move(timeframe)) {}

  // Brings bars() to exactly what the table knew at `known_at`: of each bar the latest revision known then.
  // errors: those of the store; bars() then holds what it held before
  Result<void> refresh(store::Tx& tx, Instant known_at);

  const Bars& bars() const { return bars_; }
  // SHA-256 of the bars' text: a line of symbol and timeframe, then per bar a line of bar_at, open, high, low, close, volume and
  // open_synthetic, with the decimals as they are stored.
  std::string snapshot_hash() const;
  // Grows whenever something other than the end changed: what was computed from the bars before is void.
  std::uint64_t rebuilds() const { return rebuilds_; }

 private:
  Result<bool> append_what_came_since(store::Tx& tx, Instant known_at, std::int64_t rows_known);
  Result<void> rebuild(store::Tx& tx, Instant known_at, std::int64_t rows_known);
  void append(const BarRow& row);

  std::string symbol_, timeframe_;
  Bars bars_;
  Sha256Stream text_;
  std::vector<BarRow> newest_;   // the rows of the table that became known last
  std::int64_t rows_known_ = 0;  // rows of the table behind bars_, all revisions
  Instant known_at_{};
  std::uint64_t rebuilds_ = 0;
};

// The matrix of one feature set over one BarSeries. Equal to compute_matrix(features, series.bars()): a series that was read anew
// comes from the cache, bars at its end are added row by row.
class FeatureSeries {
 public:
  // cache: must outlive the series
  FeatureSeries(FeatureSet features, MatrixCache& cache);

  // series: always the same one, refreshed before. The matrix is valid until the next refresh.
  // errors: those of the cache
  Result<const Matrix*> refresh(const BarSeries& series);
  const FeatureSet& features() const { return features_; }

 private:
  FeatureSet features_;
  MatrixCache* cache_;
  FeatureStream stream_;
  std::size_t rows_streamed_ = 0;  // fewer than the matrix has while all of it comes from the cache
  Matrix matrix_;
  std::uint64_t rebuilds_ = 0;
};

// Writes feature_set, or label_set: the specification under its hash, if it is not there yet. Idempotent by hash.
Result<void> insert_feature_set(store::Scope& scope, const FeatureSet& features);
Result<void> insert_label_set(store::Scope& scope, const LabelSet& labels);

}  // namespace converge::feature
