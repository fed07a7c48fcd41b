// model/algorithm.hpp — the table of algorithms, and what a fitted model is: bytes with a hash.
//
// A third algorithm is one file with three functions and one row in algorithm.cpp (and one word in the enums of the
// contracts that name it). Nothing else in the product knows which algorithms exist.
#pragma once
#include "base/result.hpp"
#include "model/dataset.hpp"
#include "wire/json.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::model {

// A fitted model as it is stored in model_artifact.
struct Artifact {
  std::string format;   // how to read the content: Algorithm::format
  std::string content;  // text
  std::string sha256;   // of the content
};

// A fitted model that speaks. threads: one caller at a time
class Scorer {
 public:
  using Score = std::function<Result<std::vector<double>>(std::span<const double> values)>;
  // columns: what the model was fitted on; score: of whole rows of so many finite values
  Scorer(std::size_t columns, Score score) : columns_(columns), score_(std::move(score)) {}

  std::size_t columns() const { return columns_; }
  // The probability of label 1 for each row of `values`: row-major, shape [values.size() / columns, columns].
  //   errors  invalid_input: other columns than the model was fitted on, not a whole number of rows, or a value that is not
  //           finite (no model guesses around a hole); internal: the model gave another number of scores than there are rows
  Result<std::vector<double>> operator()(std::span<const double> values, std::size_t columns) const;

 private:
  std::size_t columns_;
  Score score_;
};

struct Algorithm {
  std::string_view name;    // as in a model file and in model_version.algorithm
  std::string_view format;  // as in model_artifact.format
  // The parameters of a model file with every default filled in. errors: invalid_input with file and pointer
  Result<JsonObject> (*check_params)(const JsonObject& params, std::string_view where, std::string_view pointer);
  // Fits on all rows. Same rows, params and seed give the same bytes.
  //   params  as check_params returned them
  //   errors  invalid_input: no rows, or only one label occurs
  Result<std::string> (*fit)(const Dataset& train, const JsonObject& params, std::uint64_t seed);
  // errors: invalid_input when the content is not what fit() wrote
  Result<Scorer> (*open)(std::string_view content);
};

std::span<const Algorithm> algorithms();
Result<const Algorithm*> find_algorithm(std::string_view name);

Result<Artifact> fit_artifact(const Algorithm& algorithm, const Dataset& train, const JsonObject& params,
                              std::uint64_t seed);
// Reads an artifact of any format. errors: contract_violation when the content does not have its hash
Result<Scorer> open_artifact(const Artifact& artifact);

// Shared by the algorithms: a fit needs both labels, a score needs whole rows of finite numbers.
Result<void> check_train(const Dataset& train);
Result<std::size_t> count_rows(std::span<const double> values, std::size_t columns);

}  // namespace converge::model
