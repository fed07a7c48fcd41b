#include "drift/run_drift.hpp"

#include "model/metrics.hpp"
#include "store/sql.hpp"
#include "wire/json.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <numeric>

namespace converge::drift {
namespace {

using store::params;
using store::Scope;

Result<std::vector<DriftReferenceRow>> load_reference_rows(Scope& scope, const std::string& model_version_id) {
  return scope.tx.load<DriftReferenceRow>(sql::drift_reference_of_version, params(model_version_id));
}

Result<std::vector<double>> load_reference_losses(Scope& scope, const std::string& model_version_id) {
  TRY(const auto scores, scope.tx.select(sql::drift_reference_scores, params(model_version_id)));
  std::vector<double> losses;
  for (const auto& row : scores.rows) {
    const auto label = static_cast<int>(std::get<std::int64_t>(row[0]));
    losses.push_back(model::compute_log_loss(label, std::get<double>(row[1])));
  }
  return losses;
}

Result<std::vector<double>> load_matured_losses(Scope& scope, const std::string& model_version_id,
                                                std::size_t rows_max) {
  TRY(const auto answer,
      scope.tx.select(sql::drift_report_matured_losses, params(model_version_id, scope.now, rows_max)));
  std::vector<double> losses;
  for (const auto& row : answer.rows) losses.push_back(std::get<double>(row[0]));
  return losses;
}

// What the thresholds rest on and the comparison needs again; bin edges so that a reader can recount.
std::string render_bins(const Threshold& threshold, const Reference& reference) {
  JsonObject bins{{"reference_sha256", reference.sha256()},
                  {"reference_rows", reference.rows()},
                  {"block_rows", threshold.block_rows},
                  {"is_sufficient", threshold.is_sufficient}};
  const auto column = std::ranges::find(reference.names(), threshold.feature) - reference.names().begin();
  if (threshold.statistic == Statistic::psi && threshold.feature != joint_feature) {
    const QuantileBins& quantile_bins = reference.bins(static_cast<std::size_t>(column));
    bins["edges"] = JsonArray(quantile_bins.edges.begin(), quantile_bins.edges.end());
    bins["counts"] = JsonArray(quantile_bins.reference_counts.begin(), quantile_bins.reference_counts.end());
  }
  return render_canonical_json(bins);
}

DriftReferenceRow make_reference_row(const Threshold& threshold, const Reference& reference,
                                     const CalibrationOptions& options, const std::string& model_version_id,
                                     Instant now) {
  return {.model_version_id = model_version_id,
          .statistic = threshold.statistic,
          .window_sessions = static_cast<std::int64_t>(threshold.window_sessions),
          .feature = threshold.feature,
          .threshold = threshold.threshold,
          .statistic_max = threshold.statistic_max,
          .alarm_rate = options.alarm_rate,
          .effective_rows = threshold.effective_rows,
          .reference_windows = threshold.reference_windows,
          .resamples = static_cast<std::int64_t>(options.resamples),
          .bins = render_bins(threshold, reference),
          .known_at = now};
}

// errors: contract_violation when the row was computed from another reference
Result<Threshold> parse_threshold(const DriftReferenceRow& row, const Reference& reference) {
  constexpr std::string_view where = "drift_reference.bins";
  TRY(const Json bins, parse_json(row.bins));
  const JsonObject& object = bins.get_object();
  TRY(const std::string sha256, require_string(object, "reference_sha256", where));
  TRY(const std::int64_t block_rows, require_int(object, "block_rows", where));
  const Json* is_sufficient = object.if_contains("is_sufficient");
  if (is_sufficient == nullptr || !is_sufficient->is_bool() || sha256 != reference.sha256())
    return fail(Errc::contract_violation,
                "drift thresholds of version " + row.model_version_id +
                    " were computed from another training window: restore the bars it was trained on, or retrain");
  return Threshold{.statistic = row.statistic,
                   .window_sessions = static_cast<std::size_t>(row.window_sessions),
                   .feature = row.feature,
                   .threshold = row.threshold,
                   .statistic_max = row.statistic_max,
                   .effective_rows = row.effective_rows,
                   .reference_windows = row.reference_windows,
                   .block_rows = static_cast<std::size_t>(block_rows),
                   .is_sufficient = is_sufficient->get_bool()};
}

Decision& find_or_add_decision(std::vector<Decision>& decisions, const Threshold& threshold,
                               const Reference& reference) {
  const auto found = std::ranges::find_if(decisions, [&](const Decision& d) {
    return d.all.statistic == threshold.statistic && d.all.window_sessions == threshold.window_sessions;
  });
  if (found != decisions.end()) return *found;
  const std::size_t features = threshold.statistic == Statistic::log_loss ? 0 : reference.names().size();
  return decisions.emplace_back(Decision{.all = threshold, .features = std::vector<Threshold>(features)});
}

Result<std::vector<Decision>> parse_decisions(std::span<const DriftReferenceRow> rows, const Reference& reference) {
  std::vector<Decision> decisions;
  for (const DriftReferenceRow& row : rows) {
    TRY(const Threshold threshold, parse_threshold(row, reference));
    Decision& decision = find_or_add_decision(decisions, threshold, reference);
    if (row.feature == joint_feature) {
      decision.all = threshold;
      continue;
    }
    const auto at =
        static_cast<std::size_t>(std::ranges::find(reference.names(), row.feature) - reference.names().begin());
    if (at >= decision.features.size())
      return fail(Errc::contract_violation,
                  "drift threshold of " + row.feature + ", which is no feature of the version");
    decision.features[at] = threshold;
  }
  return decisions;
}

// The champion's reference: from the cache when the database still says the same, else made anew.
Result<const LoadedReference*> load_reference(Scope& scope, ReferenceCache& cache, const std::string& model_version_id,
                                              const LoadTrainingWindow& load_training_window,
                                              const CalibrationOptions& options) {
  TRY(auto rows, load_reference_rows(scope, model_version_id));
  const auto cached = cache.find(model_version_id);
  if (cached != cache.end() && !rows.empty() && cached->second.rows == rows) return &cached->second;

  TRY(const feature::Matrix training_window, load_training_window());
  if (rows.empty()) {
    TRY_VOID(calibrate_drift(scope, model_version_id, training_window, options));
    TRY(rows, load_reference_rows(scope, model_version_id));
  }
  TRY(Reference reference, Reference::make(training_window, options.bins_max));
  TRY(auto decisions, parse_decisions(rows, reference));
  LoadedReference loaded{.reference = std::move(reference), .rows = std::move(rows), .decisions = std::move(decisions)};
  return &cache.insert_or_assign(model_version_id, std::move(loaded)).first->second;
}

DriftReportRow make_report_row(const Threshold& threshold, double value, std::size_t rows,
                               const std::string& model_version_id, Instant now) {
  constexpr std::array report_statistic{DriftReportStatistic::psi, DriftReportStatistic::ks,
                                        DriftReportStatistic::log_loss};
  return {.model_version_id = model_version_id,
          .known_at = now,
          .statistic = report_statistic.at(static_cast<std::size_t>(threshold.statistic)),
          .window_sessions = static_cast<std::int64_t>(threshold.window_sessions),
          .feature = threshold.feature,
          .value = value,
          .threshold = threshold.threshold,
          .verdict = compute_verdict(threshold, value, rows)};
}

}  // namespace

Result<void> calibrate_drift(Scope& scope, const std::string& model_version_id, const feature::Matrix& training_window,
                             const CalibrationOptions& options) {
  TRY(const auto stored, load_reference_rows(scope, model_version_id));
  if (!stored.empty()) return {};
  TRY(const Reference reference, Reference::make(training_window, options.bins_max));
  TRY(const auto losses, load_reference_losses(scope, model_version_id));

  Rng rng = Rng::named(scope.seed, "drift/" + model_version_id);
  TRY(auto decisions, calibrate_features(reference, options, rng));
  if (!losses.empty()) {
    TRY(auto of_losses, calibrate_losses(losses, options, rng));
    std::ranges::move(of_losses, std::back_inserter(decisions));
  }
  std::vector<DriftReferenceRow> rows;
  for (const Decision& decision : decisions) {
    rows.push_back(make_reference_row(decision.all, reference, options, model_version_id, scope.now));
    for (const Threshold& threshold : decision.features)
      rows.push_back(make_reference_row(threshold, reference, options, model_version_id, scope.now));
  }
  return scope.tx.insert(rows);
}

Result<std::vector<DriftReportRow>> run_drift(Scope& scope, ReferenceCache& cache, const std::string& model_version_id,
                                              const feature::Matrix& recent,
                                              const LoadTrainingWindow& load_training_window,
                                              const CalibrationOptions& options) {
  TRY(const LoadedReference* loaded, load_reference(scope, cache, model_version_id, load_training_window, options));
  std::size_t longest = 0;
  for (const Decision& decision : loaded->decisions) longest = std::max(longest, decision.all.window_sessions);
  TRY(const Columns columns, loaded->reference.take_window(recent, longest));
  TRY(const auto losses, load_matured_losses(scope, model_version_id, longest));

  std::vector<DriftReportRow> rows;
  for (const Decision& decision : loaded->decisions) {
    const bool is_loss = decision.all.statistic == Statistic::log_loss;
    const std::size_t available = is_loss ? losses.size() : columns.front().size();
    const std::size_t taken = std::min(available, decision.all.window_sessions);
    if (taken == 0) continue;
    const auto add = [&](const Threshold& threshold, double value) {
      rows.push_back(make_report_row(threshold, value, taken, model_version_id, scope.now));
    };
    if (is_loss) {
      const auto newest = std::span(losses).first(taken);
      add(decision.all, std::accumulate(newest.begin(), newest.end(), 0.0) / static_cast<double>(taken));
      continue;
    }
    std::vector<double> values;
    for (std::size_t column = 0; column < columns.size(); ++column) {
      const auto window = std::span(columns[column]).last(taken);
      TRY(const double value, loaded->reference.compare(decision.all.statistic, column, window));
      values.push_back(value);
      add(decision.features[column], value);
    }
    add(decision.all, compute_joint(values, decision.features).value);
  }
  TRY_VOID(scope.tx.insert(rows));
  return rows;
}

}  // namespace converge::drift
