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
  std::optional<std::string> champion_version_id;  // in office, and fitted to the label that the model file asks for
  std::optional<Instant> champion_train_to_at;
  // Sessions are bars of the model's symbol and timeframe.
  std::optional<std::int64_t> sessions_since_attempt;   // since the last verdict or retrain; none before the first
  std::optional<std::int64_t> sessions_since_train_to;  // since the champion's last training label ended
  std::int64_t labels_after_train = 0;        // labels that began after the champion's training and have ended
  std::int64_t labels_matured = 0;            // labels that have ended by now and no attempt has used
  std::int64_t schedule_sessions = 0;         // [retraining] of the model file; 0 is never due
  std::optional<std::string> abstain_reason;  // of the champion about the newest bar; none when it answered
  std::optional<Instant> abstained_bar_at;
  bool retrain_running = false;  // an unfinished train or gate job exists
  std::vector<DriftFact> drifts;
};

struct SourceFacts {
  std::string source;
  std::optional<Instant> last_known_at;
  std::int64_t stale_after_days = 0;  // 0: never stale
  std::int64_t quarantine_open = 0;
  std::string quarantine_batch_id;  // the newest load that refused a row still waiting
};

// A job that the queue gave up.
struct DeadJobFact {
  std::string id;
  std::string kind;
  std::int64_t attempts = 0;
  std::int64_t crashes = 0;
  std::string error;
};

// A text that was due on an earlier tick and has not got out.
struct UnsentFact {
  std::string id;  // of its outbox row
  std::string target;
  std::string destination;
  std::string state;
  std::string error;
};

struct Facts {
  Instant now{};
  std::vector<ModelFacts> models;
  std::vector<SourceFacts> sources;
  std::vector<DeadJobFact> dead_jobs;
  std::vector<UnsentFact> unsent;
  std::optional<Instant> watched_since;  // first tick of the desk; none on it
};

// What prints the evidence of every check at the instant of these facts again.
inline std::string find_check_command(const Facts& facts) {
  return "converge finding check --as-of " + render_instant(facts.now);
}

}  // namespace converge::supervise
