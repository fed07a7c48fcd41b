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

bool nearly_same(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::abs(a - b) <= tolerance * std::max({1.0, std::abs(a), std::abs(b)});
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
    bool defined = false;
    for (std::size_t row = 0; row < plain.rows(); ++row) {
      const double a = plain.at(row, column);
      const double b = scaled.at(row, column);
      defined = defined || !std::isnan(a);
      if (nearly_same(a, b)) continue;
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

Result<void> check_truncation(const MatrixFunction& compute, const Bars& bars, std::span<const std::size_t> cuts) {
  if (cuts.empty()) return fail(Errc::invalid_input, "no cut to check for look-ahead");
  const Matrix whole_run = compute(bars);
  for (const std::size_t cut : cuts) {
    if (cut == 0 || cut > bars.size())
      return fail(Errc::invalid_input, fmt::format("cut {}: there are {} bars", cut, bars.size()));
    const Matrix part = compute(take_bars(bars, cut));
    if (part.rows() != cut || part.names != whole_run.names)
      return fail(Errc::contract_violation, fmt::format("cut {}: {} rows came out", cut, part.rows()));
    for (std::size_t i = 0; i < part.values.size(); ++i) {
      if (same_bits(part.values[i], whole_run.values[i])) continue;
      return fail(Errc::contract_violation,
                  fmt::format("feature {} looks ahead: at {} it is {} with all bars and {} with those up to {}",
                              part.names[i % part.columns()], render_instant(part.bar_at[i / part.columns()]),
                              whole_run.values[i], part.values[i], render_instant(part.bar_at.back())));
    }
  }
  return {};
}

Result<void> check_truncation(const FeatureSet& features, const Bars& bars, std::span<const std::size_t> cuts) {
  return check_truncation([&](const Bars& part) { return compute_matrix(features, part); }, bars, cuts);
}

}  // namespace converge::feature
