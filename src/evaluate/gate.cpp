#include "evaluate/gate.hpp"

#include "model/metrics.hpp"

#include <fmt/format.h>
#include <vector>

namespace converge::evaluate {

Result<GateVerdict> compute_verdict(std::span<const GateRow> rows, const GateOptions& options,
                                    std::string_view reference_name, Rng& rng) {
  GateVerdict verdict{.is_promoted = false,
                      .rows = static_cast<std::int64_t>(rows.size()),
                      .score = {},
                      .interval = {},
                      .candidate_log_loss = {},
                      .reference_log_loss = {},
                      .reason = {}};
  if (verdict.rows < options.rows_min) {
    verdict.reason = fmt::format("insufficient_evidence: {} rows, {} needed", verdict.rows, options.rows_min);
    return verdict;
  }

  std::vector<double> improvements;
  double candidate = 0, reference = 0;
  for (const GateRow& row : rows) {
    const double loss = model::compute_log_loss(row.label, row.score);
    const double reference_loss = model::compute_log_loss(row.label, row.reference_score);
    improvements.push_back(reference_loss - loss);
    candidate += loss;
    reference += reference_loss;
  }
  TRY(const Interval interval, compute_mean_interval(improvements, options.bootstrap, rng));
  const auto count = static_cast<double>(rows.size());
  verdict.candidate_log_loss = candidate / count;
  verdict.reference_log_loss = reference / count;
  verdict.score = *verdict.reference_log_loss - *verdict.candidate_log_loss;
  verdict.interval = interval;
  verdict.is_promoted = interval.low > 0;
  verdict.reason = fmt::format(
      "log loss {:.4f} against {:.4f} for {} on {} rows: improvement {:+.4f}, {:g}% interval {:+.4f} to {:+.4f} {}",
      *verdict.candidate_log_loss, *verdict.reference_log_loss, reference_name, verdict.rows, *verdict.score,
      options.bootstrap.confidence * 100, interval.low, interval.high,
      verdict.is_promoted ? "lies above zero" : "does not lie above zero");
  return verdict;
}

}  // namespace converge::evaluate
