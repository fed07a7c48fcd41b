// drift/threshold.hpp — how large a statistic gets without any drift, learnt from the reference itself.
//
// Pure. Fixed limits (PSI 0.1, KS p < 0.05) fire on 70 to 100 % of windows of an autocorrelated feature without drift. Here
// both samples are drawn anew from the reference, in blocks that keep its autocorrelation and the same rows for all
// features, and the threshold is the quantile of the statistic between them. null_rate_test.cpp measures the rates.
//
// One decision per (statistic, window): feature `all`, the largest value / threshold over the features. The rows of single
// features, `all.distance` among them, are its explanation and decide nothing: twelve decisions at 1 % are 11 %.
#pragma once
#include "base/rng.hpp"
#include "drift/reference.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace converge::drift {

inline constexpr std::string_view joint_feature = "all";

struct CalibrationOptions {
  std::vector<std::size_t> windows_sessions{21, 63};
  double alarm_rate = 0.01;  // false alarms per decision
  std::size_t resamples = 1000;
  std::size_t bins_max = 10;
  // A reference worth fewer independent rows has more likely than not never seen an event of 1 %: 0.99^69 = 0.5.
  double effective_rows_min = 69;
  // A threshold within this share of the statistic's maximum cannot be exceeded by anything that would mean something.
  double margin_to_max = 0.05;
};

// One line of a calibration. Alarm when the value is above the threshold and the evidence is sufficient.
struct Threshold {
  Statistic statistic{};
  std::size_t window_sessions = 0;
  std::string feature;
  double threshold = 0;
  std::optional<double> statistic_max;  // none: unbounded
  double effective_rows = 0;            // independent rows that a window is worth
  double reference_windows = 0;  // rows of the reference over the longer of window and block: what it was learnt from
  std::size_t block_rows = 0;
  bool is_sufficient = false;

  bool operator==(const Threshold&) const = default;
};

// One statistic at one window: the decision, and the features that explain it.
struct Decision {
  Threshold all;
  std::vector<Threshold> features;  // in order of Reference::names(); none for log_loss

  bool operator==(const Decision&) const = default;
};

// PSI and KS at every window.
//   notes  thresholds are widened by what a block bootstrap lacks: Dependence::variance_factor and, because the variance is
//          learnt from few effective rows, Student's quantile over the normal one. PSI goes with the variance, KS with its root
//   source circular blocks: Politis and Romano, in Exploring the Limits of Bootstrap (1992)
Result<std::vector<Decision>> calibrate_features(const Reference& reference, const CalibrationOptions& options,
                                                 Rng& rng);

// Mean log loss of a window. losses: of the model on rows it was not fitted on, in time order; at least one. Those of the
// rows that the gate judged are mildly flattered, because a model that was unlucky on them is no champion: the threshold is a
// little too low by them.
Result<std::vector<Decision>> calibrate_losses(std::span<const double> losses, const CalibrationOptions& options,
                                               Rng& rng);

// The joint statistic: largest value / threshold over the sufficient thresholds, and which one; 0 and none without any.
//   values  as many as thresholds, in their order
struct Joint {
  double value = 0;
  std::optional<std::size_t> worst;
};
Joint compute_joint(std::span<const double> values, std::span<const Threshold> thresholds);

using Verdict = DriftReportVerdict;

// rows: how many the value was computed from; fewer than the window are not enough.
Verdict compute_verdict(const Threshold& threshold, double value, std::size_t rows);

}  // namespace converge::drift
