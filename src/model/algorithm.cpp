#include "model/algorithm.hpp"

#include "base/hash.hpp"
#include "model/logistic_model.hpp"
#include "model/xgboost_model.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>

namespace converge::model {
namespace {

constexpr std::array algorithm_table{
    Algorithm{"xgboost", "xgboost_json", check_xgboost_params, fit_xgboost, open_xgboost},
    Algorithm{"logistic", "logistic_json", check_logistic_params, fit_logistic, open_logistic},
};

}  // namespace

std::span<const Algorithm> algorithms() {
  return algorithm_table;
}

Result<const Algorithm*> find_algorithm(std::string_view name) {
  const auto found = std::ranges::find(algorithm_table, name, &Algorithm::name);
  if (found == algorithm_table.end()) return fail(Errc::not_found, fmt::format("no algorithm is called '{}'", name));
  return &*found;
}

Result<Artifact> fit_artifact(const Algorithm& algorithm, const Dataset& train, const JsonObject& params,
                              std::uint64_t seed) {
  TRY(std::string content, algorithm.fit(train, params, seed));
  std::string sha256 = compute_sha256_hex(content);
  return Artifact{std::string(algorithm.format), std::move(content), std::move(sha256)};
}

Result<Scorer> open_artifact(const Artifact& artifact) {
  if (compute_sha256_hex(artifact.content) != artifact.sha256)
    return fail(Errc::contract_violation,
                fmt::format("model artifact {}: the content has another hash", artifact.sha256));
  const auto found = std::ranges::find(algorithm_table, artifact.format, &Algorithm::format);
  if (found == algorithm_table.end())
    return fail(Errc::not_found,
                fmt::format("model artifact {}: no algorithm reads '{}'", artifact.sha256, artifact.format));
  return found->open(artifact.content);
}

Result<std::vector<double>> Scorer::operator()(std::span<const double> values, std::size_t columns) const {
  if (columns != columns_)
    return fail(Errc::invalid_input, fmt::format("the model was fitted on {} features, not {}", columns_, columns));
  TRY(const std::size_t rows, count_rows(values, columns));
  TRY(std::vector<double> scores, score_(values));
  if (scores.size() != rows) return fail(Errc::internal, fmt::format("{} scores for {} rows", scores.size(), rows));
  return scores;
}

Result<void> check_train(const Dataset& train) {
  const double base_rate = train.base_rate();
  if (train.rows() == 0 || base_rate == 0 || base_rate == 1)
    return fail(Errc::invalid_input, fmt::format("fit: {} rows, and both labels must occur", train.rows()));
  TRY(const std::size_t rows, count_rows(train.values, train.columns()));
  if (rows != train.rows()) return fail(Errc::invalid_input, "fit: features and labels differ in rows");
  return {};
}

Result<std::size_t> count_rows(std::span<const double> values, std::size_t columns) {
  if (columns == 0 || values.size() % columns != 0)
    return fail(Errc::invalid_input,
                fmt::format("{} values are no whole number of rows of {}", values.size(), columns));
  const auto hole = std::ranges::find_if_not(values, [](double value) { return std::isfinite(value); });
  if (hole != values.end()) {
    const auto at = static_cast<std::size_t>(hole - values.begin());
    return fail(Errc::invalid_input,
                fmt::format("row {}, feature {}: not a finite number", at / columns, at % columns));
  }
  return values.size() / columns;
}

}  // namespace converge::model
