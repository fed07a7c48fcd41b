#include "surface/report_words.hpp"

#include <gtest/gtest.h>

namespace converge::surface {
namespace {

BacktestRow backtest(std::string metrics, std::string buy_and_hold) {
  BacktestRow row;
  row.metrics = std::move(metrics);
  row.buy_and_hold = std::move(buy_and_hold);
  return row;
}

TEST(ReportWords, SaysPlainlyWhenTheSignalEarnsLess) {
  const BacktestRow row =
      backtest(R"({"max_drawdown":0.154,"total_return":0.144})", R"({"max_drawdown":0.339,"total_return":0.398})");
  EXPECT_EQ(render_backtest_verdict(row),
            "The signal earned LESS than buying and holding: 14.4 % against 39.8 %; largest drawdown 15.4 % against "
            "33.9 %.");
}

TEST(ReportWords, SaysNoLessWhenTheSignalEarnsAsMuch) {
  const BacktestRow row =
      backtest(R"({"max_drawdown":0.1,"total_return":-0.02})", R"({"max_drawdown":0.2,"total_return":-0.02})");
  EXPECT_EQ(render_backtest_verdict(row),
            "The signal earned no less than buying and holding: -2.0 % against -2.0 %; largest drawdown 10.0 % against "
            "20.0 %.");
}

TEST(ReportWords, ComparesMeasureByMeasureAndDashesWhatIsNotDefined) {
  const auto lines = compare_backtest(backtest(R"({"fills":108,"sharpe":0.357,"total_return":0.144})",
                                               R"({"fills":1,"sharpe":null,"total_return":0.398})"));
  ASSERT_EQ(lines.size(), 9U);
  EXPECT_EQ(lines[0].measure, "total return");
  EXPECT_EQ(lines[0].signal, "14.4 %");
  EXPECT_EQ(lines[0].buy_and_hold, "39.8 %");
  EXPECT_EQ(lines[3].measure, "Sharpe");
  EXPECT_EQ(lines[3].signal, "0.36");
  EXPECT_EQ(lines[3].buy_and_hold, "-");
  EXPECT_EQ(lines[8].signal, "108");
}

TEST(ReportWords, HasNoVerdictOnAResultThatIsNotOne) {
  EXPECT_EQ(render_backtest_verdict(backtest("", "[]")), "");
  EXPECT_EQ(render_backtest_verdict(backtest("{}", "{}")), "");
}

TEST(ReportWords, KeepsTheCommandApartFromTheEvidence) {
  FindingRow finding;
  finding.evidence =
      R"({"command":"converge drift report vol5","statistic":"ks","value":1.1349973893056298,"window_sessions":63})";
  EXPECT_EQ(render_evidence(finding), "statistic ks, value 1.135, window_sessions 63");
  EXPECT_EQ(find_evidence_command(finding), "converge drift report vol5");
}

}  // namespace
}  // namespace converge::surface
