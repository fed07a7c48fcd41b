#include "feature/label_set.hpp"

#include "feature/check.hpp"
#include "fixture/bars.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace converge::feature {
namespace {

using fixture::append_bar, fixture::make_flat_bars, fixture::make_random_bars;

LabelSet make_labels(const LabelSpec& spec) {
  auto set = LabelSet::make(spec);
  EXPECT_TRUE(set) << set.error().message;
  return *std::move(set);
}

TEST(LabelSet, DirectionAsksWhetherTheCloseIsHigherLater) {
  const Bars bars = make_flat_bars({10, 11, 10, 12, 10});
  const auto labels = make_labels({"direction", 2, 0}).compute(bars);
  ASSERT_EQ(labels.size(), 3U);      // the last two bars are not known to the end
  const int expected[] = {0, 1, 0};  // 10 -> 10 is not higher
  for (std::size_t i = 0; i < 3; ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(labels[i].row, i);
    EXPECT_EQ(labels[i].label, expected[i]);
    EXPECT_DOUBLE_EQ(labels[i].value, std::log(bars.close[i + 2] / bars.close[i]));
    EXPECT_EQ(labels[i].t0, bars.bar_at[i]);
    EXPECT_EQ(labels[i].t1, bars.bar_at[i + 2]);
  }
}

// By hand, horizon 1, window 3: v[u] is |log return| of bar u. Absolute returns in units of ln 2, bars 1..7: 1 2 4 3 1 1 2.
// First labelled bar is 3 (v[1], v[2], v[3] are known): median(1, 2, 4) = 2, v[4] = 3: 1; with v[4] among the known it were 0.
// Bar 4: median(2, 4, 3) = 3, v[5] = 1: 0. Bar 5: median(4, 3, 1) = 3, v[6] = 1: 0. Bar 6: median(3, 1, 1) = 1, v[7] = 2: 1.
TEST(LabelSet, VolatilityComparesTheNextDaysWithTheMedianOfKnownOnes) {
  const Bars bars = make_flat_bars({1, 2, 8, 0.5, 4, 2, 1, 4});
  const auto labels = make_labels({"volatility_above_median", 1, 3}).compute(bars);
  ASSERT_EQ(labels.size(), 4U);
  const int label[] = {1, 0, 0, 1};
  const double value[] = {3, 1, 1, 2};
  for (std::size_t i = 0; i < 4; ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(labels[i].row, i + 3);
    EXPECT_EQ(labels[i].label, label[i]);
    EXPECT_NEAR(labels[i].value, value[i] * std::log(2.0), 1e-15);
  }
}

// The definition, written the long way round: root mean square of h returns, sorted median of m of them.
TEST(LabelSet, VolatilityFollowsItsDefinitionOnRandomBars) {
  for (const auto& [h, m] : {std::pair<std::size_t, std::size_t>{5, 252}, {3, 7}, {1, 2}, {2, 10}}) {
    SCOPED_TRACE(testing::Message() << "h " << h << " m " << m);
    const Bars bars = make_random_bars(h, 400);
    const auto volatility = [&](std::size_t u) {
      double sum = 0;
      for (std::size_t i = u - h + 1; i <= u; ++i)
        sum += std::pow(std::log(bars.close[i]) - std::log(bars.close[i - 1]), 2);
      return std::sqrt(sum / static_cast<double>(h));
    };
    const LabelSet set =
        make_labels({"volatility_above_median", static_cast<std::int64_t>(h), static_cast<std::int64_t>(m)});
    const auto labels = set.compute(bars);
    ASSERT_EQ(labels.size(), bars.size() - set.lookback() - h);
    for (const Label& label : labels) {
      std::vector<double> known;
      for (std::size_t u = label.row + 1 - m; u <= label.row; ++u) known.push_back(volatility(u));
      std::ranges::sort(known);
      const double median = m % 2 ? known[m / 2] : (known[m / 2 - 1] + known[m / 2]) / 2;
      ASSERT_EQ(label.label, volatility(label.row + h) > median) << label.row;
      ASSERT_NEAR(label.value, volatility(label.row + h), 1e-12);
    }
  }
}

TEST(LabelSet, LabelDependsOnNothingOutsideItsSpan) {
  const Bars bars = make_random_bars(7, 120);
  for (const LabelSpec& spec : {LabelSpec{"direction", 5, 0}, LabelSpec{"volatility_above_median", 5, 20}}) {
    SCOPED_TRACE(spec.kind);
    const LabelSet set = make_labels(spec);
    const auto all = set.compute(bars);
    ASSERT_FALSE(all.empty());
    for (const Label& label : all) {
      Bars changed = bars;
      for (std::size_t row = 0; row < bars.size(); ++row)
        if (row + set.lookback() < label.row || row > label.row + set.horizon()) changed.close[row] *= 3;
      const auto alone = set.compute(changed, label.row, label.row + 1);
      ASSERT_EQ(alone.size(), 1U);
      ASSERT_EQ(alone[0].label, label.label);
      ASSERT_EQ(alone[0].value, label.value);
      const auto early = set.compute(take_bars(bars, label.row + set.horizon()));
      ASSERT_TRUE(early.empty() || early.back().row < label.row) << "labelled before t1 was known";
    }
  }
}

TEST(LabelSet, LeavesOutBarsWhoseSpanHoldsAMissingPrice) {
  for (const double hole : {std::nan(""), 0.0, -1.0}) {
    Bars bars = make_random_bars(8, 60);
    bars.close[30] = hole;
    for (const Label& label : make_labels({"direction", 5, 0}).compute(bars))
      EXPECT_TRUE(label.row != 30 && label.row != 25);
    for (const Label& label : make_labels({"volatility_above_median", 2, 10}).compute(bars))
      EXPECT_TRUE(label.row + 2 < 30 || label.row - 11 > 30) << label.row;
  }
}

TEST(LabelSet, HasNoLabelsOnFewBars) {
  const LabelSet set = make_labels({"volatility_above_median", 5, 252});
  for (const std::size_t n : {0U, 1U, 5U, 256U, 261U}) EXPECT_TRUE(set.compute(make_random_bars(9, n)).empty()) << n;
  EXPECT_EQ(set.compute(make_random_bars(9, 262)).size(), 1U);
}

TEST(LabelSet, HashIsThatOfTheSpecification) {
  const std::string direction = R"({"horizon":5,"kind":"direction"})";
  const std::string volatility = R"({"horizon":5,"kind":"volatility_above_median","window":252})";
  EXPECT_EQ(make_labels({"direction", 5, 0}).spec(), direction);
  EXPECT_EQ(make_labels({"volatility_above_median", 5, 252}).spec(), volatility);
  EXPECT_NE(make_labels({"direction", 5, 0}).hash(), make_labels({"direction", 6, 0}).hash());
}

TEST(LabelSet, ReadsBackItsOwnSpec) {
  for (const LabelSpec& spec : {LabelSpec{"direction", 5, 0}, LabelSpec{"volatility_above_median", 5, 252}}) {
    const LabelSet set = make_labels(spec);
    const auto again = LabelSet::parse_spec(set.spec());
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->hash(), set.hash());
    EXPECT_EQ(again->horizon(), set.horizon());
    EXPECT_EQ(again->lookback(), set.lookback());
  }
  for (const char* spec : {"", "[]", "{}", R"({"horizon":5,"kind":"fortune"})", R"({"horizon":0,"kind":"direction"})",
                           R"({"horizon":5,"kind":"direction","window":9})", R"({"horizon":5, "kind":"direction"})",
                           R"({"horizon":5,"kind":"direction","x":1})"}) {
    SCOPED_TRACE(spec);
    const auto set = LabelSet::parse_spec(spec);
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().code, Errc::invalid_input);
  }
}

TEST(LabelSet, RefusesWhatMakesNoLabel) {
  struct Case {
    const char* name;
    LabelSpec spec;
    const char* message;
  };
  const Case cases[] = {
      {"unknown kind", {"up", 5, 0}, "label kind 'up' is unknown; known are direction, volatility_above_median"},
      {"no horizon", {"direction", 0, 0}, "label horizon 0"},
      {"negative horizon", {"direction", -5, 0}, "label horizon -5"},
      {"huge horizon", {"direction", 1001, 0}, "label horizon 1001"},
      {"window where there is none", {"direction", 5, 252}, "direction has no window"},
      {"window missing", {"volatility_above_median", 5, 0}, "label window 0"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto set = LabelSet::make(c.spec);
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().code, Errc::invalid_input);
    EXPECT_THAT(set.error().message, testing::HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace converge::feature
