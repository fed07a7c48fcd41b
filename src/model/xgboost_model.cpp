#include "model/xgboost_model.hpp"

#include "wire/toml.hpp"

#include <fmt/format.h>
#include <xgboost/c_api.h>
#include <array>
#include <boost/json/object.hpp>
#include <limits>
#include <memory>

namespace converge::model {
namespace {

struct FreeBooster {
  void operator()(void* handle) const { XGBoosterFree(handle); }
};
struct FreeDMatrix {
  void operator()(void* handle) const { XGDMatrixFree(handle); }
};
using Booster = std::unique_ptr<void, FreeBooster>;
using DMatrix = std::unique_ptr<void, FreeDMatrix>;

// XGBoost's return code as a Result: its own words, once, at the first line of ours.
Result<void> checked(int code) {
  if (code != 0) return fail(Errc::internal, fmt::format("XGBoost: {}", XGBGetLastError()));
  return {};
}

std::vector<float> to_floats(std::span<const double> values) {
  std::vector<float> out;
  out.reserve(values.size());
  for (const double value : values) out.push_back(static_cast<float>(value));
  return out;
}

Result<DMatrix> make_dmatrix(const Dataset& train) {
  const auto values = to_floats(train.values);
  std::vector<float> labels;
  for (const auto& label : train.labels) labels.push_back(static_cast<float>(label.label));
  void* handle = nullptr;
  TRY_VOID(checked(XGDMatrixCreateFromMat(values.data(), train.rows(), train.columns(),
                                          std::numeric_limits<float>::quiet_NaN(), &handle)));
  DMatrix matrix(handle);
  TRY_VOID(checked(XGDMatrixSetFloatInfo(matrix.get(), "label", labels.data(), labels.size())));
  return matrix;
}

Result<Booster> make_booster(std::span<const DMatrixHandle> caches) {
  void* handle = nullptr;
  TRY_VOID(checked(XGBoosterCreate(caches.data(), caches.size(), &handle)));
  return Booster(handle);
}

std::string render_param(const Json& value) {
  return value.is_string() ? std::string(value.get_string()) : render_json(value);
}

Result<void> name_features(const Booster& booster, const std::vector<std::string>& names) {
  std::vector<const char*> pointers;
  for (const auto& name : names) pointers.push_back(name.c_str());
  return checked(XGBoosterSetStrFeatureInfo(booster.get(), "feature_name", pointers.data(), pointers.size()));
}

Result<std::string> render_booster(const Booster& booster) {
  bst_ulong length = 0;
  const char* text = nullptr;
  TRY_VOID(checked(XGBoosterSaveModelToBuffer(booster.get(), R"({"format":"json"})", &length, &text)));
  return std::string(text, length);
}

Result<std::vector<double>> score_rows(const Booster& booster, std::size_t columns, std::span<const double> values) {
  const std::size_t rows = values.size() / columns;
  if (rows == 0) return std::vector<double>{};
  const auto floats = to_floats(values);
  const auto array = fmt::format(R"({{"data":[{},true],"shape":[{},{}],"typestr":"<f4","version":3}})",
                                 reinterpret_cast<std::uintptr_t>(floats.data()), rows, columns);
  constexpr const char* config =
      R"({"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true,"cache_id":0,"missing":NaN})";
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* scores = nullptr;
  TRY_VOID(
      checked(XGBoosterPredictFromDense(booster.get(), array.c_str(), config, nullptr, &shape, &dimensions, &scores)));
  return std::vector<double>(scores, scores + rows);
}

}  // namespace

Result<JsonObject> check_xgboost_params(const JsonObject& params, std::string_view where, std::string_view pointer) {
  struct Number {
    const char* key;
    bool is_integer;
    double min, max;
    Json fallback;  // null: the model file must say it
  };
  const std::array numbers{
      Number{"max_depth", true, 1, 12, nullptr}, Number{"rounds", true, 1, 10'000, nullptr},
      Number{"eta", false, 1e-4, 1, nullptr},    Number{"min_child_weight", false, 0, 1e6, nullptr},
      Number{"lambda", false, 0, 1e6, 1.0},      Number{"subsample", false, 0.1, 1, 1.0},
      Number{"max_bin", true, 8, 4096, 256},     Number{"nthread", true, 1, 64, 1},
  };
  constexpr std::array<std::string_view, 2> tree_methods{"hist", "exact"};

  TableReader reader(params, std::string(where), std::string(pointer));
  JsonObject out;
  for (const auto& [key, is_integer, min, max, fallback] : numbers) {
    if (!reader.has(key) && !fallback.is_null()) {
      out[key] = fallback;
    } else if (is_integer) {
      TRY(out[key], reader.integer(key, static_cast<std::int64_t>(min), static_cast<std::int64_t>(max)));
    } else {
      TRY(out[key], reader.number(key, min, max));
    }
  }
  out["tree_method"] = "hist";
  if (reader.has("tree_method")) {
    TRY(out["tree_method"], reader.word("tree_method", tree_methods));
  }
  TRY_VOID(reader.refuse_rest());
  return out;
}

Result<std::string> fit_xgboost(const Dataset& train, const JsonObject& params, std::uint64_t seed) {
  TRY_VOID(check_train(train));
  TRY(const DMatrix matrix, make_dmatrix(train));
  const std::array<DMatrixHandle, 1> caches{matrix.get()};
  TRY(const Booster booster, make_booster(caches));

  const auto set = [&](const char* name, const std::string& value) {
    return checked(XGBoosterSetParam(booster.get(), name, value.c_str()));
  };
  TRY_VOID(set("objective", "binary:logistic"));
  TRY_VOID(set("base_score", render_double(train.base_rate())));
  TRY_VOID(set("seed", std::to_string(seed % 2'147'483'647)));  // XGBoost keeps the seed in 32 bits
  TRY_VOID(set("verbosity", "0"));
  for (const auto& param : params) {
    if (param.key() == "rounds") continue;
    TRY_VOID(set(std::string(param.key()).c_str(), render_param(param.value())));
  }
  TRY(const std::int64_t rounds, require_int(params, "rounds", "xgboost"));
  for (int round = 0; round < rounds; ++round)
    TRY_VOID(checked(XGBoosterUpdateOneIter(booster.get(), round, matrix.get())));
  TRY_VOID(name_features(booster, train.names));
  return render_booster(booster);
}

Result<Scorer> open_xgboost(std::string_view content) {
  TRY(Booster loaded, make_booster({}));
  if (XGBoosterLoadModelFromBuffer(loaded.get(), content.data(), content.size()) != 0)
    return fail(Errc::invalid_input, fmt::format("not a model in XGBoost's JSON: {}", XGBGetLastError()));
  TRY_VOID(checked(XGBoosterSetParam(loaded.get(), "nthread", "1")));  // one row at a time: threads only cost
  bst_ulong columns = 0;
  TRY_VOID(checked(XGBoosterGetNumFeature(loaded.get(), &columns)));
  const std::shared_ptr<Booster> booster = std::make_shared<Booster>(std::move(loaded));
  return Scorer(columns,
                [booster, columns](std::span<const double> values) { return score_rows(*booster, columns, values); });
}

}  // namespace converge::model
