// model/model_spec.hpp — a model file of the desk (models/<name>.toml), read and checked.
//
// Pure. Nothing in a model file is optional in silence: what may be left out has its default here, every other key must
// stand there, and a key that is not known is refused with file and pointer. The floors of the gate (500 walk-forward rows,
// 252 hold-out rows, 2,000 resamples, 95 %) are limits of the reader, not defaults: a desk cannot file them down.
#pragma once
#include "base/result.hpp"
#include "feature/feature_set.hpp"
#include "feature/label_set.hpp"
#include "wire/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::model {

struct ModelCandidate {
  std::string algorithm;
  JsonObject params;  // every default filled in
};

struct ModelValidation {
  std::int64_t folds = 0;           // walk-forward blocks of a first champion, at most
  std::int64_t test_rows = 0;       // rows of each block
  std::int64_t train_rows_min = 0;  // rows the first block must leave to train on
  std::int64_t cv_folds = 0;        // purged folds inside the training window, for the choice of the algorithm
  std::int64_t holdout_rows = 0;    // newest matured rows that a challenger is judged on and never fitted on
  double embargo_spans = 0;         // embargo of the purged folds, in longest label spans
};

struct ModelGate {
  std::int64_t rows_min = 0;  // walk-forward rows a first champion needs
  std::int64_t resamples = 0;
  double confidence = 0;
  double block_mean = 0;  // mean block length of the bootstrap, rows; max(20, 4 x horizon) when left out
};

struct ModelRetraining {
  std::int64_t schedule_sessions = 0;   // a retrain is due so many sessions after the last attempt
  std::int64_t cooldown_sessions = 0;   // at most one attempt in so many sessions, 21 or more
  std::int64_t min_matured_labels = 0;  // new labels since the last attempt
};

// Long one unit of equity while P is on the named side of the threshold, else in cash.
struct ModelSignal {
  bool long_below = false;  // long while P < threshold; otherwise while P > threshold
  double threshold = 0.5;
  double commission_bps = 0;  // of the traded value, both sides
  double slippage_bps = 0;    // against the order, both sides
  // Price increment, in the unit of the prices; none: what evaluate/backtest.hpp chooses for the prices at hand.
  std::optional<double> tick;
};

struct ModelSpec {
  std::string name;
  std::string symbol;
  std::string timeframe;
  std::vector<feature::NamedExpression> features;  // in the order of the file
  feature::LabelSpec label;
  std::vector<ModelCandidate> candidates;  // in the order of the file
  ModelValidation validation;
  ModelGate gate;
  ModelRetraining retraining;
  ModelSignal signal;
};

// `where` names the file in errors. errors: invalid_input with file and JSON pointer
Result<ModelSpec> parse_model(std::string_view toml, std::string_view where);

}  // namespace converge::model
