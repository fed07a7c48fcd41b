// evaluate/gate.hpp — may this candidate take office? The one rule by which a model becomes champion.
//
// Pure. Candidate and reference are compared on the same untouched rows by their log loss; the candidate passes when the
// whole interval of the mean improvement lies above zero.
#pragma once
#include "base/result.hpp"
#include "evaluate/bootstrap.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace converge::evaluate {

struct GateRow {
  int label = 0;
  double score = 0;            // candidate
  double reference_score = 0;  // what it has to beat
};

struct GateOptions {
  std::int64_t rows_min = 500;
  BootstrapOptions bootstrap;
};

struct GateVerdict {
  bool is_promoted = false;
  std::int64_t rows = 0;
  // Nothing below is known when the rows do not suffice.
  std::optional<double> score;  // mean improvement of the log loss, positive when the candidate is better
  std::optional<Interval> interval;
  std::optional<double> candidate_log_loss;
  std::optional<double> reference_log_loss;
  std::string reason;  // the verdict in words
};

//   rows            in time order
//   reference_name  for the words: "the base rate", "champion 3"
//   errors          invalid_input from the bootstrap's options
Result<GateVerdict> compute_verdict(std::span<const GateRow> rows, const GateOptions& options,
                                    std::string_view reference_name, Rng& rng);

}  // namespace converge::evaluate
