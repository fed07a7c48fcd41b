#include "model/train.hpp"

#include "model/metrics.hpp"
#include "model/split.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/object.hpp>

namespace converge::model {
namespace {

constexpr std::size_t reference_blocks_max = 10;

// What all fits of one attempt share, and the ledger they write to.
struct Ledger {
  std::uint64_t seed;
  std::vector<FitTrial> trials;
};

struct Fit {
  Artifact artifact;
  double base_rate = 0;
  std::vector<double> scores;  // of the rows it was asked to score
};

std::vector<int> labels_of(const Dataset& dataset) {
  std::vector<int> labels;
  for (const auto& label : dataset.labels) labels.push_back(label.label);
  return labels;
}

Instant last_end(const Dataset& dataset) {
  return std::ranges::max_element(dataset.labels, {}, &feature::Label::t1)->t1;
}

std::size_t to_size(std::int64_t n) {
  return static_cast<std::size_t>(n);
}

// Fits on `train`, scores `test` (which may be empty), and enters the trial.
Result<Fit> run_fit(Ledger& ledger, const ModelCandidate& candidate, std::string stage, std::int64_t fold,
                    const Dataset& train, const Dataset& test) {
  TRY(const Algorithm* algorithm, find_algorithm(candidate.algorithm));
  TRY(Artifact artifact, fit_artifact(*algorithm, train, candidate.params, ledger.seed));
  TRY(const Scorer scorer, algorithm->open(artifact.content));
  TRY(std::vector<double> scores, scorer(test.values, test.columns()));

  FitTrial trial{.algorithm = candidate.algorithm,
                 .stage = std::move(stage),
                 .fold = fold,
                 .rows_trained = static_cast<std::int64_t>(train.rows()),
                 .rows_scored = static_cast<std::int64_t>(test.rows()),
                 .score = std::nullopt,
                 .train_from_at = train.labels.front().t0,
                 .train_to_at = last_end(train),
                 .params = candidate.params};
  if (test.rows() > 0) trial.score = compute_log_loss(labels_of(test), scores);
  ledger.trials.push_back(std::move(trial));
  return Fit{std::move(artifact), train.base_rate(), std::move(scores)};
}

Result<std::vector<Fold>> make_cross_validation(const ModelValidation& validation, const Dataset& window) {
  const auto longest = static_cast<double>(compute_embargo(window.labels).count());
  const Duration embargo{static_cast<std::int64_t>(validation.embargo_spans * longest)};
  return make_purged_k_fold(window.labels, to_size(validation.cv_folds), embargo);
}

bool has_both_labels(const Dataset& dataset) {
  const double base_rate = dataset.base_rate();  // NaN without rows
  return base_rate > 0 && base_rate < 1;
}

// Why no algorithm can be chosen in this window; empty when one can. Later fits see more rows than these.
std::string find_one_sided_fold(const Dataset& window, std::span<const Fold> folds) {
  for (std::size_t k = 0; k < folds.size(); ++k)
    if (!has_both_labels(select_rows(window, folds[k].train)))
      return fmt::format(
          "only one label occurs in the {} rows that fold {} of {} leaves to train on, of {} before the "
          "first judged row",
          folds[k].train.size(), k + 1, folds.size(), window.rows());
  return {};
}

// Log loss of one algorithm over all purged folds of `window`, every row scored once.
Result<double> cross_validate(Ledger& ledger, const ModelCandidate& candidate, const Dataset& window,
                              std::span<const Fold> folds) {
  double loss_sum = 0;
  for (std::size_t k = 0; k < folds.size(); ++k) {
    const Dataset test = select_rows(window, folds[k].test);
    TRY_VOID(run_fit(ledger, candidate, "cross_validation", static_cast<std::int64_t>(k) + 1,
                     select_rows(window, folds[k].train), test));
    loss_sum += ledger.trials.back().score.value() * static_cast<double>(test.rows());
  }
  return loss_sum / static_cast<double>(window.rows());
}

struct Choice {
  const ModelCandidate* candidate = nullptr;
  JsonObject log_loss;  // by algorithm
};

// The candidate with the lowest cross-validated log loss; the first of the file when equal.
Result<Choice> choose_candidate(Ledger& ledger, std::span<const ModelCandidate> candidates, const Dataset& window,
                                std::span<const Fold> folds) {
  Choice choice;
  double best = 0;
  for (const ModelCandidate& candidate : candidates) {
    TRY(const double loss, cross_validate(ledger, candidate, window, folds));
    choice.log_loss[candidate.algorithm] = loss;
    if (choice.candidate != nullptr && loss >= best) continue;
    choice.candidate = &candidate;
    best = loss;
  }
  return choice;
}

void append_judged(std::vector<JudgedRow>& judged, const Dataset& test, const std::vector<double>& scores,
                   const std::vector<double>& reference_scores, std::int64_t fold) {
  for (std::size_t i = 0; i < test.rows(); ++i)
    judged.push_back(
        {test.labels[i].t0, test.labels[i].t1, test.labels[i].label, scores[i], reference_scores[i], fold});
}

// Every test block by a fit on its own training rows, beside the base rate of these.
Result<std::vector<JudgedRow>> walk_forward(Ledger& ledger, const ModelCandidate& candidate, const std::string& stage,
                                            const Dataset& dataset, std::span<const Fold> folds) {
  std::vector<JudgedRow> judged;
  for (std::size_t k = 0; k < folds.size(); ++k) {
    const Dataset test = select_rows(dataset, folds[k].test);
    const auto number = static_cast<std::int64_t>(k) + 1;
    TRY(const Fit fit, run_fit(ledger, candidate, stage, number, select_rows(dataset, folds[k].train), test));
    append_judged(judged, test, fit.scores, std::vector<double>(test.rows(), fit.base_rate), number);
  }
  return judged;
}

// The incumbent's own features of the rows of `test`, row-major; nothing when one of them has a hole there.
std::optional<std::vector<double>> find_incumbent_rows(const feature::Matrix& matrix, const Dataset& test) {
  std::vector<double> values;
  for (const auto& label : test.labels) {
    const auto at = std::ranges::lower_bound(matrix.bar_at, label.t0);
    if (at == matrix.bar_at.end() || *at != label.t0) return std::nullopt;
    const auto row = static_cast<std::size_t>(at - matrix.bar_at.begin());
    if (!matrix.is_complete(row)) return std::nullopt;
    const auto features = matrix.row(row);
    values.insert(values.end(), features.begin(), features.end());
  }
  return values;
}

// The quantity behind the label of each row of the folds' test blocks.
std::vector<double> collect_values(const Dataset& dataset, std::span<const Fold> folds) {
  std::vector<double> values;
  for (const Fold& fold : folds)
    for (const std::size_t row : fold.test) values.push_back(dataset.labels[row].value);
  return values;
}

// values: the quantity behind the label of each judged row.
JsonObject compute_metrics(const std::vector<JudgedRow>& judged, std::span<const double> values,
                           const JsonObject& cross_validation) {
  std::vector<int> labels;
  std::vector<double> scores, reference_scores;
  for (const auto& row : judged) {
    labels.push_back(row.label);
    scores.push_back(row.score);
    reference_scores.push_back(row.reference_score);
  }
  const auto or_null = [](const Result<double>& value) { return value ? Json(*value) : Json(nullptr); };
  JsonObject metrics;
  metrics["rows"] = static_cast<std::int64_t>(judged.size());
  metrics["log_loss"] = compute_log_loss(labels, scores);
  metrics["reference_log_loss"] = compute_log_loss(labels, reference_scores);
  metrics["auc"] = or_null(compute_auc(labels, scores));
  metrics["brier"] = compute_brier(labels, scores);
  metrics["hit_rate"] = compute_hit_rate(labels, scores);
  metrics["ic"] = or_null(compute_ic(scores, values));
  metrics["cross_validation_log_loss"] = cross_validation;
  return metrics;
}

Candidate make_candidate(const Choice& choice, Fit fit, const Dataset& train, std::vector<JudgedRow> judged,
                         std::span<const double> judged_values, bool is_challenger) {
  JsonObject metrics = compute_metrics(judged, judged_values, choice.log_loss);
  return {.algorithm = choice.candidate->algorithm,
          .params = choice.candidate->params,
          .artifact = std::move(fit.artifact),
          .base_rate = fit.base_rate,
          .train_from_at = train.labels.front().t0,
          .train_to_at = last_end(train),
          .rows_trained = static_cast<std::int64_t>(train.rows()),
          .is_challenger = is_challenger,
          .judged = std::move(judged),
          .metrics = std::move(metrics)};
}

TrainAttempt give_up(std::string reason) {
  return {.candidate = std::nullopt, .insufficient_evidence = std::move(reason), .trials = {}};
}

}  // namespace

Result<TrainAttempt> train_first(const ModelSpec& spec, const Dataset& dataset, std::uint64_t seed) {
  const auto& validation = spec.validation;
  const auto folds = make_walk_forward(dataset.labels, {.folds_max = to_size(validation.folds),
                                                        .test_rows = to_size(validation.test_rows),
                                                        .train_rows_min = to_size(validation.train_rows_min)});
  if (static_cast<std::int64_t>(folds.size()) * validation.test_rows < spec.gate.rows_min)
    return give_up(fmt::format(
        "{} matured rows leave {} walk-forward blocks of {} after {} rows to train on; the gate needs {} rows",
        dataset.rows(), folds.size(), validation.test_rows, validation.train_rows_min, spec.gate.rows_min));

  Ledger ledger{seed, {}};
  const Dataset window = select_rows(dataset, folds.front().train);
  TRY(const auto cv_folds, make_cross_validation(validation, window));
  if (std::string reason = find_one_sided_fold(window, cv_folds); !reason.empty()) return give_up(std::move(reason));
  TRY(const Choice choice, choose_candidate(ledger, spec.candidates, window, cv_folds));
  TRY(auto judged, walk_forward(ledger, *choice.candidate, "walk_forward", dataset, folds));
  TRY(Fit fit, run_fit(ledger, *choice.candidate, "final", 0, dataset,
                       Dataset{.names = dataset.names, .values = {}, .labels = {}}));
  return TrainAttempt{.candidate = make_candidate(choice, std::move(fit), dataset, std::move(judged),
                                                  collect_values(dataset, folds), false),
                      .insufficient_evidence = {},
                      .trials = std::move(ledger.trials)};
}

Result<TrainAttempt> train_challenger(const ModelSpec& spec, const Dataset& dataset, const Incumbent& incumbent,
                                      std::uint64_t seed) {
  const auto& labels = dataset.labels;
  const auto fresh = static_cast<std::int64_t>(
      std::ranges::count_if(labels, [&](const auto& label) { return label.t0 > incumbent.train_to_at; }));
  if (fresh < spec.validation.holdout_rows)
    return give_up(fmt::format("{} matured rows that the champion was not fitted on; a hold-out needs {}", fresh,
                               spec.validation.holdout_rows));

  const auto folds = make_walk_forward(labels, {.folds_max = 1,
                                                .test_rows = to_size(spec.validation.holdout_rows),
                                                .train_rows_min = to_size(spec.validation.train_rows_min)});
  if (folds.empty())
    return give_up(fmt::format("{} matured rows leave fewer than {} to train on before the hold-out", dataset.rows(),
                               spec.validation.train_rows_min));

  Ledger ledger{seed, {}};
  const Dataset train = select_rows(dataset, folds.front().train);
  const Dataset test = select_rows(dataset, folds.front().test);
  const auto incumbent_rows = find_incumbent_rows(incumbent.matrix, test);
  if (!incumbent_rows) return give_up("the champion's own features are not defined on every row of the hold-out");
  TRY(const auto cv_folds, make_cross_validation(spec.validation, train));
  if (std::string reason = find_one_sided_fold(train, cv_folds); !reason.empty()) return give_up(std::move(reason));
  TRY(const Choice choice, choose_candidate(ledger, spec.candidates, train, cv_folds));
  TRY(Fit fit, run_fit(ledger, *choice.candidate, "holdout", 0, train, test));
  TRY(const std::vector<double> champion_scores, incumbent.scorer(*incumbent_rows, incumbent.matrix.columns()));
  if (champion_scores.size() != test.rows())
    return fail(Errc::internal,
                fmt::format("the champion gave {} scores for {} rows", champion_scores.size(), test.rows()));
  std::vector<JudgedRow> judged;
  append_judged(judged, test, fit.scores, champion_scores, 0);
  return TrainAttempt{.candidate = make_candidate(choice, std::move(fit), train, std::move(judged),
                                                  collect_values(dataset, folds), true),
                      .insufficient_evidence = {},
                      .trials = std::move(ledger.trials)};
}

Result<ReferenceWalk> walk_reference(const ModelValidation& validation, const ModelCandidate& recipe,
                                     const Dataset& dataset, Instant judged_from, std::uint64_t seed) {
  const auto first_judged = std::ranges::lower_bound(dataset.labels, judged_from, {}, &feature::Label::t0);
  const auto rows_before = static_cast<std::size_t>(first_judged - dataset.labels.begin());
  auto folds = make_walk_forward(std::span(dataset.labels).first(rows_before),
                                 {.folds_max = reference_blocks_max,
                                  .test_rows = to_size(validation.test_rows),
                                  .train_rows_min = to_size(validation.train_rows_min)});
  std::erase_if(folds, [&](const Fold& fold) { return !has_both_labels(select_rows(dataset, fold.train)); });
  Ledger ledger{seed, {}};
  TRY(auto scored, walk_forward(ledger, recipe, "reference", dataset, folds));
  return ReferenceWalk{std::move(scored), std::move(ledger.trials)};
}

}  // namespace converge::model
