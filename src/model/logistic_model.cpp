#include "model/logistic_model.hpp"

#include "wire/toml.hpp"

#include <fmt/format.h>
#include <Eigen/Dense>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>

namespace converge::model {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Eigen::VectorXd;

constexpr int newton_steps_max = 100;
constexpr int halvings_max = 40;
constexpr double gradient_tolerance = 1e-9;  // per row
constexpr double rounding = 1e-12;           // of the objective: a step this flat is not uphill

struct Scaler {
  VectorXd mean;
  VectorXd scale;  // 1 for a constant feature, which then scales to 0
};

Eigen::Index to_index(std::size_t n) {
  return static_cast<Eigen::Index>(n);
}

Eigen::Map<const RowMajor> view(std::span<const double> values, std::size_t columns) {
  return {values.data(), to_index(values.size() / columns), to_index(columns)};
}

Scaler fit_scaler(const Eigen::Map<const RowMajor>& x) {
  Scaler scaler{x.colwise().mean().transpose(), VectorXd::Ones(x.cols())};
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    const double deviation = std::sqrt((x.col(j).array() - scaler.mean[j]).square().mean());
    if (deviation > 1e-12 * std::max(1.0, std::abs(scaler.mean[j]))) scaler.scale[j] = deviation;
  }
  return scaler;
}

// Scaled features with a column of ones in front, for the intercept.
RowMajor make_design(const Eigen::Map<const RowMajor>& x, const Scaler& scaler) {
  RowMajor design(x.rows(), x.cols() + 1);
  design.col(0).setOnes();
  design.rightCols(x.cols()) =
      (x.rowwise() - scaler.mean.transpose()).array().rowwise() / scaler.scale.transpose().array();
  return design;
}

double sigmoid(double z) {
  return z >= 0 ? 1 / (1 + std::exp(-z)) : std::exp(z) / (1 + std::exp(z));
}

double softplus(double z) {
  return std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z)));
}

// sum(log loss) + penalty/2 * w^2, penalty per coefficient.
double compute_objective(const RowMajor& design, const VectorXd& y, const VectorXd& penalty, const VectorXd& w) {
  const VectorXd z = design * w;
  double sum = 0.5 * (penalty.array() * w.array().square()).sum();
  for (Eigen::Index i = 0; i < z.size(); ++i) sum += softplus(z[i]) - y[i] * z[i];
  return sum;
}

Result<VectorXd> minimise(const RowMajor& design, const VectorXd& y, const VectorXd& penalty) {
  VectorXd w = VectorXd::Zero(design.cols());
  double objective = compute_objective(design, y, penalty, w);
  for (int step = 0; step < newton_steps_max; ++step) {
    const VectorXd p = (design * w).unaryExpr([](double z) { return sigmoid(z); });
    const VectorXd gradient = design.transpose() * (p - y) + penalty.cwiseProduct(w);
    if (gradient.lpNorm<Eigen::Infinity>() <= gradient_tolerance * static_cast<double>(y.size())) return w;
    const VectorXd weight = p.array() * (1 - p.array());
    Eigen::MatrixXd hessian = design.transpose() * weight.asDiagonal() * design;
    hessian.diagonal() += penalty;
    const VectorXd direction = hessian.ldlt().solve(gradient);

    double length = 1;
    double next = compute_objective(design, y, penalty, w - direction);
    for (int halving = 0; !(next <= objective * (1 + rounding)) && halving < halvings_max; ++halving) {
      length /= 2;
      next = compute_objective(design, y, penalty, w - length * direction);
    }
    w -= length * direction;
    objective = next;
  }
  return fail(Errc::internal, fmt::format("logistic: no minimum after {} Newton steps", newton_steps_max));
}

JsonArray to_json(const VectorXd& values) {
  return JsonArray(values.begin(), values.end());
}

Result<VectorXd> read_vector(const JsonObject& object, std::string_view key, std::size_t size) {
  const Json* value = object.if_contains(key);
  if (value == nullptr || !value->is_array() || value->get_array().size() != size)
    return fail(Errc::invalid_input, fmt::format("logistic model: /{} must be {} numbers", key, size));
  VectorXd out(to_index(size));
  for (std::size_t i = 0; i < size; ++i) {
    const Json& element = value->get_array()[i];
    if (!element.is_number())
      return fail(Errc::invalid_input, fmt::format("logistic model: /{}/{} must be a number", key, i));
    out[to_index(i)] = element.to_number<double>();
  }
  return out;
}

}  // namespace

Result<JsonObject> check_logistic_params(const JsonObject& params, std::string_view where, std::string_view pointer) {
  TableReader reader(params, std::string(where), std::string(pointer));
  JsonObject out;
  TRY(out["l2"], reader.number("l2", 1e-6, 1e6));
  TRY_VOID(reader.refuse_rest());
  return out;
}

Result<std::string> fit_logistic(const Dataset& train, const JsonObject& params, std::uint64_t) {
  TRY_VOID(check_train(train));
  TRY(const double l2, require_number(params, "l2", "logistic"));
  const auto x = view(train.values, train.columns());
  const Scaler scaler = fit_scaler(x);
  const RowMajor design = make_design(x, scaler);
  VectorXd y(to_index(train.rows()));
  for (std::size_t i = 0; i < train.rows(); ++i) y[to_index(i)] = train.labels[i].label;
  VectorXd penalty = VectorXd::Constant(design.cols(), l2);
  penalty[0] = 0;
  TRY(const VectorXd w, minimise(design, y, penalty));

  JsonObject artifact;
  artifact["features"] = JsonArray(train.names.begin(), train.names.end());
  artifact["mean"] = to_json(scaler.mean);
  artifact["scale"] = to_json(scaler.scale);
  artifact["coefficients"] = to_json(w.tail(design.cols() - 1));
  artifact["intercept"] = w[0];
  return render_canonical_json(Json(std::move(artifact)));
}

Result<Scorer> open_logistic(std::string_view content) {
  TRY(const Json json, parse_json(content));
  const Json* features = json.is_object() ? json.get_object().if_contains("features") : nullptr;
  if (features == nullptr || !features->is_array() || features->get_array().empty())
    return fail(Errc::invalid_input, "logistic model: /features must be a list of names");
  const JsonObject& object = json.get_object();
  const std::size_t columns = features->get_array().size();
  TRY(VectorXd mean, read_vector(object, "mean", columns));
  TRY(VectorXd scale, read_vector(object, "scale", columns));
  TRY(VectorXd coefficients, read_vector(object, "coefficients", columns));
  TRY(const double intercept, require_number(object, "intercept", "logistic model"));
  if (!(scale.array() > 0).all()) return fail(Errc::invalid_input, "logistic model: /scale must be positive");

  VectorXd w(to_index(columns) + 1);
  w << intercept, coefficients;
  return Scorer(columns,
                [scaler = Scaler{std::move(mean), std::move(scale)}, w = std::move(w),
                 columns](std::span<const double> values) -> Result<std::vector<double>> {
                  const VectorXd z = make_design(view(values, columns), scaler) * w;
                  std::vector<double> scores;
                  for (const double each : z) scores.push_back(sigmoid(each));
                  return scores;
                });
}

}  // namespace converge::model
