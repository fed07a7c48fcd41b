#include "feature/feature_set.hpp"

#include "feature/label_set.hpp"
#include "fixture/bars.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <cstring>
#include <type_traits>

namespace converge::feature {
namespace {

using fixture::append_bar, fixture::make_flat_bars, fixture::make_random_bars;

// Targets cannot be reached from feature code: the types do not meet.
static_assert(!std::is_invocable_v<decltype(compute_matrix), const LabelSet&, const Bars&>);
static_assert(!std::is_convertible_v<LabelSet, FeatureSet> && !std::is_constructible_v<FeatureStream, const LabelSet&>);

FeatureSet compile(std::vector<NamedExpression> features) {
  auto set = FeatureSet::compile(features);
  EXPECT_TRUE(set) << set.error().message;
  return *std::move(set);
}

// One feature, one value per bar.
std::vector<double> compute_feature(const std::string& expression, const Bars& bars) {
  return compute_matrix(compile({{"x", expression}}), bars).values;
}

TEST(FeatureSet, ComputesWhatTheExpressionSays) {
  Bars bars;
  append_bar(bars, 10, 16, 8, 12, 100);
  append_bar(bars, 12, 15, 9, 14, 200);
  struct Case {
    const char* expression;
    double expected;  // of the second bar
  };
  const Case cases[] = {
      {"close - open", 2},
      {"high / low * 3", 5},
      {"-(close - 20)", 6},
      {"abs(open - close)", 2},
      {"log(volume / 200)", 0},
      {"sma(2)", 13},
      {"close / sma(2) - 1", 14.0 / 13 - 1},
      {"roc(1)", 100 * (14.0 / 12 - 1)},
      {"obv()", 300},
      {"bb_up(2, 3) - bb_mid(2, 3)", 3},
      {"z(close, 2)", 1 / std::sqrt(2.0)},  // mean 13, sample deviation sqrt(2)
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.expression);
    EXPECT_DOUBLE_EQ(compute_feature(c.expression, bars)[1], c.expected);
  }
}

TEST(FeatureSet, HasNoValueWhereArithmeticHasNone) {
  Bars bars;
  append_bar(bars, 1, 1, 1, 1, 0);
  for (const char* expression : {"close / (close - open)", "(close - open) / (close - open)", "log(volume)",
                                 "log(close - 2)", "1e308 * 10 * close", "sma(2)", "sma(2) * 0"}) {
    SCOPED_TRACE(expression);
    EXPECT_TRUE(std::isnan(compute_feature(expression, bars)[0]));
  }
}

TEST(FeatureSet, LanguageAndIndicatorAgreeOnVolumeZ) {
  const Bars bars = make_random_bars(1, 100);
  const auto a = compute_feature("volume_z(20)", bars);
  const auto b = compute_feature("z(log(volume), 20)", bars);
  EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(double)), 0);
}

TEST(FeatureSet, HashFollowsTheMeaningAndTheOrder) {
  const auto hash = [](std::vector<NamedExpression> features) { return compile(std::move(features)).hash(); };
  const auto one = hash({{"a", "close/sma(20)-1"}, {"b", "rsi()"}});
  EXPECT_EQ(one, hash({{"a", " (close / sma( )) - 1"}, {"b", "rsi(14)"}}));
  EXPECT_NE(one, hash({{"b", "rsi()"}, {"a", "close/sma(20)-1"}}));
  EXPECT_NE(one, hash({{"a", "close/sma(21)-1"}, {"b", "rsi()"}}));
  EXPECT_NE(one, hash({{"c", "close/sma(20)-1"}, {"b", "rsi()"}}));
  const std::string spec = R"json({"features":[{"expression":"rsi(14)","name":"a"}],"language":1})json";
  EXPECT_EQ(compile({{"a", "rsi()"}}).spec(), spec);
}

TEST(FeatureSet, ReadsBackItsOwnSpec) {
  const FeatureSet set = compile({{"a", "close/sma(20)-1"},
                                  {"b", "-rsi() * 2 + log(abs(close - open) + 1e-7)"},
                                  {"c", "z(obv(), 20)"},
                                  {"d", "(close - bb_mid(20, 2.5)) / (bb_up() - bb_low())"}});
  const auto again = FeatureSet::parse_spec(set.spec());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->hash(), set.hash());
  EXPECT_EQ(again->names(), set.names());
  const Bars bars = make_random_bars(4, 60);
  const Matrix first = compute_matrix(set, bars), second = compute_matrix(*again, bars);
  ASSERT_EQ(first.values.size(), second.values.size());
  EXPECT_EQ(std::memcmp(first.values.data(), second.values.data(), first.values.size() * sizeof(double)), 0);
}

TEST(FeatureSet, RefusesTheSpecOfAnotherLanguageOrNone) {
  for (const char* spec : {"", "[]", "{}", R"x({"features":[],"language":1})x", R"x({"features":[1],"language":1})x",
                           R"x({"features":[{"name":"a"}],"language":1})x",
                           R"x({"features":[{"expression":"crystal_ball()","name":"a"}],"language":1})x",
                           R"x({"features":[{"expression":"rsi(14)","name":"a"}],"language":0})x",
                           R"x({"features":[{"expression":"rsi()","name":"a"}],"language":1})x"}) {
    SCOPED_TRACE(spec);
    const auto set = FeatureSet::parse_spec(spec);
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().code, Errc::invalid_input);
  }
  EXPECT_TRUE(FeatureSet::parse_spec(R"x({"features":[{"expression":"rsi(14)","name":"a"}],"language":1})x"));
}

TEST(FeatureSet, LookbackIsTheFirstCompleteRow) {
  const Bars bars = make_random_bars(2, 400);
  struct Case {
    std::vector<NamedExpression> features;
    std::size_t lookback;
  };
  const Case cases[] = {
      {{{"a", "close / open"}}, 0},
      {{{"a", "close / sma(20) - 1"}}, 19},
      {{{"a", "z(sma(20), 10)"}}, 28},
      {{{"a", "roc(5)"}, {"b", "adx(14)"}, {"c", "macd() / close"}}, 33},
      {{{"a", "rsi(14) / 100 + volatility(100)"}}, 100},
  };
  for (const Case& c : cases) {
    const FeatureSet set = compile(c.features);
    SCOPED_TRACE(set.spec());
    EXPECT_EQ(set.lookback(), c.lookback);
    EXPECT_GE(set.burn_in(), set.lookback());
    const Matrix matrix = compute_matrix(set, bars);
    for (std::size_t row = 0; row < matrix.rows(); ++row) ASSERT_EQ(matrix.is_complete(row), row >= c.lookback) << row;
  }
}

TEST(FeatureSet, SharesWhatIsWrittenTwice) {
  const FeatureSet set = compile({{"a", "(close - bb_mid()) / (bb_up() - bb_mid())"}, {"b", "bb_low(20, 2) / close"}});
  EXPECT_EQ(set.program().sources.size(), 1U);
  EXPECT_EQ(set.program().steps.size(), 8U);  // close, three outputs, three operations of a, one of b
}

TEST(FeatureSet, RefusesBadNamesAndSaysWhichFeature) {
  struct Case {
    const char* name;
    std::vector<NamedExpression> features;
    const char* message;
  };
  const Case cases[] = {
      {"none", {}, "at least one feature"},
      {"empty name", {{"", "close"}}, "feature name ''"},
      {"upper case", {{"Rsi", "rsi()"}}, "feature name 'Rsi'"},
      {"digit first", {{"2x", "rsi()"}}, "feature name '2x'"},
      {"comma", {{"a,b", "rsi()"}}, "feature name 'a,b'"},
      {"too long", {{std::string(65, 'a'), "rsi()"}}, "64 characters"},
      {"twice", {{"a", "rsi()"}, {"a", "roc()"}}, "feature a is there twice"},
      {"bad expression", {{"a", "rsi()"}, {"b", "rsi("}}, "feature b = \"rsi(\": column 5: expected a number for n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto set = FeatureSet::compile(c.features);
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().code, Errc::invalid_input);
    EXPECT_THAT(set.error().message, testing::HasSubstr(c.message));
  }
}

// Rows pushed one at a time into a stream that is moved about, with holes in the bars, against the matrix.
TEST(FeatureStream, GivesTheSameBytesAsTheMatrix) {
  const FeatureSet set = compile({{"a", "close / ema(20) - 1"},
                                  {"b", "rsi(14)"},
                                  {"c", "macd() / close"},
                                  {"d", "adx(14)"},
                                  {"e", "z(obv(), 20)"},
                                  {"f", "z(log(volume), 20)"},
                                  {"g", "stoch_k() - stoch_d()"},
                                  {"h", "plus_di() / (atr() + 1)"},
                                  {"i", "volatility(7) * roc(3) / bb_low()"}});
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    Rng rng(seed);
    Bars bars = make_random_bars(seed, 50 + rng.below(300));
    for (auto* column : {&bars.open, &bars.high, &bars.low, &bars.close, &bars.volume})
      if (rng.below(2) == 0) (*column)[rng.below(bars.size())] = std::nan("");
    const Matrix matrix = compute_matrix(set, bars);
    FeatureStream stream(set);
    for (std::size_t row = 0; row < bars.size(); ++row) {
      FeatureStream moved = std::move(stream);
      stream = std::move(moved);
      const auto values = stream.push(bar_values(bars, row));
      ASSERT_EQ(std::memcmp(values.data(), matrix.row(row).data(), values.size_bytes()), 0) << row;
    }
  }
}

}  // namespace
}  // namespace converge::feature
