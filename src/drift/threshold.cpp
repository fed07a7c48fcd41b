#include "drift/threshold.hpp"

#include "drift/dependence.hpp"
#include "drift/ks.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

namespace converge::drift {
namespace {

constexpr Statistic feature_statistics[] = {Statistic::psi, Statistic::ks};

// `count` row numbers in circular blocks.
std::vector<std::size_t> draw_blocks(std::size_t count, std::size_t rows, std::size_t block_rows, Rng& rng) {
  std::vector<std::size_t> drawn;
  drawn.reserve(count);
  while (drawn.size() < count) {
    const std::size_t begin = rng.below(rows);
    for (std::size_t i = 0; i < block_rows && drawn.size() < count; ++i) drawn.push_back((begin + i) % rows);
  }
  return drawn;
}

// The value that a share `alarm_rate` of `values` exceeds.
double compute_upper_quantile(std::vector<double> values, double alarm_rate) {
  const auto above = static_cast<std::size_t>(alarm_rate * static_cast<double>(values.size()));
  const auto at = values.end() - 1 - static_cast<std::ptrdiff_t>(std::min(above, values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// How much wider a tail is when its variance was learnt from few rows: Student's quantile over the normal one, squared.
double compute_small_sample_factor(double effective_rows, double tail) {
  const double student = boost::math::quantile(boost::math::students_t(std::max(1.0, effective_rows - 1)), 1 - tail);
  const double normal = boost::math::quantile(boost::math::normal(), 1 - tail);
  return student * student / (normal * normal);
}

double count_windows(std::size_t reference_rows, std::size_t sessions, std::size_t block_rows) {
  return static_cast<double>(reference_rows) / static_cast<double>(std::max(sessions, block_rows));
}

bool lies_below_max(const Threshold& t, const CalibrationOptions& options) {
  return !t.statistic_max || t.threshold < (1 - options.margin_to_max) * *t.statistic_max;
}

// A column whose rows can be drawn with repetition and come out sorted without sorting.
class SortedColumn {
 public:
  explicit SortedColumn(const std::vector<double>& values) : values_(values), order_(values.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::ranges::sort(
        order_, [&](std::size_t a, std::size_t b) { return values[a] != values[b] ? values[a] < values[b] : a < b; });
  }
  // times_drawn: by row
  void draw(std::span<const std::uint32_t> times_drawn, std::vector<double>& sorted) const {
    sorted.clear();
    for (const std::size_t row : order_) sorted.insert(sorted.end(), times_drawn[row], values_[row]);
  }

 private:
  const std::vector<double>& values_;
  std::vector<std::size_t> order_;
};

// Statistics between two samples drawn from the reference: by statistic, window, column and resample.
class NullDistribution {
 public:
  NullDistribution(const Reference& reference, const CalibrationOptions& options)
      : reference_(reference), options_(options) {}

  Result<void> draw(std::size_t block_rows, Rng& rng) {
    std::vector<SortedColumn> columns;
    for (const auto& column : reference_.columns()) columns.emplace_back(column);
    std::vector<double> sorted_reference;
    for (std::size_t resample = 0; resample < options_.resamples; ++resample) {
      std::vector<std::uint32_t> times_drawn(reference_.rows(), 0);
      for (const std::size_t row : draw_blocks(reference_.rows(), reference_.rows(), block_rows, rng))
        ++times_drawn[row];
      std::vector<std::vector<std::size_t>> windows;
      for (const std::size_t sessions : options_.windows_sessions)
        windows.push_back(draw_blocks(sessions, reference_.rows(), block_rows, rng));
      for (std::size_t column = 0; column < columns.size(); ++column) {
        columns[column].draw(times_drawn, sorted_reference);
        TRY_VOID(compare(column, sorted_reference, windows));
      }
    }
    return {};
  }

  std::vector<double>& values(Statistic statistic, std::size_t window, std::size_t column) {
    const std::size_t row = (statistic == Statistic::psi ? 0 : 1) * options_.windows_sessions.size() + window;
    return values_[row * reference_.names().size() + column];
  }

 private:
  Result<void> compare(std::size_t column, std::span<const double> sorted_reference,
                       std::span<const std::vector<std::size_t>> windows) {
    const QuantileBins bins = make_quantile_bins(sorted_reference, options_.bins_max);
    for (std::size_t window = 0; window < windows.size(); ++window) {
      std::vector<double> current;
      for (const std::size_t row : windows[window]) current.push_back(reference_.columns()[column][row]);
      std::ranges::sort(current);
      TRY(const double psi, compute_psi(bins.reference_counts, count_in_bins(bins, current)));
      TRY(const double ks, compute_ks(sorted_reference, current));
      values(Statistic::psi, window, column).push_back(psi);
      values(Statistic::ks, window, column).push_back(ks);
    }
    return {};
  }

  const Reference& reference_;
  const CalibrationOptions& options_;
  std::vector<std::vector<double>> values_ =
      std::vector<std::vector<double>>(2 * options_.windows_sessions.size() * reference_.names().size());
};

// The joint statistic's own threshold, from the same resamples: how large the largest ratio gets without drift.
Threshold calibrate_joint(NullDistribution& null, Statistic statistic, std::size_t window,
                          std::span<const Threshold> thresholds, std::span<const double> widening,
                          const CalibrationOptions& options) {
  Threshold joint{.statistic = statistic,
                  .window_sessions = options.windows_sessions[window],
                  .feature = std::string(joint_feature),
                  .statistic_max = std::nullopt,
                  .reference_windows = thresholds.front().reference_windows,
                  .block_rows = thresholds.front().block_rows};
  std::vector<double> largest(options.resamples, 0.0);
  for (std::size_t column = 0; column < thresholds.size(); ++column) {
    const Threshold& t = thresholds[column];
    if (!t.is_sufficient) continue;
    const auto& values = null.values(statistic, window, column);
    for (std::size_t i = 0; i < values.size(); ++i)
      largest[i] = std::max(largest[i], std::min(values[i] * widening[column], *t.statistic_max) / t.threshold);
    joint.statistic_max = std::max(joint.statistic_max.value_or(0), *t.statistic_max / t.threshold);
    joint.effective_rows =
        joint.effective_rows == 0 ? t.effective_rows : std::min(joint.effective_rows, t.effective_rows);
  }
  joint.threshold = compute_upper_quantile(std::move(largest), options.alarm_rate);
  joint.is_sufficient = joint.statistic_max.has_value() && lies_below_max(joint, options);
  return joint;
}

}  // namespace

Result<std::vector<Decision>> calibrate_features(const Reference& reference, const CalibrationOptions& options,
                                                 Rng& rng) {
  std::vector<Dependence> dependence;
  std::size_t block_rows = 1;
  for (const auto& column : reference.columns()) {
    const auto& d = dependence.emplace_back(column);
    block_rows = std::max(block_rows, d.block_rows());
  }
  NullDistribution null(reference, options);
  TRY_VOID(null.draw(block_rows, rng));
  // The decision looks at the largest of all columns, so each counts at its share of the alarm rate.
  const double tail = options.alarm_rate / 2 / static_cast<double>(reference.names().size());

  std::vector<Decision> decisions;
  for (const Statistic statistic : feature_statistics) {
    for (std::size_t window = 0; window < options.windows_sessions.size(); ++window) {
      const std::size_t sessions = options.windows_sessions[window];
      std::vector<Threshold> thresholds;
      std::vector<double> widening;
      for (std::size_t column = 0; column < reference.names().size(); ++column) {
        const Dependence& d = dependence[column];
        const double reference_effective_rows = d.effective_rows(d.rows());
        const double factor =
            d.variance_factor(sessions, block_rows) * compute_small_sample_factor(reference_effective_rows, tail);
        widening.push_back(statistic == Statistic::psi ? factor : std::sqrt(factor));
        double statistic_max = ks_max;
        if (statistic == Statistic::psi) {
          TRY(statistic_max,
              compute_psi_max(reference.bins(column).reference_counts, static_cast<std::int64_t>(sessions)));
        }
        const double quantile = compute_upper_quantile(null.values(statistic, window, column), options.alarm_rate);
        Threshold t{.statistic = statistic,
                    .window_sessions = sessions,
                    .feature = reference.names()[column],
                    .threshold = std::min(quantile * widening.back(), statistic_max),
                    .statistic_max = statistic_max,
                    .effective_rows = d.effective_rows(sessions),
                    .reference_windows = count_windows(d.rows(), sessions, block_rows),
                    .block_rows = block_rows};
        t.is_sufficient =
            reference_effective_rows >= options.effective_rows_min && t.threshold > 0 && lies_below_max(t, options);
        thresholds.push_back(std::move(t));
      }
      Threshold all = calibrate_joint(null, statistic, window, thresholds, widening, options);
      decisions.push_back({.all = std::move(all), .features = std::move(thresholds)});
    }
  }
  return decisions;
}

Result<std::vector<Decision>> calibrate_losses(std::span<const double> losses, const CalibrationOptions& options,
                                               Rng& rng) {
  if (losses.empty()) return fail(Errc::invalid_input, "drift: no losses of the reference");
  const Dependence dependence(losses);
  const std::size_t block_rows = dependence.block_rows();
  const double reference_effective_rows = dependence.effective_rows(losses.size());
  const auto draw_mean = [&](std::size_t count) {
    double sum = 0;
    for (const std::size_t row : draw_blocks(count, losses.size(), block_rows, rng)) sum += losses[row];
    return sum / static_cast<double>(count);
  };
  const double mean = std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
  std::vector<Decision> decisions;
  for (const std::size_t sessions : options.windows_sessions) {
    std::vector<double> excess;
    for (std::size_t i = 0; i < options.resamples; ++i) {
      const double reference = draw_mean(losses.size());
      excess.push_back(draw_mean(sessions) - reference);
    }
    const double widening = std::sqrt(dependence.variance_factor(sessions, block_rows) *
                                      compute_small_sample_factor(reference_effective_rows, options.alarm_rate));
    Threshold all{.statistic = Statistic::log_loss,
                  .window_sessions = sessions,
                  .feature = std::string(joint_feature),
                  .threshold = mean + widening * compute_upper_quantile(std::move(excess), options.alarm_rate),
                  .statistic_max = std::nullopt,
                  .effective_rows = dependence.effective_rows(sessions),
                  .reference_windows = count_windows(losses.size(), sessions, block_rows),
                  .block_rows = block_rows,
                  .is_sufficient = reference_effective_rows >= options.effective_rows_min};
    decisions.push_back({.all = std::move(all), .features = {}});
  }
  return decisions;
}

Joint compute_joint(std::span<const double> values, std::span<const Threshold> thresholds) {
  Joint joint;
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    if (!thresholds[i].is_sufficient) continue;
    const double ratio = values[i] / thresholds[i].threshold;
    if (joint.worst && ratio <= joint.value) continue;
    joint = {.value = ratio, .worst = i};
  }
  return joint;
}

Verdict compute_verdict(const Threshold& threshold, double value, std::size_t rows) {
  if (!threshold.is_sufficient || rows < threshold.window_sessions) return Verdict::insufficient_evidence;
  return value > threshold.threshold ? Verdict::drift : Verdict::stable;
}

}  // namespace converge::drift
