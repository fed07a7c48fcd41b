#include "model/model_spec.hpp"

#include <gtest/gtest.h>
#include <boost/json/object.hpp>
#include <fstream>
#include <sstream>

namespace converge::model {
namespace {

std::string read_desk_model(const char* name) {
  std::ifstream file(std::string(CONVERGE_SOURCE_DIR) + "/desk/models/" + name + ".toml");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string replace(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ModelSpec, ReadsTheDesksModels) {
  struct Case {
    const char* name;
    const char* kind;
    std::int64_t window;
    bool long_below;
  };
  for (const Case& c :
       {Case{"sp500_vol5", "volatility_above_median", 252, true}, Case{"sp500_up5", "direction", 0, false}}) {
    SCOPED_TRACE(c.name);
    const auto spec = parse_model(read_desk_model(c.name), c.name);
    ASSERT_TRUE(spec) << spec.error().message;
    EXPECT_EQ(spec->name, c.name);
    EXPECT_EQ(spec->label.kind, c.kind);
    EXPECT_EQ(spec->label.horizon, 5);
    EXPECT_EQ(spec->label.window, c.window);
    EXPECT_EQ(spec->signal.long_below, c.long_below);
    ASSERT_EQ(spec->features.size(), 12U);
    EXPECT_EQ(spec->features[0].expression, "close / sma(20) - 1") << "features keep the order of the file";
    EXPECT_EQ(spec->features[11].name, "volume_z20");
    ASSERT_EQ(spec->candidates.size(), 2U);
    EXPECT_EQ(spec->candidates[0].algorithm, "xgboost");
    EXPECT_EQ(spec->candidates[0].params.at("max_depth").to_number<int>(), 3);
    EXPECT_EQ(spec->candidates[1].algorithm, "logistic");
    EXPECT_EQ(spec->gate.block_mean, 20);
  }
}

TEST(ModelSpec, TakesTheBlockLengthFromTheHorizonWhenLeftOut) {
  auto text = replace(read_desk_model("sp500_up5"), "block_mean = 20\n", "");
  EXPECT_EQ(parse_model(text, "m")->gate.block_mean, 20);
  text = replace(text, "horizon = 5", "horizon = 30");
  EXPECT_EQ(parse_model(text, "m")->gate.block_mean, 120);
}

TEST(ModelSpec, RefusesWhatItDoesNotKnowOrMayNotAccept) {
  struct Case {
    const char* name;
    const char* from;
    const char* to;
    const char* message;
  };
  for (const Case& c : {
           Case{"unknown key", "[gate]\n", "[gate]\nforgive = true\n", "m.toml: /gate/forgive is not"},
           Case{"unknown table", "[gate]\n", "[oracle]\nx = 1\n[gate]\n", "m.toml: /oracle is not"},
           Case{"missing key", "symbol = \"sp500\"\n", "", "m.toml: /symbol must be a text"},
           Case{"bad timeframe", "\"1d\"", "\"2d\"", "m.toml: /timeframe must be one of"},
           Case{"bad label kind", "\"direction\"", "\"fortune\"", "m.toml: /label: "},
           Case{"window without a median", "horizon = 5", "horizon = 5\nwindow = 9", "m.toml: /label: "},
           Case{"unknown algorithm", "[algorithm.logistic]", "[algorithm.oracle]",
                "m.toml: /algorithm/oracle is not an algorithm"},
           Case{"unknown parameter", "l2 = 100.0", "l1 = 100.0", "m.toml: /algorithm/logistic/l2 must be"},
           Case{"gate on too few rows", "rows_min = 500", "rows_min = 63", "m.toml: /gate/rows_min must be"},
           Case{"too short a hold-out", "holdout_rows = 252", "holdout_rows = 63",
                "m.toml: /validation/holdout_rows must be"},
           Case{"too few resamples", "resamples = 2000", "resamples = 200", "m.toml: /gate/resamples must be"},
           Case{"too little confidence", "confidence = 0.95", "confidence = 0.9", "m.toml: /gate/confidence must be"},
           Case{"blocks shorter than the label", "block_mean = 20", "block_mean = 5",
                "m.toml: /gate/block_mean must be"},
           Case{"a hold-out of less than two blocks", "block_mean = 20", "block_mean = 127",
                "m.toml: /gate/block_mean x 2 must not exceed"},
           Case{"a gate nobody can pass", "folds = 5", "folds = 2", "m.toml: /validation/folds x test_rows"},
           Case{"impatient", "cooldown_sessions = 21", "cooldown_sessions = 5",
                "m.toml: /retraining/cooldown_sessions must be"},
           Case{"feature without expression", "rsi14 = \"rsi(14)\"", "rsi14 = 14",
                "m.toml: /features/rsi14 must be a text"},
           Case{"expression that does not parse", "\"rsi(14)\"", "\"rsi(14\"", "m.toml: /features: "},
           Case{"feature that does not exist", "\"rsi(14)\"", "\"crystal_ball(14)\"", "m.toml: /features: "},
           Case{"feature that depends on the price level", "\"rsi(14)\"", "\"sma(14)\"",
                "m.toml: /features: feature rsi14 depends"},
           Case{"not TOML", "[gate]", "[gate", "m.toml:"},
       }) {
    SCOPED_TRACE(c.name);
    const auto spec = parse_model(replace(read_desk_model("sp500_up5"), c.from, c.to), "m.toml");
    ASSERT_FALSE(spec);
    EXPECT_EQ(spec.error().code, Errc::invalid_input);
    EXPECT_TRUE(spec.error().message.starts_with(c.message)) << spec.error().message;
  }
}

}  // namespace
}  // namespace converge::model
