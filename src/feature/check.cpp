#include "feature/check.hpp"

#include "base/rng.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <bit>
#include <cmath>

namespace converge::feature {
namespace {

constexpr double price_factor = 7.3;
constexpr double volume_factor = 3;
constexpr double tolerance = 1e-6;

// A random walk that starts at 100, every bar with a range and a volume of its own.
Bars make_walk(std::size_t n) {
  Rng rng(20'150'102);
  Bars bars;
  double close = 100;
  for (std::size_t i = 0; i < n; ++i) {
    const double open = close * std::exp(0.003 * rng.normal());
    close = open * std::exp(0.01 * rng.normal());
    bars.bar_at.push_back(Instant(std::chrono::days(i)));
    bars.open.push_back(open);
    bars.high.push_back(std::max(open, close) * (1 + 0.01 * rng.uniform()));
    bars.low.push_back(std::min(open, close) * (1 - 0.01 * rng.uniform()));
    bars.close.push_back(close);
    bars.volume.push_back(1e6 * std::exp(0.3 * rng.normal()));
    bars.open_synthetic.push_back(0);
  }
  return bars;
}

Bars scale_bars(Bars bars) {
  for (auto* prices : {&bars.open, &bars.high, &bars.low, &bars.close})
    for (double& price : *prices) price *= price_factor;
  for (double& volume : bars.volume) volume *= volume_factor;
  return bars;
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool nearly_same(double a, double b, double scale) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::abs(a - b) <= tolerance * scale;
}

// The largest absolute value of a column; 0 when it is never defined.
double find_scale(const Matrix& matrix, std::size_t column) {
  double scale = 0;
  for (std::size_t row = 0; row < matrix.rows(); ++row)
    if (!std::isnan(matrix.at(row, column))) scale = std::max(scale, std::abs(matrix.at(row, column)));
  return scale;
}

bool is_same_label(const Label& a, const Label& b) {
  return a.row == b.row && a.label == b.label && same_bits(a.value, b.value) && a.t0 == b.t0 && a.t1 == b.t1;
}

Result<void> check_cuts(const Bars& bars, std::span<const std::size_t> cuts) {
  if (cuts.empty()) return fail(Errc::invalid_input, "no cut to check for look-ahead");
  for (const std::size_t cut : cuts)
    if (cut == 0 || cut > bars.size())
      return fail(Errc::invalid_input, fmt::format("cut {}: there are {} bars", cut, bars.size()));
  return {};
}

}  // namespace

Bars take_bars(const Bars& bars, std::size_t n) {
  const auto head = [n](const auto& column) {
    return std::decay_t<decltype(column)>(column.begin(), column.begin() + static_cast<std::ptrdiff_t>(n));
  };
  return {head(bars.bar_at), head(bars.open),   head(bars.high),          head(bars.low),
          head(bars.close),  head(bars.volume), head(bars.open_synthetic)};
}

Result<void> check_scale_free(const FeatureSet& features) {
  const Bars bars = make_walk(features.lookback() + 300);
  const Matrix plain = compute_matrix(features, bars);
  const Matrix scaled = compute_matrix(features, scale_bars(bars));
  for (std::size_t column = 0; column < plain.columns(); ++column) {
    const double scale = std::max(find_scale(plain, column), find_scale(scaled, column));
    bool defined = false;
    for (std::size_t row = 0; row < plain.rows(); ++row) {
      const double a = plain.at(row, column);
      const double b = scaled.at(row, column);
      defined = defined || !std::isnan(a);
      if (nearly_same(a, b, scale)) continue;
      return fail(
          Errc::invalid_input,
          fmt::format("feature {} depends on the price or volume level: {} becomes {} when prices are multiplied by {} "
                      "and volume by {}; divide it by something of the same unit",
                      plain.names[column], a, b, price_factor, volume_factor));
    }
    if (!defined)
      return fail(Errc::invalid_input, fmt::format("feature {} has no value on any bar", plain.names[column]));
  }
  return {};
}

Result<void> check_truncation(const MatrixFunction& compute, const Matrix& matrix, const Bars& bars,
                              std::span<const std::size_t> cuts) {
  TRY_VOID(check_cuts(bars, cuts));
  if (matrix.rows() != bars.size())
    return fail(Errc::contract_violation, fmt::format("{} rows of features for {} bars", matrix.rows(), bars.size()));
  for (const std::size_t cut : cuts) {
    const Matrix part = compute(take_bars(bars, cut));
    if (part.rows() != cut || part.names != matrix.names)
      return fail(Errc::contract_violation, fmt::format("cut {}: {} rows came out", cut, part.rows()));
    for (std::size_t i = 0; i < part.values.size(); ++i) {
      if (same_bits(part.values[i], matrix.values[i])) continue;
      return fail(
          Errc::contract_violation,
          fmt::format(
              "feature {} looks ahead, or was not made of these bars: at {} it is {}, and {} from those up to {}",
              part.names[i % part.columns()], render_instant(part.bar_at[i / part.columns()]), matrix.values[i],
              part.values[i], render_instant(part.bar_at.back())));
    }
  }
  return {};
}

Result<void> check_truncation(const MatrixFunction& compute, const Bars& bars, std::span<const std::size_t> cuts) {
  return check_truncation(compute, compute(bars), bars, cuts);
}

Result<void> check_truncation(const FeatureSet& features, const Bars& bars, std::span<const std::size_t> cuts) {
  return check_truncation([&](const Bars& part) { return compute_matrix(features, part); }, bars, cuts);
}

Result<void> check_label_truncation(const LabelFunction& compute, std::span<const Label> labels, const Bars& bars,
                                    std::span<const std::size_t> cuts) {
  TRY_VOID(check_cuts(bars, cuts));
  for (const std::size_t cut : cuts) {
    const std::vector<Label> part = compute(take_bars(bars, cut));
    const Instant last = bars.bar_at[cut - 1];
    const auto ended = static_cast<std::size_t>(
        std::ranges::count_if(labels, [last](const Label& label) { return label.t1 <= last; }));
    if (part.size() != ended)
      return fail(Errc::contract_violation,
                  fmt::format("{} labels had ended by {} with all bars, {} with those up to it", ended,
                              render_instant(last), part.size()));
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (is_same_label(part[i], labels[i])) continue;
      return fail(Errc::contract_violation,
                  fmt::format("the label of {} looks beyond its end: {} with all bars and {} with those up to {}",
                              render_instant(part[i].t0), labels[i].value, part[i].value, render_instant(last)));
    }
  }
  return {};
}

}  // namespace converge::feature
