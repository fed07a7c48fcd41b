// feature/feature_set.hpp — the features that a model sees: named expressions, compiled once, identified by their hash.
//
// Pure. A FeatureSet says what; a FeatureStream computes it, one bar in, one row out. Labels are another type
// (feature/label_set.hpp) and cannot be named here.
#pragma once
#include "base/result.hpp"
#include "feature/expression.hpp"
#include "feature/matrix.hpp"
#include "feature/window.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::feature {

struct NamedExpression {
  std::string name;
  std::string expression;
};

// One step of the program that all features of a set compile to; steps come after the steps they read. Equal
// subexpressions are one step, and an indicator runs once however many of its outputs are used.
struct FeatureStep {
  Expression::Kind kind = Expression::Kind::number;
  double number = 0;
  double Ohlcv::*column = nullptr;
  const Operation* operation = nullptr;
  std::size_t left = 0, right = 0;  // infix, function, rolling_z: steps
  std::size_t source = 0;           // indicator: index into FeatureProgram::sources; rolling_z: into ::windows
  std::size_t output = 0;           // indicator
};

struct IndicatorCall {
  const IndicatorType* type = nullptr;
  std::vector<double> arguments;
};

struct FeatureProgram {
  std::vector<FeatureStep> steps;
  std::vector<IndicatorCall> sources;
  std::vector<std::size_t> windows;   // lengths
  std::vector<std::size_t> features;  // the step of each feature, in order
};

class FeatureSet {
 public:
  // Order is kept: it is the order of columns everywhere.
  // errors: invalid_input for a name that is not [a-z][a-z0-9_]* of 64 at most or is there twice, for no feature at all, and
  // for an expression that does not parse (with its name and column)
  static Result<FeatureSet> compile(std::span<const NamedExpression> features);

  // Reads back what spec() wrote.
  // errors: invalid_input for another text, and for a spec of an older language, whose features had other values
  static Result<FeatureSet> parse_spec(std::string_view spec);

  const std::vector<std::string>& names() const { return names_; }
  // Canonical JSON: the same for every way to write the same features in the same order.
  const std::string& spec() const { return spec_; }
  const std::string& hash() const { return hash_; }  // SHA-256 of spec()
  // Bars before the first complete row of a clean series.
  std::size_t lookback() const { return lookback_; }
  // Bars after which the choice of the first bar no longer matters (1e-6 of each indicator); at least lookback().
  std::size_t burn_in() const { return burn_in_; }

  const FeatureProgram& program() const { return program_; }

 private:
  FeatureSet() = default;

  std::vector<std::string> names_;
  std::string spec_, hash_;
  std::size_t lookback_ = 0, burn_in_ = 0;
  FeatureProgram program_;
};

// The state of one pass over one series of bars. Movable; owns everything it needs.
class FeatureStream {
 public:
  explicit FeatureStream(const FeatureSet& features);
  // The row of the bar, shape [features]; NaN where a feature is not defined. Valid until the next push.
  std::span<const double> push(const Ohlcv& bar);

 private:
  struct RunningIndicator {
    std::unique_ptr<Indicator> indicator;
    std::vector<double> outputs;
  };

  FeatureProgram program_;
  std::vector<RunningIndicator> sources_;
  std::vector<Window> windows_;
  std::vector<double> values_;  // of each step
  std::vector<double> row_;
};

// Every row of `bars`: a FeatureStream over all of them.
Matrix compute_matrix(const FeatureSet& features, const Bars& bars);

}  // namespace converge::feature
