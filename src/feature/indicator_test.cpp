#include "feature/indicator.hpp"

#include "feature/matrix.hpp"
#include "feature/window.hpp"
#include "fixture/bars.hpp"

#include <gtest/gtest.h>
#include <bit>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

namespace converge::feature {
namespace {

using fixture::append_bar, fixture::make_flat_bars, fixture::make_random_bars;

using Columns = std::vector<std::vector<double>>;  // one per output

std::vector<double> default_arguments(const IndicatorType& type) {
  std::vector<double> arguments;
  for (const IndicatorParameter& parameter : type.parameters) arguments.push_back(parameter.fallback);
  return arguments;
}

Columns run_indicator(const IndicatorType& type, std::span<const double> arguments, const Bars& bars,
                      std::size_t first = 0) {
  Columns columns(type.outputs.size());
  std::vector<double> out(type.outputs.size());
  const auto indicator = type.make(arguments);
  for (std::size_t row = first; row < bars.size(); ++row) {
    indicator->push(bar_values(bars, row), out);
    for (std::size_t i = 0; i < out.size(); ++i) columns[i].push_back(out[i]);
  }
  return columns;
}

std::vector<double> run_output(std::string_view output, std::vector<double> arguments, const Bars& bars) {
  const IndicatorType& type = *find_indicator(output);
  const auto index = std::ranges::find(type.outputs, output) - type.outputs.begin();
  return run_indicator(type, arguments, bars)[static_cast<std::size_t>(index)];
}

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

std::string shared_folder() {
#ifdef CONVERGE_SHARED_DIR
  return CONVERGE_SHARED_DIR;
#else
  const char* folder = std::getenv("CONVERGE_SHARED_DIR");
  return folder ? folder : "";
#endif
}

using Table = std::map<std::string, std::vector<double>>;

// Columns by name; an empty cell is NaN.
Table read_table(std::istream& in) {
  std::string line, cell;
  std::getline(in, line);
  std::vector<std::string> names;
  for (std::istringstream header(line); std::getline(header, cell, ',');) names.push_back(cell);
  Table table;
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    for (const std::string& name : names) {
      cell.clear();
      std::getline(cells, cell, ',');
      if (name != "bar_at") table[name].push_back(cell.empty() ? undefined : std::strtod(cell.c_str(), nullptr));
    }
  }
  return table;
}

TEST(Indicator, AgreesWithTaLib) {
  std::ifstream file(shared_folder() + "/data/oracles/talib_spy_daily.csv");
  if (!file) GTEST_SKIP() << "CONVERGE_SHARED_DIR does not name a folder with data/oracles/talib_spy_daily.csv";
  Table oracle = read_table(file);
  Bars bars;
  for (std::size_t i = 0; i < oracle["close"].size(); ++i)
    append_bar(bars, oracle["open"][i], oracle["high"][i], oracle["low"][i], oracle["close"][i], oracle["volume"][i]);
  ASSERT_GT(bars.size(), 1000U);

  struct Case {
    const char* output;
    std::vector<double> arguments;
    const char* column;
  };
  const Case cases[] = {
      {"sma", {20}, "sma_20"},
      {"ema", {20}, "ema_20"},
      {"rsi", {14}, "rsi_14"},
      {"macd", {12, 26, 9}, "macd_12_26_9"},
      {"macd_signal", {12, 26, 9}, "macd_signal_12_26_9"},
      {"macd_hist", {12, 26, 9}, "macd_hist_12_26_9"},
      {"bb_up", {20, 2}, "bb_upper_20_2"},
      {"bb_mid", {20, 2}, "bb_middle_20_2"},
      {"bb_low", {20, 2}, "bb_lower_20_2"},
      {"atr", {14}, "atr_14"},
      {"adx", {14}, "adx_14"},
      {"plus_di", {14}, "plus_di_14"},
      {"minus_di", {14}, "minus_di_14"},
      {"stoch_k", {14, 3, 3}, "stoch_k_14_3_3"},
      {"stoch_d", {14, 3, 3}, "stoch_d_14_3_3"},
      {"roc", {10}, "roc_10"},
      {"obv", {}, "obv"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.column);
    const auto& expected = oracle.at(c.column);
    const auto actual = run_output(c.output, c.arguments, bars);
    double worst = 0;
    std::size_t compared = 0;
    for (std::size_t row = 0; row < expected.size(); ++row) {
      EXPECT_EQ(std::isnan(actual[row]), std::isnan(expected[row])) << "row " << row;
      if (std::isnan(expected[row])) continue;
      ++compared;
      const double error = std::abs(actual[row] - expected[row]) / std::max(1.0, std::abs(expected[row]));
      worst = std::isnan(error) ? 1 : std::max(worst, error);
    }
    EXPECT_GT(compared, 1000U);
    EXPECT_LE(worst, 1e-9);
    RecordProperty(c.column, std::to_string(worst));
  }
}

TEST(Indicator, HasNoValueBeforeItsLookbackAndOneFromThereOn) {
  const Bars bars = make_random_bars(1, 200);
  for (const IndicatorType* type : indicator_table()) {
    SCOPED_TRACE(type->name);
    const auto arguments = default_arguments(*type);
    for (const auto& column : run_indicator(*type, arguments, bars))
      for (std::size_t row = 0; row < column.size(); ++row)
        ASSERT_EQ(std::isnan(column[row]), row < type->lookback(arguments)) << "row " << row;
  }
}

TEST(Indicator, ForgetsItsFirstBarAfterItsBurnIn) {
  const Bars bars = make_random_bars(2, 2000);
  constexpr std::size_t late = 137;
  for (const IndicatorType* type : indicator_table()) {
    if (type->stability == Stability::cumulative) continue;
    SCOPED_TRACE(type->name);
    const auto arguments = default_arguments(*type);
    const std::size_t settled = type->burn_in ? type->burn_in(arguments) : type->lookback(arguments);
    ASSERT_LT(settled, 1000U);
    const Columns early_start = run_indicator(*type, arguments, bars);
    const Columns late_start = run_indicator(*type, arguments, bars, late);
    for (std::size_t i = 0; i < early_start.size(); ++i)
      for (std::size_t row = settled; row + late < bars.size(); ++row) {
        const double a = early_start[i][row + late];
        const double b = late_start[i][row];
        if (type->stability == Stability::exact)
          ASSERT_TRUE(same_bits(a, b)) << "row " << row;
        else
          ASSERT_NEAR(a, b, 1e-6 * std::max(1.0, std::abs(a))) << "row " << row;
      }
  }
}

struct MissingCase {
  const char* name;
  double value;
  std::vector<double> Bars::*column;
};
const MissingCase missing_cases[] = {
    {"close is NaN", std::nan(""), &Bars::close},     {"high is NaN", std::nan(""), &Bars::high},
    {"low is NaN", std::nan(""), &Bars::low},         {"volume is NaN", std::nan(""), &Bars::volume},
    {"close is infinite", HUGE_VAL, &Bars::close},    {"volume is zero", 0, &Bars::volume},
    {"low is minus infinite", -HUGE_VAL, &Bars::low},
};

TEST(Indicator, ExactOnesLoseOnlyTheWindowsThatHoldAMissingNumber) {
  const Bars clean = make_random_bars(3, 120);
  for (const IndicatorType* type : indicator_table()) {
    if (type->stability != Stability::exact) continue;
    const auto arguments = default_arguments(*type);
    const std::size_t lookback = type->lookback(arguments);
    const Columns expected = run_indicator(*type, arguments, clean);
    for (const MissingCase& c : missing_cases)
      for (std::size_t hole = 0; hole < clean.size(); ++hole) {
        SCOPED_TRACE(std::string(type->name) + ": " + c.name + " at " + std::to_string(hole));
        Bars bars = clean;
        (bars.*c.column)[hole] = c.value;
        const Columns actual = run_indicator(*type, arguments, bars);
        for (std::size_t i = 0; i < actual.size(); ++i)
          for (std::size_t row = 0; row < bars.size(); ++row) {
            const bool in_window = row >= hole && row <= hole + lookback;
            ASSERT_TRUE(same_bits(actual[i][row], expected[i][row]) || (in_window && std::isnan(actual[i][row])))
                << row;
          }
      }
  }
}

TEST(Indicator, RecursiveOnesStartAfreshAfterAMissingNumber) {
  const Bars clean = make_random_bars(4, 120);
  for (const IndicatorType* type : indicator_table()) {
    if (type->stability != Stability::recursive) continue;
    const auto arguments = default_arguments(*type);
    const Columns undisturbed = run_indicator(*type, arguments, clean);
    for (const MissingCase& c : missing_cases)
      for (std::size_t hole = 0; hole < clean.size(); ++hole) {
        SCOPED_TRACE(std::string(type->name) + ": " + c.name + " at " + std::to_string(hole));
        Bars bars = clean;
        (bars.*c.column)[hole] = c.value;
        const Columns actual = run_indicator(*type, arguments, bars);
        const Columns fresh = run_indicator(*type, arguments, clean, hole + 1);
        const bool reads_it = std::isnan(actual[0].back()) || !same_bits(actual[0].back(), undisturbed[0].back());
        for (std::size_t i = 0; i < actual.size(); ++i)
          for (std::size_t row = 0; row < bars.size(); ++row) {
            if (row < hole || !reads_it) {
              ASSERT_TRUE(same_bits(actual[i][row], undisturbed[i][row])) << row;
            } else if (row == hole) {
              // The close of a bar is part of the true range of the next bar only.
              ASSERT_TRUE(std::isnan(actual[i][row]) || same_bits(actual[i][row], undisturbed[i][row])) << row;
            } else {
              ASSERT_TRUE(same_bits(actual[i][row], fresh[i][row - hole - 1])) << row << " " << actual[i][row];
            }
          }
      }
  }
}

TEST(Indicator, ObvLeavesAMissingBarOut) {
  const Bars bars = make_flat_bars({10, 11, std::nan(""), 12, 11}, 5);
  const std::vector<double> expected{5, 10, undefined, 15, 10};
  const auto actual = run_output("obv", {}, bars);
  for (std::size_t row = 0; row < expected.size(); ++row) EXPECT_TRUE(same_bits(actual[row], expected[row])) << row;
}

TEST(Indicator, DefinesFlatPricesAsTaLibDoes) {
  const Bars bars = make_flat_bars(std::vector<double>(80, 42.1));
  const std::map<std::string_view, double> expected{
      {"sma", 42.1},           {"ema", 42.1},    {"rsi", 0},       {"macd", 0}, {"macd_signal", 0}, {"macd_hist", 0},
      {"bb_up", 42.1},         {"bb_mid", 42.1}, {"bb_low", 42.1}, {"atr", 0},  {"adx", 0},         {"plus_di", 0},
      {"minus_di", 0},         {"stoch_k", 0},   {"stoch_d", 0},   {"roc", 0},  {"obv", 100},       {"volatility", 0},
      {"volume_z", undefined},
  };
  for (const IndicatorType* type : indicator_table()) {
    const Columns columns = run_indicator(*type, default_arguments(*type), bars);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      SCOPED_TRACE(type->outputs[i]);
      ASSERT_TRUE(expected.contains(type->outputs[i]));
      const double wanted = expected.at(type->outputs[i]);
      if (std::isnan(wanted))
        EXPECT_TRUE(std::isnan(columns[i].back()));
      else
        EXPECT_NEAR(columns[i].back(), wanted, 1e-12);
    }
  }
}

// By hand: closes 1, 2, 1, 2 have log returns ln 2, -ln 2, ln 2; their mean is ln 2 / 3, the squared distances are
// (4 + 16 + 4) / 9 ln^2 2 = 8/3 ln^2 2, and half of that is 4/3 ln^2 2.
TEST(Indicator, VolatilityIsTheSampleDeviationOfLogReturns) {
  const auto values = run_output("volatility", {3}, make_flat_bars({1, 2, 1, 2}));
  EXPECT_TRUE(std::isnan(values[2]));
  EXPECT_NEAR(values[3], 2 / std::sqrt(3.0) * std::log(2.0), 1e-15);
  // Growth by the same factor does not vary at all.
  EXPECT_NEAR(run_output("volatility", {3}, make_flat_bars({1, 2, 4, 8})).back(), 0, 1e-15);
}

// By hand: log volumes 0, 1, 2 have mean 1 and sample deviation 1, so the newest is 1 deviation above; 2, 1, 0 mirrors it;
// 0, 0, 3 has mean 1 and squared distances 1 + 1 + 4, so deviation sqrt(3) and z = 2 / sqrt(3).
TEST(Indicator, VolumeZCountsDeviationsOfLogVolume) {
  const auto z_of_logs = [](std::initializer_list<double> logs) {
    Bars bars;
    for (const double log : logs) append_bar(bars, 1, 1, 1, 1, std::exp(log));
    return run_output("volume_z", {3}, bars).back();
  };
  EXPECT_NEAR(z_of_logs({0, 1, 2}), 1, 1e-14);
  EXPECT_NEAR(z_of_logs({2, 1, 0}), -1, 1e-14);
  EXPECT_NEAR(z_of_logs({9, 0, 0, 3}), 2 / std::sqrt(3.0), 1e-14);
}

// The same bars after 100,000 others of another size: a running sum would have drifted.
TEST(Indicator, KeepsItsPrecisionOverALongSeries) {
  Bars bars = make_random_bars(5, 100'000);
  for (double& close : bars.close) close += 1e9;
  const Bars tail = make_random_bars(6, 40);
  const Bars alone = tail;
  for (std::size_t i = 0; i < tail.size(); ++i)
    append_bar(bars, tail.open[i], tail.high[i], tail.low[i], tail.close[i], tail.volume[i]);
  for (const char* output : {"sma", "bb_up", "volatility", "volume_z"}) {
    SCOPED_TRACE(output);
    const auto arguments = default_arguments(*find_indicator(output));
    EXPECT_TRUE(same_bits(run_output(output, arguments, bars).back(), run_output(output, arguments, alone).back()));
  }
}

TEST(IndicatorTable, NamesEveryOutputOnceAndKeepsItsDefaultsInBounds) {
  std::map<std::string_view, int> outputs;
  for (const IndicatorType* type : indicator_table()) {
    SCOPED_TRACE(type->name);
    for (const std::string_view output : type->outputs) EXPECT_EQ(++outputs[output], 1) << output;
    for (const IndicatorParameter& parameter : type->parameters) {
      EXPECT_GE(parameter.fallback, parameter.min);
      EXPECT_LE(parameter.fallback, parameter.max);
    }
  }
  EXPECT_EQ(find_indicator("nothing"), nullptr);
}

TEST(IndicatorTable, IsPrintedInTheDocumentation) {
  std::ifstream file(CONVERGE_SOURCE_DIR "/docs/features.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find(render_indicator_table()), std::string::npos)
      << "docs/features.md does not hold this table:\n"
      << render_indicator_table();
}

}  // namespace
}  // namespace converge::feature
