// model/train.hpp — from rows to a candidate that may stand before the gate.
//
// Pure: rows in, candidate out. Two ways, by whether there is a champion:
//
//   first champion   the newest folds x test_rows rows are walk-forward test blocks; every block is predicted by a fit on
//                    rows that had ended before it, beside the base rate of that same fit's rows. Then one fit on all rows
//                    becomes the artifact: the walk-forward scores judge the recipe, the last fit uses all that is known.
//   challenger       the newest holdout_rows rows are held out; the champion must not have seen them either. One fit on
//                    the rows that had ended before them is the artifact, judged beside the champion on the held-out rows
//                    and used as it was tested, never refitted. The champion speaks from its own features, whatever the
//                    model file says now.
//
// In both, purged cross-validation inside the window before the first judged row chooses the algorithm, so the choice has
// not seen a judged row either. Every fit is counted. A training window in which only one label occurs ends the attempt.
//
// Both use the bars as they are known now, restated values included: what a bar said on its own day, before a correction,
// plays no part in training.
#pragma once
#include "base/result.hpp"
#include "model/algorithm.hpp"
#include "model/dataset.hpp"
#include "model/model_spec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace converge::model {

// One fit, for the ledger of trials.
struct FitTrial {
  std::string algorithm;
  std::string stage;      // "cross_validation", "walk_forward", "final", "holdout", "reference"
  std::int64_t fold = 0;  // from 1; 0 without folds
  std::int64_t rows_trained = 0;
  std::int64_t rows_scored = 0;
  std::optional<double> score;  // log loss on rows the fit did not see
  Instant train_from_at{};
  Instant train_to_at{};
  JsonObject params;
};

// One judged row.
struct JudgedRow {
  Instant bar_at{};
  Instant label_end_at{};
  int label = 0;
  double score = 0;            // by a fit that did not see the row
  double reference_score = 0;  // by the base rate or the champion
  std::int64_t fold = 0;       // walk-forward block from 1; 0 for a hold-out
};

struct Candidate {
  std::string algorithm;
  JsonObject params;
  Artifact artifact;
  double base_rate = 0;     // of the rows behind the artifact
  Instant train_from_at{};  // first bar of those rows
  Instant train_to_at{};    // end of their last label
  std::int64_t rows_trained = 0;
  bool is_challenger = false;
  std::vector<JudgedRow> judged;
  JsonObject metrics;  // of the judged rows, and the cross-validated log loss of each algorithm
};

// An attempt that ended before a candidate stood there is an answer, not an error.
struct TrainAttempt {
  std::optional<Candidate> candidate;
  std::string insufficient_evidence;  // why there is no candidate
  std::vector<FitTrial> trials;
};

// The champion in office: what it says, its own features of the same bars, and the end of the last label it was fitted on.
struct Incumbent {
  Scorer scorer;
  const feature::Matrix& matrix;
  Instant train_to_at{};
};

// errors: those of a fit
Result<TrainAttempt> train_first(const ModelSpec& spec, const Dataset& dataset, std::uint64_t seed);
Result<TrainAttempt> train_challenger(const ModelSpec& spec, const Dataset& dataset, const Incumbent& incumbent,
                                      std::uint64_t seed);

// What a recipe says out of sample about the rows before those it was judged on.
struct ReferenceWalk {
  std::vector<JudgedRow> scored;  // in time order, beside the base rate of each fit's rows
  std::vector<FitTrial> trials;
};

// Walks a recipe forward over the rows before `judged_from`: up to ten blocks of validation.test_rows, each predicted by a
// fit on the rows that had ended before it, of which there are validation.train_rows_min or more. Empty when the rows do not
// suffice. No verdict rests on these scores: they tell how large the losses of this recipe are when nothing has changed.
Result<ReferenceWalk> walk_reference(const ModelValidation& validation, const ModelCandidate& recipe,
                                     const Dataset& dataset, Instant judged_from, std::uint64_t seed);

}  // namespace converge::model
