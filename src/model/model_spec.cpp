#include "model/model_spec.hpp"

#include "feature/check.hpp"
#include "model/algorithm.hpp"
#include "wire/toml.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>

namespace converge::model {
namespace {

constexpr std::array<std::string_view, 8> timeframes{"1m", "5m", "15m", "1h", "4h", "1d", "1w", "1mo"};
constexpr std::array<std::string_view, 2> sides{"below", "above"};
constexpr double block_mean_min = 20;
constexpr std::int64_t many = 1'000'000;

Result<std::vector<feature::NamedExpression>> parse_features(TableReader reader, std::string_view where) {
  std::vector<feature::NamedExpression> features;
  for (const auto& name : reader.keys()) {
    TRY(std::string expression, reader.text(name));
    features.push_back({name, std::move(expression)});
  }
  TRY(const auto set, with_context(feature::FeatureSet::compile(features), std::string(where) + ": /features"));
  TRY_VOID(with_context(feature::check_scale_free(set), std::string(where) + ": /features"));
  return features;
}

Result<feature::LabelSpec> parse_label(TableReader reader, std::string_view where) {
  feature::LabelSpec label;
  TRY(label.kind, reader.text("kind"));
  TRY(label.horizon, reader.integer("horizon", 1, 1'000));
  if (reader.has("window")) {
    TRY(label.window, reader.integer("window", 2, 100'000));
  }
  TRY_VOID(reader.refuse_rest());
  TRY_VOID(with_context(feature::LabelSet::make(label), std::string(where) + ": /label"));
  return label;
}

Result<std::vector<ModelCandidate>> parse_candidates(const JsonObject& tables, std::string_view where) {
  std::vector<ModelCandidate> candidates;
  for (const auto& member : tables) {
    const std::string name(member.key());
    const auto algorithm = find_algorithm(name);
    if (!algorithm)
      return fail(Errc::invalid_input, std::string(where) + ": /algorithm/" + name + " is not an algorithm");
    if (!member.value().is_object())
      return fail(Errc::invalid_input, std::string(where) + ": /algorithm/" + name + " must be a table");
    TRY(JsonObject params, (*algorithm)->check_params(member.value().get_object(), where, "/algorithm/" + name));
    candidates.push_back({name, std::move(params)});
  }
  return candidates;
}

Result<ModelValidation> parse_validation(TableReader reader) {
  ModelValidation validation;
  TRY(validation.folds, reader.integer("folds", 1, 1'000));
  TRY(validation.test_rows, reader.integer("test_rows", 10, many));
  TRY(validation.train_rows_min, reader.integer("train_rows_min", 100, many));
  TRY(validation.cv_folds, reader.integer("cv_folds", 2, 100));
  TRY(validation.holdout_rows, reader.integer("holdout_rows", 252, many));
  TRY(validation.embargo_spans, reader.number("embargo_spans", 1, 100));
  TRY_VOID(reader.refuse_rest());
  return validation;
}

Result<ModelGate> parse_gate(TableReader reader, std::int64_t horizon) {
  const double floor = std::max(block_mean_min, 4 * static_cast<double>(horizon));
  ModelGate gate{.rows_min = 0, .resamples = 0, .confidence = 0, .block_mean = floor};
  TRY(gate.rows_min, reader.integer("rows_min", 500, many));
  TRY(gate.resamples, reader.integer("resamples", 2'000, many));
  TRY(gate.confidence, reader.number("confidence", 0.95, 0.9999));
  if (reader.has("block_mean")) {
    TRY(gate.block_mean, reader.number("block_mean", floor, 10'000));
  }
  TRY_VOID(reader.refuse_rest());
  return gate;
}

Result<ModelRetraining> parse_retraining(TableReader reader) {
  ModelRetraining retraining;
  TRY(retraining.schedule_sessions, reader.integer("schedule_sessions", 1, 10'000));
  TRY(retraining.cooldown_sessions, reader.integer("cooldown_sessions", 21, 10'000));
  TRY(retraining.min_matured_labels, reader.integer("min_matured_labels", 1, many));
  TRY_VOID(reader.refuse_rest());
  return retraining;
}

Result<ModelSignal> parse_signal(TableReader reader) {
  ModelSignal signal;
  TRY(const std::string side, reader.word("long", sides));
  signal.long_below = side == "below";
  TRY(signal.threshold, reader.number("threshold", 0, 1));
  TRY(signal.commission_bps, reader.number("commission_bps", 0, 1'000));
  TRY(signal.slippage_bps, reader.number("slippage_bps", 0, 1'000));
  if (reader.has("tick")) {
    TRY(signal.tick, reader.number("tick", 1e-8, 1e6));
  }
  TRY_VOID(reader.refuse_rest());
  return signal;
}

}  // namespace

Result<ModelSpec> parse_model(std::string_view toml, std::string_view where) {
  TRY(const JsonObject file, parse_toml(toml, where));
  TableReader reader(file, std::string(where));
  ModelSpec spec;
  TRY(spec.name, reader.text("name"));
  TRY(spec.symbol, reader.text("symbol"));
  TRY(spec.timeframe, reader.word("timeframe", timeframes));
  TRY(TableReader features, reader.table("features"));
  TRY(spec.features, parse_features(std::move(features), where));
  TRY(TableReader label, reader.table("label"));
  TRY(spec.label, parse_label(std::move(label), where));
  TRY_VOID(reader.table("algorithm"));
  TRY(spec.candidates, parse_candidates(file.at("algorithm").get_object(), where));
  TRY(TableReader validation, reader.table("validation"));
  TRY(spec.validation, parse_validation(std::move(validation)));
  TRY(TableReader gate, reader.table("gate"));
  TRY(spec.gate, parse_gate(std::move(gate), spec.label.horizon));
  TRY(TableReader retraining, reader.table("retraining"));
  TRY(spec.retraining, parse_retraining(std::move(retraining)));
  TRY(TableReader signal, reader.table("signal"));
  TRY(spec.signal, parse_signal(std::move(signal)));
  TRY_VOID(reader.refuse_rest());

  if (spec.candidates.empty()) return reader.refuse("algorithm", "must hold at least one algorithm");
  if (2 * spec.gate.block_mean > static_cast<double>(std::min(spec.gate.rows_min, spec.validation.holdout_rows)))
    return reader.refuse(
        "gate/block_mean",
        "x 2 must not exceed gate/rows_min and validation/holdout_rows, or the bootstrap has no two blocks "
        "to compare; raise both (a long label/horizon needs long blocks)");
  if (spec.validation.folds * spec.validation.test_rows < spec.gate.rows_min)
    return reader.refuse("validation/folds",
                         "x test_rows must reach gate/rows_min, or no first champion can ever pass");
  return spec;
}

}  // namespace converge::model
