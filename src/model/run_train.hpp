// model/run_train.hpp — the train stage: one attempt to find a better model, and its place in the registry.
#pragma once
#include "feature/feature_set.hpp"
#include "feature/label_set.hpp"
#include "model/model_spec.hpp"
#include "model/registry.hpp"
#include "store/db.hpp"

#include <optional>
#include <string>

namespace converge::model {

// What is known of the symbol at scope.now: bars, their features, and the hash of exactly these bars.
struct KnownHistory {
  const feature::FeatureSet& features;
  const feature::LabelSet& labels;
  const feature::Bars& bars;
  const feature::Matrix& matrix;
  std::string snapshot_hash;
};

// What asked for the attempt, and with which program.
struct TrainCause {
  std::string code_revision;
  std::optional<std::string> finding_id;
  std::optional<std::string> proposal_id;
  std::optional<std::string> job_id;
};

struct TrainOutcome {
  std::optional<ModelVersionRow> version;  // the candidate, which now has to pass the gate
  std::string insufficient_evidence;       // why there is none
  std::int64_t trials = 0;                 // fits spent
};

// Trains a first champion, or a challenger when there is a champion for this label (model/train.hpp), on labels that have
// ended by scope.now, and enters the candidate. A champion that was fitted on other features than those of `known` is
// compared by its own, compiled from the specification it was stored with.
//   writes  model_artifact, model_version, evaluation, trial, model_alias (candidate); nothing without a candidate
//   needs   the rows of feature_set and label_set
//   errors  contract_violation: the matrix or the labels are not those of these bars, or change when later bars are cut
//           off; no version number is given
Result<TrainOutcome> run_train(store::Scope& scope, const ModelSpec& spec, const KnownHistory& known,
                               const TrainCause& cause, ScorerCache& scorers);

}  // namespace converge::model
