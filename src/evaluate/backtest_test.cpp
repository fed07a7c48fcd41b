#include "evaluate/backtest.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <numeric>

namespace converge::evaluate {
namespace {

struct Day {
  double open, close;
  bool is_synthetic = false;
};

feature::Bars make_bars(const std::vector<Day>& days) {
  feature::Bars bars;
  for (const Day& day : days) {
    bars.bar_at.push_back(Instant(std::chrono::days(bars.size())));
    bars.open.push_back(day.open);
    bars.close.push_back(day.close);
    bars.high.push_back(std::max(day.open, day.close));
    bars.low.push_back(std::min(day.open, day.close));
    bars.volume.push_back(1);
    bars.open_synthetic.push_back(day.is_synthetic ? 1 : 0);
  }
  return bars;
}

BacktestResult run(const std::vector<Day>& days, const std::vector<double>& weights,
                   BacktestOptions options = {.initial_ticks = 100'000}) {
  const auto result = run_backtest_loop(make_bars(days), weights, options);
  EXPECT_TRUE(result) << result.error().message;
  return *result;
}

TEST(Backtest, FillsAtTheNextOpenAndNeverAtTheSignalsOwnBar) {
  // The signal comes at the close of 20, the market gaps to 40: the gap is not ours.
  const auto result = run({{10, 20}, {40, 50}, {60, 60}}, {1, 1, 1});
  ASSERT_EQ(result.fills.size(), 1U);
  EXPECT_EQ(result.fills[0].signal_bar, 0U);
  EXPECT_EQ(result.fills[0].bar, 1U);
  EXPECT_EQ(result.fills[0].price_ticks, 4'000);
  EXPECT_EQ(result.fills[0].shares, 25);
  EXPECT_EQ(result.equity_ticks, (std::vector<std::int64_t>{100'000, 125'000, 150'000}));
  EXPECT_EQ(result.in_position, (std::vector<std::uint8_t>{0, 1, 1}));
}

TEST(Backtest, SellsIntoAGapAtTheOpenThatIsThere) {
  const auto result = run({{10, 10}, {10, 10}, {5, 6}}, {1, 0, 0});
  ASSERT_EQ(result.fills.size(), 2U);
  EXPECT_EQ(result.fills[1].price_ticks, 500) << "not the 10 at which the signal wanted out";
  EXPECT_EQ(result.equity_ticks.back(), 50'000);
}

TEST(Backtest, CountsARateOfFourDecimalsInItsOwnTicks) {
  // EURUSD: bought at 1.0850, sold at 1.0843. 1,000,000.0000 units of cash carry 921,658 whole units; a loss of 7 ticks each.
  const std::vector<Day> days{{1.0843, 1.0843}, {1.0850, 1.0850}, {1.0843, 1.0843}};
  const auto result = run(days, {1, 0, 0}, {.tick = 0.0001, .initial_ticks = 10'000'000'000});
  ASSERT_EQ(result.fills.size(), 2U);
  EXPECT_EQ(result.fills[0].price_ticks, 10'850);
  EXPECT_EQ(result.fills[1].price_ticks, 10'843);
  EXPECT_EQ(result.fills[0].shares, 921'658);
  EXPECT_EQ(result.equity_ticks.back(), 10'000'000'000 - 921'658 * 7);
}

TEST(ChooseTick, FollowsThePricesAndRefusesWhatRoundsThemAway) {
  EXPECT_DOUBLE_EQ(*choose_tick(std::vector<double>{1.07, 1.0843, 1.09}, std::nullopt), 1e-4);
  EXPECT_DOUBLE_EQ(*choose_tick(std::vector<double>{1900, 2000, 2100}, std::nullopt), 0.01) << "no coarser than a cent";
  EXPECT_DOUBLE_EQ(*choose_tick(std::vector<double>{100, 100, 100}, std::nullopt), 0.01) << "exactly 1e-4";
  EXPECT_DOUBLE_EQ(*choose_tick(std::vector<double>{45, 50, 55}, std::nullopt), 0.001);
  EXPECT_DOUBLE_EQ(*choose_tick(std::vector<double>{3e-6, 4e-6}, std::nullopt), 1e-10);
  EXPECT_DOUBLE_EQ(*choose_tick(std::vector<double>{3900, 4000, 4100}, 0.25), 0.25);
  const auto coarse = choose_tick(std::vector<double>{1.07, 1.0843, 1.09}, 0.01);
  ASSERT_FALSE(coarse);
  EXPECT_EQ(coarse.error().code, Errc::invalid_input);
  EXPECT_EQ(
      coarse.error().message,
      "backtest: a tick of 0.01 is above 1e-4 of the median close 1.0843: write `tick = 0.0001` or less in [signal]");
  EXPECT_FALSE(choose_tick({}, std::nullopt));
}

TEST(Backtest, NeverFillsTheSignalOfTheLastBar) {
  const auto result = run({{10, 10}, {10, 10}}, {0, 1});
  EXPECT_TRUE(result.fills.empty());
  EXPECT_EQ(result.orders_unfilled, 1);
  EXPECT_EQ(result.equity_ticks.back(), 100'000);
}

TEST(Backtest, WaitsForARealOpen) {
  const auto result = run({{10, 10}, {10, 11, true}, {11, 12, true}, {20, 20}}, {1, 1, 1, 1});
  ASSERT_EQ(result.fills.size(), 1U);
  EXPECT_EQ(result.fills[0].bar, 3U);
  EXPECT_EQ(result.fills[0].price_ticks, 2'000);
  EXPECT_EQ(result.opens_waited, 2);
  EXPECT_EQ(result.in_position, (std::vector<std::uint8_t>{0, 0, 0, 1}));
}

TEST(Backtest, DropsAnOrderThatTheSignalTookBackWhileItWaited) {
  const auto result = run({{10, 10}, {10, 11, true}, {11, 12}, {12, 12}}, {1, 0, 0, 0});
  EXPECT_TRUE(result.fills.empty());
  EXPECT_EQ(result.orders_dropped, 1);
}

TEST(Backtest, TakesCostsOnBothSidesAndRoundsAgainstTheOrder) {
  // 100 bps slippage on 10.01 is 10.01 cents, rounded up to 11: bought at 10.12, sold at 9.90. Commission 50 bps, rounded up.
  const auto result = run({{10, 10}, {10.01, 10.01}, {10.01, 10.01}}, {1, 0, 0},
                          {.initial_ticks = 100'000, .commission_bps = 50, .slippage_bps = 100});
  ASSERT_EQ(result.fills.size(), 2U);
  EXPECT_EQ(result.fills[0].price_ticks, 1'012);
  EXPECT_EQ(result.fills[0].shares, 98);  // 98 x 10.12 + 4.96 = 996.72; one share more would need 1006.89
  EXPECT_EQ(result.fills[0].commission_ticks, 496);
  EXPECT_EQ(result.fills[1].price_ticks, 990);
  EXPECT_EQ(result.fills[1].commission_ticks, 486);  // ceil(485.1)
  EXPECT_EQ(result.equity_ticks.back(), 100'000 - 98 * 1'012 - 496 + 98 * 990 - 486);
  EXPECT_EQ(result.traded_ticks, 98 * 1'012 + 98 * 990);
}

TEST(Backtest, ACarefulBuyerNeverBorrows) {
  Rng rng(9);
  for (int round = 0; round < 200; ++round) {
    const double open = 1 + 99 * rng.uniform();
    const auto result = run({{open, open}, {open, open}}, {1, 1},
                            {.initial_ticks = 1'000 + static_cast<std::int64_t>(rng.below(1'000'000)),
                             .commission_bps = 37,
                             .slippage_bps = 13});
    if (result.fills.empty()) continue;
    const OrderFill& fill = result.fills[0];
    EXPECT_GE(result.equity_ticks[0], fill.shares * fill.price_ticks + fill.commission_ticks);
  }
}

TEST(Backtest, SaysWhenEquityIsGoneAndStops) {
  // Three times the equity, and the price loses half: gone at the close of bar 2, and no rebound brings it back.
  const auto result = run({{10, 10}, {10, 10}, {9, 5}, {20, 40}}, {3, 3, 3, 0});
  ASSERT_TRUE(result.ruined_at.has_value());
  EXPECT_EQ(*result.ruined_at, 2U);
  EXPECT_LE(result.equity_ticks.back(), 0);
  EXPECT_EQ(result.fills.size(), 1U);
  EXPECT_EQ(result.equity_ticks.size(), 4U);
}

TEST(Backtest, ShortPositionsEarnWhenThePriceFalls) {
  const auto result = run({{10, 10}, {10, 10}, {10, 8}, {8, 8}}, {-1, -1, 0, 0});
  ASSERT_EQ(result.fills.size(), 2U);
  EXPECT_EQ(result.fills[0].shares, -100);
  EXPECT_EQ(result.equity_ticks.back(), 120'000);
}

TEST(Backtest, EquityIsCashPlusSharesAtEveryClose) {
  Rng rng(10);
  std::vector<Day> days;
  std::vector<double> weights;
  double price = 50;
  for (int i = 0; i < 400; ++i) {
    const double open = price * (1 + 0.01 * rng.normal());
    price = open * (1 + 0.01 * rng.normal());
    days.push_back({open, price, rng.below(4) == 0});
    weights.push_back(static_cast<double>(rng.below(2)));
  }
  const auto result = run(days, weights, {.initial_ticks = 5'000'000, .commission_bps = 1, .slippage_bps = 2});
  EXPECT_GT(result.fills.size(), 50U);
  std::int64_t cash = 5'000'000, shares = 0;
  std::size_t next = 0;
  for (std::size_t i = 0; i < days.size(); ++i) {
    for (; next < result.fills.size() && result.fills[next].bar == i; ++next) {
      const OrderFill& fill = result.fills[next];
      EXPECT_LT(fill.signal_bar, fill.bar);
      EXPECT_FALSE(days[i].is_synthetic);
      cash -= fill.shares * fill.price_ticks + fill.commission_ticks;
      shares += fill.shares;
    }
    ASSERT_EQ(result.equity_ticks[i], cash + shares * std::llround(days[i].close * 100)) << "bar " << i;
    ASSERT_GE(cash, 0);
  }
}

TEST(Backtest, RefusesInputsWithoutMeaning) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  struct Case {
    const char* name;
    std::vector<Day> days;
    std::vector<double> weights;
    std::int64_t initial_ticks;
  };
  for (const Case& c :
       {Case{"shapes", {{10, 10}}, {1, 1}, 100}, Case{"no bars", {}, {}, 100}, Case{"weight", {{10, 10}}, {nan}, 100},
        Case{"price", {{10, 0}}, {1}, 100}, Case{"open", {{nan, 10}}, {1}, 100}, Case{"no cash", {{10, 10}}, {1}, 0}}) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(run_backtest_loop(make_bars(c.days), c.weights, {.initial_ticks = c.initial_ticks}).error().code,
              Errc::invalid_input);
  }
}

TEST(Weights, FollowTheSideAndAbstainWithoutAScore) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> scores{0.4, 0.5, 0.6, nan};
  EXPECT_EQ(compute_weights(scores, true, 0.5), (std::vector<double>{1, 0, 0, 0}));
  EXPECT_EQ(compute_weights(scores, false, 0.5), (std::vector<double>{0, 0, 1, 0}));
}

}  // namespace
}  // namespace converge::evaluate
