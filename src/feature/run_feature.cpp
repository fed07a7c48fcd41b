#include "feature/run_feature.hpp"

#include "store/sql.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::feature {
namespace {

Result<std::int64_t> count_known(store::Tx& tx, const std::string& symbol, const std::string& timeframe,
                                 Instant known_at) {
  TRY(const store::RowSet answer, tx.select(sql::bar_known_count, store::params(symbol, timeframe, known_at)));
  return std::get<std::int64_t>(answer.rows.at(0).at(0));
}

}  // namespace

Result<void> BarSeries::refresh(store::Tx& tx, Instant known_at) {
  TRY(const std::int64_t rows_known, count_known(tx, symbol_, timeframe_, known_at));
  if (!newest_.empty() && known_at >= known_at_) {
    TRY(const bool appended, append_what_came_since(tx, known_at, rows_known));
    if (appended) return {};
  }
  return rebuild(tx, known_at, rows_known);
}

// False when the bars cannot be had by appending. The newest rows are read once more with those after them: a load that was
// rolled back takes rows from the end.
Result<bool> BarSeries::append_what_came_since(store::Tx& tx, Instant known_at, std::int64_t rows_known) {
  const Instant before_newest = newest_.back().known_at - Duration(1);
  TRY(const auto rows,
      tx.load<BarRow>(sql::bar_known_since, store::params(symbol_, timeframe_, before_newest, known_at)));
  if (rows.size() < newest_.size() || !std::ranges::equal(std::span(rows).first(newest_.size()), newest_)) return false;

  const auto fresh = std::span(rows).subspan(newest_.size());
  if (rows_known != rows_known_ + static_cast<std::int64_t>(fresh.size())) return false;
  Instant last = bars_.bar_at.back();
  for (const BarRow& row : fresh) {
    if (row.revision != 0 || row.bar_at <= last) return false;
    last = row.bar_at;
  }
  for (const BarRow& row : fresh) append(row);
  rows_known_ = rows_known;
  known_at_ = known_at;
  return true;
}

Result<void> BarSeries::rebuild(store::Tx& tx, Instant known_at, std::int64_t rows_known) {
  TRY(const auto rows, tx.load<BarRow>(sql::bar_as_known, store::params(symbol_, timeframe_, begin_of_time, known_at,
                                                                        known_at, known_at)));
  bars_ = {};
  newest_.clear();
  text_ = {};
  text_.add(fmt::format("{} {}\n", symbol_, timeframe_));
  for (const BarRow& row : rows) append(row);
  rows_known_ = rows_known;
  known_at_ = known_at;
  ++rebuilds_;
  return {};
}

void BarSeries::append(const BarRow& row) {
  bars_.bar_at.push_back(row.bar_at);
  bars_.open.push_back(row.open.to_double());
  bars_.high.push_back(row.high.to_double());
  bars_.low.push_back(row.low.to_double());
  bars_.close.push_back(row.close.to_double());
  bars_.volume.push_back(row.volume.to_double());
  bars_.open_synthetic.push_back(row.open_synthetic ? 1 : 0);
  text_.add(fmt::format("{} {} {} {} {} {} {}\n", render_instant(row.bar_at), row.open.to_string(),
                        row.high.to_string(), row.low.to_string(), row.close.to_string(), row.volume.to_string(),
                        row.open_synthetic ? 1 : 0));
  if (!newest_.empty() && row.known_at > newest_.back().known_at) newest_.clear();
  if (newest_.empty() || row.known_at == newest_.back().known_at) newest_.push_back(row);
}

std::string BarSeries::snapshot_hash() const {
  Sha256Stream text = text_;
  return text.finish_hex();
}

FeatureSeries::FeatureSeries(FeatureSet features, MatrixCache& cache)
    : features_(std::move(features)), cache_(&cache), stream_(features_) {
  matrix_.names = features_.names();
}

Result<const Matrix*> FeatureSeries::refresh(const BarSeries& series) {
  const Bars& bars = series.bars();
  if (series.rebuilds() != rebuilds_) {
    TRY(matrix_, cache_->load_or_compute(features_, bars, series.snapshot_hash()));
    stream_ = FeatureStream(features_);
    rows_streamed_ = 0;
    rebuilds_ = series.rebuilds();
  }
  if (matrix_.rows() == bars.size()) return &matrix_;
  for (; rows_streamed_ < bars.size(); ++rows_streamed_) {
    const auto values = stream_.push(bar_values(bars, rows_streamed_));
    if (rows_streamed_ < matrix_.rows()) continue;
    matrix_.bar_at.push_back(bars.bar_at[rows_streamed_]);
    matrix_.values.insert(matrix_.values.end(), values.begin(), values.end());
  }
  return &matrix_;
}

Result<void> insert_feature_set(store::Scope& scope, const FeatureSet& features) {
  TRY(const auto known, scope.tx.find<FeatureSetRow>(sql::feature_set_by_hash, store::params(features.hash())));
  if (known) return {};
  return scope.tx.insert(FeatureSetRow{.hash = features.hash(), .spec = features.spec(), .created_at = scope.now});
}

Result<void> insert_label_set(store::Scope& scope, const LabelSet& labels) {
  TRY(const auto known, scope.tx.find<LabelSetRow>(sql::label_set_by_hash, store::params(labels.hash())));
  if (known) return {};
  return scope.tx.insert(LabelSetRow{.hash = labels.hash(), .spec = labels.spec(), .created_at = scope.now});
}

}  // namespace converge::feature
