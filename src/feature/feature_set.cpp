#include "feature/feature_set.hpp"

#include "base/hash.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

namespace converge::feature {
namespace {

// Raise it when an operation or an indicator changes its values: every feature set then has a new hash.
constexpr int language_revision = 1;

constexpr std::size_t name_length_max = 64;

bool is_feature_name(std::string_view name) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_inner = [&](char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= name_length_max && is_lower(name.front()) &&
         std::ranges::all_of(name, is_inner);
}

struct Reach {
  std::size_t lookback = 0, burn_in = 0;
};

class Compiler {
 public:
  explicit Compiler(FeatureProgram& program) : program_(program) {}

  std::size_t add(const Expression& e) {
    const std::string text = render_expression(e);
    if (const auto found = steps_.find(text); found != steps_.end()) return found->second;

    FeatureStep step{
        .kind = e.kind, .number = e.number, .column = e.column, .operation = e.operation, .output = e.output};
    Reach reach;
    if (!e.operands.empty()) {
      step.left = step.right = add(e.operands.front());
      step.right = add(e.operands.back());
      reach = {std::max(reaches_[step.left].lookback, reaches_[step.right].lookback),
               std::max(reaches_[step.left].burn_in, reaches_[step.right].burn_in)};
    }
    if (e.kind == Expression::Kind::indicator) {
      step.source = add_source(e);
      reach.lookback = e.type->lookback(e.arguments);
      reach.burn_in = e.type->burn_in ? e.type->burn_in(e.arguments) : reach.lookback;
    }
    if (e.kind == Expression::Kind::rolling_z) {
      step.source = program_.windows.size();
      program_.windows.push_back(whole(e.arguments[0]));
      reach.lookback += whole(e.arguments[0]) - 1;
      reach.burn_in += whole(e.arguments[0]) - 1;
    }
    program_.steps.push_back(step);
    reaches_.push_back(reach);
    return steps_[text] = program_.steps.size() - 1;
  }

  Reach reach(std::size_t step) const { return reaches_[step]; }

 private:
  std::size_t add_source(const Expression& e) {
    const auto found = std::ranges::find_if(program_.sources, [&](const IndicatorCall& call) {
      return call.type == e.type && call.arguments == e.arguments;
    });
    if (found != program_.sources.end()) return static_cast<std::size_t>(found - program_.sources.begin());
    program_.sources.push_back({e.type, e.arguments});
    return program_.sources.size() - 1;
  }

  FeatureProgram& program_;
  std::map<std::string, std::size_t> steps_;
  std::vector<Reach> reaches_;
};

}  // namespace

Result<FeatureSet> FeatureSet::compile(std::span<const NamedExpression> features) {
  if (features.empty()) return fail(Errc::invalid_input, "a model needs at least one feature");
  FeatureSet set;
  Compiler compiler(set.program_);
  JsonArray spec;
  for (const auto& [name, text] : features) {
    if (!is_feature_name(name))
      return fail(Errc::invalid_input,
                  fmt::format("feature name '{}': use a-z, 0-9 and _, a letter first, {} characters at most", name,
                              name_length_max));
    if (std::ranges::find(set.names_, name) != set.names_.end())
      return fail(Errc::invalid_input, fmt::format("feature {} is there twice", name));
    TRY(const Expression expression,
        with_context(parse_expression(text), fmt::format("feature {} = \"{}\"", name, text)));
    const std::size_t step = compiler.add(expression);
    set.names_.push_back(name);
    set.program_.features.push_back(step);
    set.lookback_ = std::max(set.lookback_, compiler.reach(step).lookback);
    set.burn_in_ = std::max(set.burn_in_, compiler.reach(step).burn_in);
    spec.push_back(JsonObject{{"name", name}, {"expression", render_expression(expression)}});
  }
  set.spec_ = render_canonical_json(JsonObject{{"features", std::move(spec)}, {"language", language_revision}});
  set.hash_ = compute_sha256_hex(set.spec_);
  return set;
}

Result<FeatureSet> FeatureSet::parse_spec(std::string_view spec) {
  constexpr std::string_view where = "feature set";
  TRY(const Json json, parse_json(spec));
  const Json* listed = json.is_object() ? json.get_object().if_contains("features") : nullptr;
  if (listed == nullptr || !listed->is_array())
    return fail(Errc::invalid_input, "feature set: /features must be a list");
  std::vector<NamedExpression> features;
  for (const Json& each : listed->get_array()) {
    if (!each.is_object()) return fail(Errc::invalid_input, "feature set: /features must hold objects");
    NamedExpression feature;
    TRY(feature.name, require_string(each.get_object(), "name", where));
    TRY(feature.expression, require_string(each.get_object(), "expression", where));
    features.push_back(std::move(feature));
  }
  TRY(FeatureSet set, compile(features));
  if (set.spec() != spec)
    return fail(Errc::invalid_input,
                fmt::format("feature set {} was written in another revision of the feature language than {}",
                            compute_sha256_hex(spec), language_revision));
  return set;
}

FeatureStream::FeatureStream(const FeatureSet& features)
    : program_(features.program()), values_(program_.steps.size()), row_(program_.features.size()) {
  for (const IndicatorCall& call : program_.sources)
    sources_.push_back({call.type->make(call.arguments), std::vector<double>(call.type->outputs.size())});
  for (const std::size_t length : program_.windows) windows_.emplace_back(length);
}

std::span<const double> FeatureStream::push(const Ohlcv& bar) {
  for (RunningIndicator& source : sources_) source.indicator->push(bar, source.outputs);
  for (std::size_t i = 0; i < program_.steps.size(); ++i) {
    const FeatureStep& step = program_.steps[i];
    double value = undefined;
    switch (step.kind) {
      case Expression::Kind::number: value = step.number; break;
      case Expression::Kind::column: value = bar.*step.column; break;
      case Expression::Kind::indicator: value = sources_[step.source].outputs[step.output]; break;
      case Expression::Kind::infix:
      case Expression::Kind::function: value = step.operation->apply(values_[step.left], values_[step.right]); break;
      case Expression::Kind::rolling_z: {
        Window& window = windows_[step.source];
        window.push(values_[step.left]);
        if (window.full()) value = compute_z(window.values());
        break;
      }
    }
    values_[i] = finite_or_undefined(value);
  }
  for (std::size_t i = 0; i < row_.size(); ++i) row_[i] = values_[program_.features[i]];
  return row_;
}

Matrix compute_matrix(const FeatureSet& features, const Bars& bars) {
  Matrix matrix{.names = features.names(), .bar_at = bars.bar_at, .values = {}};
  matrix.values.reserve(bars.size() * features.names().size());
  FeatureStream stream(features);
  for (std::size_t row = 0; row < bars.size(); ++row) {
    const auto values = stream.push(bar_values(bars, row));
    matrix.values.insert(matrix.values.end(), values.begin(), values.end());
  }
  return matrix;
}

}  // namespace converge::feature
