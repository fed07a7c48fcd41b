#include "surface/report_words.hpp"

#include "fixture/sample_report.hpp"

#include <gtest/gtest.h>
#include <algorithm>

namespace converge::surface {
namespace {

BacktestRow backtest(std::string metrics, std::string buy_and_hold) {
  BacktestRow row;
  row.metrics = std::move(metrics);
  row.buy_and_hold = std::move(buy_and_hold);
  row.from_at = fixture::report_day(1);
  row.to_at = fixture::report_day(4);
  return row;
}

TEST(ReportWords, SaysPlainlyWhenTheSignalEarnsLess) {
  const BacktestRow row =
      backtest(R"({"max_drawdown":0.154,"total_return":0.144})", R"({"max_drawdown":0.339,"total_return":0.398})");
  EXPECT_EQ(
      render_backtest_verdict(row),
      "The signal earned LESS than buying and holding from 2020-03-03 to 2020-03-06: 14.4 % against 39.8 %; largest "
      "drawdown 15.4 % against 33.9 %.");
}

TEST(ReportWords, SaysNoLessWhenTheSignalEarnsAsMuch) {
  const BacktestRow row =
      backtest(R"({"max_drawdown":0.1,"total_return":-0.02})", R"({"max_drawdown":0.2,"total_return":-0.02})");
  EXPECT_EQ(render_backtest_verdict(row),
            "The signal earned no less than buying and holding from 2020-03-03 to 2020-03-06: -2.0 % against -2.0 %; "
            "largest drawdown 10.0 % against 20.0 %.");
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

TEST(ReportWords, SayFirstWhatAReaderAsksFirst) {
  std::vector<std::string> texts;
  for (const Headline& line : compose_headlines(fixture::make_sample_report())) {
    texts.push_back(line.text);
    texts.insert(texts.end(), line.items.begin(), line.items.end());
  }
  const std::vector<std::string> expected = {
      "up5 has no champion. 1 of 1 attempts were turned down. The last, on 2020-03-02: log loss 0.6809 against 0.6822 "
      "for "
      "the base rate.",
      "vol5: version 7 (xgboost) is champion since 2020-03-04. On 3 matured predictions as champion: AUC 1.000, log "
      "loss "
      "0.500 against 0.750 for the base rate.",
      "vol5: The signal earned LESS than buying and holding from 2020-03-03 to 2020-03-06: 17.0 % against 39.8 %; "
      "largest "
      "drawdown 14.8 % against 33.9 %.",
      "Drift was noticed 1 time:",
      "2020-03-03 vol5: ks over 63 sessions 1.195, threshold 1.135, most in volume_z20",
      "1 parts could not be published."};
  EXPECT_EQ(texts, expected);
}

TEST(ReportWords, TellTheFirstDriftsOfMany) {
  Report report;
  for (int i = 0; i < 15; ++i)
    report.findings.push_back(fixture::make_finding(
        i % 2 == 0 ? "loss_drift" : "feature_drift", i, i,
        R"({"statistic":"log_loss","threshold":0.7,"value":0.9,"window_sessions":21,"worst_feature":""})"));
  const Headline line = compose_drift_headline(report);
  EXPECT_EQ(line.text, "Drift was noticed 15 times:");
  EXPECT_TRUE(line.is_bad);
  ASSERT_EQ(line.items.size(), 13U);
  EXPECT_EQ(line.items.front(), "2020-03-02 vol5: log_loss over 21 sessions 0.900, threshold 0.700");
  EXPECT_EQ(line.items.back(), "and 3 more");
}

TEST(ReportWords, NameCommandsWithTheirInterval) {
  const Report report = fixture::make_sample_report();
  EXPECT_EQ(render_report_command(report), "converge report --from 2020-03-02 --to 2020-03-06");
  EXPECT_EQ(render_explain_command(report, report.models[1]),
            "converge model explain vol5 --as-of 2020-03-06T21:00:00Z");
  EXPECT_EQ(render_backtest_command(report, report.models[1]),
            "converge backtest run vol5 --from 2020-03-03 --to 2020-03-06 --as-of 2020-03-06T21:00:00Z --json");
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
