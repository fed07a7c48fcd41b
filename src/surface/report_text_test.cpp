#include "fixture/golden.hpp"
#include "fixture/sample_report.hpp"

#include <gtest/gtest.h>

namespace converge::surface {
namespace {

TEST(ReportText, SaysWhatWasReviewed) {
  fixture::expect_golden("tests/golden/report.txt", render_report_text(fixture::make_sample_report()));
}

TEST(ReportText, IsAReplayOnlyWhenItWasOne) {
  Report report = fixture::make_sample_report();
  report.is_replay = false;
  const std::string text = render_report_text(report);
  EXPECT_EQ(text.find("Replay"), std::string::npos);
  EXPECT_NE(text.find("Report 2020-03-02 to 2020-03-06"), std::string::npos);
}

TEST(ReportText, FoldsManyRefusalsAndSaysWhereTheyAre) {
  Report report = fixture::make_sample_report();
  ModelReport& model = report.models[0];
  model.decisions.assign(40, fixture::make_decision(1, 5, GateDecisionVerdict::refused, "not better"));
  model.decisions[20] = fixture::make_decision(2, 6, GateDecisionVerdict::promoted, "better");
  const std::string text = render_report_text(report);
  std::size_t shown = 0;
  for (std::size_t at = text.find("  not better\n"); at != std::string::npos; at = text.find("  not better\n", at + 1)) ++shown;
  EXPECT_EQ(shown, 8U) << "the first and the last four";
  EXPECT_NE(text.find("promoted  better\n"), std::string::npos);
  EXPECT_NE(text.find("... all 40 of them: converge model explain up5 --as-of 2020-03-06T21:00:00Z"), std::string::npos);
}

TEST(ReportText, HasWordsForADeskThatHasDoneNothing) {
  Report report;
  report.models.resize(1);
  report.models[0].model = "vol5";
  const std::string text = render_report_text(report);
  EXPECT_NE(text.find("vol5 has no champion. No candidate was put before the gate in this time."), std::string::npos);
  EXPECT_NE(text.find("No drift was noticed."), std::string::npos);
}

}  // namespace
}  // namespace converge::surface
