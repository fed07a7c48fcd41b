// supervise/facts.hpp — what a tick knows about the desk when it looks for findings. Plain values, loaded in one go.
#pragma once
#include "base/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace converge::supervise {

// One drift decision of this tick that came out as drift.
struct DriftFact {
  std::string statistic;  // psi, ks, log_loss
  std::int64_t window_sessions = 0;
  double value = 0;
  double threshold = 0;
  std::string worst_feature;  // largest value / threshold among the features; empty for log_loss
  double worst_ratio = 0;
};

struct ModelFacts {
  std::string model;
  std::optional<std::string> champion_version_id;
  std::optional<Instant> champion_train_to_at;
  // Sessions are bars of the model's symbol and timeframe.
  std::optional<std::int64_t> sessions_since_attempt;   // since the last gate decision; none before the first
  std::optional<std::int64_t> sessions_since_train_to;  // since the champion's last training label ended
  std::int64_t labels_after_train = 0;  // labels that began after the champion's training and have ended
  std::int64_t labels_matured = 0;      // labels that have ended by now and no attempt has used
  std::int64_t schedule_sessions = 0;   // [retraining] of the model file; 0 is never due
  bool retrain_running = false;         // an unfinished train or gate job exists
  std::vector<DriftFact> drifts;
};

struct SourceFacts {
  std::string source;
  std::optional<Instant> last_known_at;
  std::int64_t stale_after_days = 0;  // 0: never stale
  std::int64_t quarantine_open = 0;
};

struct Facts {
  Instant now{};
  std::vector<ModelFacts> models;
  std::vector<SourceFacts> sources;
};

// What prints the evidence of every check at the instant of these facts again.
inline std::string find_check_command(const Facts& facts) {
  return "converge finding check --as-of " + render_instant(facts.now);
}

}  // namespace converge::supervise
