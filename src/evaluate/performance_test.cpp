#include "evaluate/performance.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <vector>

namespace converge::evaluate {
namespace {

std::vector<Instant> make_days(std::size_t n, std::int64_t step_days = 1) {
  std::vector<Instant> days;
  for (std::size_t i = 0; i < n; ++i)
    days.push_back(Instant(std::chrono::days(static_cast<std::int64_t>(i) * step_days)));
  return days;
}

Performance compute(const std::vector<double>& equity, std::int64_t step_days = 1, double traded = 0) {
  const std::vector<std::uint8_t> held(equity.size(), 1);
  return compute_performance(make_days(equity.size(), step_days), equity, held, traded).value();
}

TEST(Performance, AgreesWithAHandWorkedCurve) {
  // Returns +10 %, -50 %, +20 %, one year of 365.25 days apart would be awkward in whole days: steps of 1461 days are 4 years.
  const auto p = compute({100, 110, 55, 66}, 1461, 132);
  EXPECT_NEAR(p.total_return, -0.34, 1e-12);
  EXPECT_NEAR(p.cagr, std::pow(0.66, 1.0 / 12) - 1, 1e-12);
  // Mean -1/15; squared deviations (1/6)^2, (13/30)^2, (4/15)^2 sum to 0.286667; deviation sqrt(0.143333); 1/4 period a year.
  const double deviation = std::sqrt(0.28666666666666667 / 2);
  EXPECT_NEAR(p.volatility, deviation / 2, 1e-12);
  EXPECT_NEAR(p.sharpe, -1.0 / 15 / deviation / 2, 1e-12);
  EXPECT_NEAR(p.sortino, -1.0 / 15 / std::sqrt(0.25 / 3) / 2, 1e-12);
  EXPECT_NEAR(p.max_drawdown, 0.5, 1e-12);
  EXPECT_EQ(p.max_drawdown_bars, 2);
  EXPECT_NEAR(p.turnover, 132 / 82.75 / 12, 1e-12);
}

TEST(Performance, OfACurveThatStandsStillIsZeroAndNotNan) {
  const auto p = compute({100, 100, 100});
  EXPECT_EQ(p.sharpe, 0);
  EXPECT_EQ(p.sortino, 0);
  EXPECT_EQ(p.max_drawdown, 0);
  EXPECT_EQ(p.cagr, 0);
}

TEST(Performance, TakesPeriodsPerYearFromTheCurve) {
  // The same returns a day apart and a week apart: the Sharpe ratio differs by the root of seven.
  const std::vector<double> equity{100, 101, 100.5, 102, 101, 103};
  EXPECT_NEAR(compute(equity, 1).sharpe / compute(equity, 7).sharpe, std::sqrt(7.0), 1e-12);
}

TEST(Performance, CountsTheLongestTimeUnderWaterAlsoWhenTheDeepestIsShort) {
  const auto p = compute({100, 60, 101, 100, 99, 100, 102});
  EXPECT_NEAR(p.max_drawdown, 0.4, 1e-12);
  EXPECT_EQ(p.max_drawdown_bars, 3);
}

TEST(Performance, RefusesCurvesWithoutMeaning) {
  struct Case {
    const char* name;
    std::vector<double> equity;
    std::size_t days;
  };
  for (const Case& c : {Case{"one bar", {100}, 1}, Case{"nothing left", {100, 0}, 2}, Case{"debt", {100, -5}, 2},
                        Case{"shapes", {100, 101}, 3}}) {
    SCOPED_TRACE(c.name);
    const std::vector<std::uint8_t> held(c.equity.size(), 0);
    EXPECT_EQ(compute_performance(make_days(c.days), c.equity, held, 0).error().code, Errc::invalid_input);
  }
}

}  // namespace
}  // namespace converge::evaluate
