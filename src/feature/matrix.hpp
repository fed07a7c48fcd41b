// feature/matrix.hpp — bars as columns, and the matrix of features computed from them.
#pragma once
#include "base/time.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace converge::feature {

// Bars of one symbol and timeframe in time order, as they were known at one instant (the latest revision known then).
// All columns have the same length. Prices are statistics here, so double; money stays DECIMAL in the store.
struct Bars {
  std::vector<Instant> bar_at;
  std::vector<double> open, high, low, close, volume;
  std::vector<std::uint8_t> open_synthetic;

  std::size_t size() const { return bar_at.size(); }
};

// Features of consecutive bars, row-major, shape [bar_at.size(), names.size()]; NaN where a feature is not defined yet.
struct Matrix {
  std::vector<std::string> names;
  std::vector<Instant> bar_at;
  std::vector<double> values;

  std::size_t rows() const { return bar_at.size(); }
  std::size_t columns() const { return names.size(); }
  std::span<const double> row(std::size_t i) const { return {values.data() + i * columns(), columns()}; }
  double at(std::size_t row, std::size_t column) const { return values[row * columns() + column]; }
  bool is_complete(std::size_t i) const;  // no NaN in row i
};

// The label of one bar. The span [t0, t1] is the time that the label looks ahead over: purging works on it. What a label
// takes from before t0 was known at the bar.
struct Label {
  std::size_t row = 0;  // index of the bar
  int label = 0;        // 0 or 1
  double value = 0;     // the quantity behind the label
  Instant t0{};         // close of the bar itself
  Instant t1{};         // close of the last bar the label looks at
};

}  // namespace converge::feature
