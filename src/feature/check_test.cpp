#include "feature/check.hpp"

#include "fixture/bars.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <cmath>

namespace converge::feature {
namespace {

using fixture::append_bar, fixture::make_flat_bars, fixture::make_random_bars;

// The features of the sample desk's two models.
const std::vector<NamedExpression> desk_features{
    {"close_sma20", "close / sma(20) - 1"},
    {"close_ema20", "close / ema(20) - 1"},
    {"rsi14", "rsi(14)"},
    {"macd_close", "macd(12, 26, 9) / close"},
    {"bb_place", "(close - bb_mid(20, 2)) / (bb_up(20, 2) - bb_mid(20, 2))"},
    {"atr14_close", "atr(14) / close"},
    {"adx14", "adx(14)"},
    {"stoch_k", "stoch_k(14, 3, 3)"},
    {"roc10", "roc(10)"},
    {"obv_z20", "z(obv(), 20)"},
    {"vol20", "volatility(20)"},
    {"volume_z20", "z(log(volume), 20)"},
};

FeatureSet compile(const std::vector<NamedExpression>& features) {
  auto set = FeatureSet::compile(features);
  EXPECT_TRUE(set) << set.error().message;
  return *std::move(set);
}

TEST(CheckScaleFree, PassesTheDeskFeatures) {
  const auto checked = check_scale_free(compile(desk_features));
  EXPECT_TRUE(checked) << checked.error().message;
}

TEST(CheckScaleFree, RefusesWhatDependsOnALevel) {
  for (const char* expression : {"close", "sma(20)", "macd()", "atr(14)", "log(close)", "obv()", "volume",
                                 "close / volume", "close / sma(20) + 1 / high", "bb_up() - bb_low()"}) {
    SCOPED_TRACE(expression);
    const auto checked = check_scale_free(compile({{"good", "rsi()"}, {"level", expression}}));
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, Errc::invalid_input);
    EXPECT_THAT(checked.error().message, testing::HasSubstr("feature level depends on the price or volume level"));
  }
}

TEST(CheckScaleFree, RefusesWhatIsNeverDefined) {
  for (const char* expression : {"log(-1)", "(close - close) / (open - open)", "z(close - close, 20)"}) {
    SCOPED_TRACE(expression);
    const auto checked = check_scale_free(compile({{"nothing", expression}}));
    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, testing::HasSubstr("feature nothing has no value on any bar"));
  }
}

TEST(CheckTruncation, PassesTheDeskFeaturesAtEveryCut) {
  const Bars bars = make_random_bars(1, 150);
  std::vector<std::size_t> cuts;
  for (std::size_t cut = 1; cut <= bars.size(); ++cut) cuts.push_back(cut);
  const auto checked = check_truncation(compile(desk_features), bars, cuts);
  EXPECT_TRUE(checked) << checked.error().message;
}

// Planted leaks: each is the desk's first feature with one thing wrong.
struct Leak {
  const char* name;
  void (*plant)(Matrix& matrix, const Bars& bars);
};
const Leak leaks[] = {
    {"centred window",
     [](Matrix& matrix, const Bars& bars) {
       for (std::size_t t = 0; t + 1 < bars.size(); ++t)
         matrix.values[t] = bars.close[t] / ((bars.close[t] + bars.close[t + 1]) / 2);
     }},
    {"next bar's return",
     [](Matrix& matrix, const Bars& bars) {
       for (std::size_t t = 0; t + 1 < bars.size(); ++t) matrix.values[t] = bars.close[t + 1] / bars.close[t] - 1;
     }},
    {"scaled by the whole sample",
     [](Matrix& matrix, const Bars& bars) {
       double sum = 0;
       for (const double close : bars.close) sum += close;
       for (double& value : matrix.values) value *= sum / static_cast<double>(bars.size());
     }},
    {"gaps filled from the future",
     [](Matrix& matrix, const Bars&) {
       for (std::size_t t = matrix.values.size() - 1; t-- > 0;)
         if (std::isnan(matrix.values[t])) matrix.values[t] = matrix.values[t + 1];
     }},
};

TEST(CheckTruncation, CatchesPlantedLeaks) {
  const FeatureSet set = compile({desk_features[0]});
  const Bars bars = make_random_bars(2, 200);
  for (const Leak& leak : leaks) {
    SCOPED_TRACE(leak.name);
    const auto leaking = [&](const Bars& part) {
      Matrix matrix = compute_matrix(set, part);
      leak.plant(matrix, part);
      return matrix;
    };
    const std::vector<std::size_t> cuts{10, 60, 120, 199};
    const auto checked = check_truncation(leaking, bars, cuts);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, Errc::contract_violation);
    EXPECT_THAT(checked.error().message, testing::HasSubstr("feature close_sma20 looks ahead"));
  }
}

TEST(CheckScaleFree, RefusesALevelHoweverSmallItsNumbers) {
  const auto checked = check_scale_free(compile({{"good", "rsi()"}, {"level", "(close - sma(20)) * 1e-9"}}));
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, testing::HasSubstr("feature level depends on the price or volume level"));
}

// A matrix that is at hand and was not made from these bars, or not from their past alone.
TEST(CheckTruncation, CatchesAMatrixOfOtherBars) {
  const FeatureSet set = compile(desk_features);
  const Bars bars = make_random_bars(2, 200);
  const auto fresh = [&](const Bars& part) { return compute_matrix(set, part); };
  const std::vector<std::size_t> cuts{150, 200};
  EXPECT_TRUE(check_truncation(fresh, fresh(bars), bars, cuts));

  Bars corrected = bars;
  corrected.close[180] *= 1.01;
  corrected.high[180] *= 1.01;
  const auto stale = check_truncation(fresh, fresh(corrected), bars, cuts);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, Errc::contract_violation);
  EXPECT_THAT(stale.error().message,
              testing::HasSubstr("not made of these bars: at " + render_instant(bars.bar_at[180])));
  EXPECT_EQ(check_truncation(fresh, fresh(take_bars(bars, 199)), bars, cuts).error().code, Errc::contract_violation);
}

TEST(CheckLabelTruncation, PassesTheLabelsOfTheDesk) {
  const Bars bars = make_random_bars(3, 120);
  std::vector<std::size_t> cuts;
  for (std::size_t cut = 1; cut <= bars.size(); ++cut) cuts.push_back(cut);
  for (const LabelSpec& spec : {LabelSpec{"direction", 5, 0}, LabelSpec{"volatility_above_median", 5, 20}}) {
    const LabelSet set = LabelSet::make(spec).value();
    const auto labels_of = [&](const Bars& part) { return set.compute(part); };
    const auto checked = check_label_truncation(labels_of, set.compute(bars), bars, cuts);
    EXPECT_TRUE(checked) << checked.error().message;
  }
}

TEST(CheckLabelTruncation, CatchesPlantedLeaks) {
  const LabelSet set = LabelSet::make({"direction", 5, 0}).value();
  const Bars bars = make_random_bars(3, 120);
  struct LabelLeak {
    const char* name;
    void (*plant)(std::vector<Label>& labels, const Bars& bars);
    const char* message;
  };
  const LabelLeak label_leaks[] = {
      {"threshold of the whole sample",
       [](std::vector<Label>& labels, const Bars& part) {
         for (Label& label : labels) label.value -= std::log(part.close.back() / part.close.front());
       },
       "looks beyond its end"},
      {"span that ends too early",
       [](std::vector<Label>& labels, const Bars& part) {
         for (Label& label : labels) label.t1 = part.bar_at[label.row + 1];
       },
       "labels had ended by"},
  };
  for (const LabelLeak& leak : label_leaks) {
    SCOPED_TRACE(leak.name);
    const auto leaking = [&](const Bars& part) {
      auto labels = set.compute(part);
      leak.plant(labels, part);
      return labels;
    };
    const std::vector<std::size_t> cuts{60};
    const auto checked = check_label_truncation(leaking, leaking(bars), bars, cuts);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, Errc::contract_violation);
    EXPECT_THAT(checked.error().message, testing::HasSubstr(leak.message));
  }
}

TEST(CheckTruncation, RefusesCutsThatProveNothing) {
  const FeatureSet set = compile({desk_features[0]});
  const Bars bars = make_random_bars(3, 30);
  for (const std::vector<std::size_t>& cuts : {std::vector<std::size_t>{}, {0}, {31}, {5, 31}}) {
    const auto checked = check_truncation(set, bars, cuts);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, Errc::invalid_input);
  }
}

}  // namespace
}  // namespace converge::feature
