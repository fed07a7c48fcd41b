// drift/run_drift.hpp — the drift stage: recent rows of a champion against its own training window.
#pragma once
#include "drift/threshold.hpp"
#include "store/db.hpp"

#include <functional>
#include <map>
#include <string>

namespace converge::drift {

// The features of every row that a version was trained on, in time order. Called on the first tick of a champion only.
using LoadTrainingWindow = std::function<Result<feature::Matrix>()>;

// A champion's reference as the program keeps it between ticks, with the rows of `drift_reference` it was checked against.
struct LoadedReference {
  Reference reference;
  std::vector<DriftReferenceRow> rows;
  std::vector<Decision> decisions;  // the rows, read
};

// References by model_version_id. An accelerator only: run_drift compares it with the database on every tick.
// threads: one user
using ReferenceCache = std::map<std::string, LoadedReference, std::less<>>;

// Thresholds of a champion, from its training window and its out-of-sample losses: all rows of `evaluation`, those it was
// judged on and those of its reference before them, in time order.
//   writes         drift_reference
//   idempotent by  model_version_id: stored thresholds are never computed again
//   errors         invalid_input: too few complete rows
Result<void> calibrate_drift(store::Scope& scope, const std::string& model_version_id,
                             const feature::Matrix& training_window, const CalibrationOptions& options = {});

// Compares the newest rows with the reference and the newest matured losses with the out-of-sample ones. Calibrates first
// when the champion has no thresholds yet.
//   recent   features up to the newest bar known now, at least the longest window if there are that many
//   returns  the rows written: for psi and ks per window every feature, `all.distance` and the decision `all`; for log_loss
//            per window the decision `all`, once an outcome has matured
//   writes   drift_report (and drift_reference)
//   errors   contract_violation: the training window is not the one that the stored thresholds were computed from
Result<std::vector<DriftReportRow>> run_drift(store::Scope& scope, ReferenceCache& cache,
                                              const std::string& model_version_id, const feature::Matrix& recent,
                                              const LoadTrainingWindow& load_training_window,
                                              const CalibrationOptions& options = {});

}  // namespace converge::drift
