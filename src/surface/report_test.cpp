#include "fixture/sample_report.hpp"

#include <gtest/gtest.h>
#include <cmath>

namespace converge::surface {
namespace {

TEST(Report, ScoresWhatHasMatured) {
  const std::vector<Instant> at = {fixture::report_day(0), fixture::report_day(1), fixture::report_day(2)};
  const Scores scores = compute_scores({at, {0.2, 0.6, 0.9}, {}, {0, 0, 1}, {-1, 0, 3}, {0.25, 0.5, 0.75}, {1, 2, 3}});
  EXPECT_DOUBLE_EQ(scores.auc, 1);
  EXPECT_DOUBLE_EQ(scores.ic, 1);
  EXPECT_DOUBLE_EQ(scores.hit_rate, 2.0 / 3);
  EXPECT_DOUBLE_EQ(scores.log_loss, 0.5);
  EXPECT_DOUBLE_EQ(scores.base_log_loss, 2);
}

TEST(Report, HasNoFigureWhereNoneIsDefined) {
  const Scores nothing = compute_scores({});
  for (const double figure : {nothing.auc, nothing.log_loss, nothing.base_log_loss, nothing.hit_rate, nothing.ic})
    EXPECT_TRUE(std::isnan(figure));
  const Scores one_label = compute_scores({{}, {0.2, 0.6}, {}, {1, 1}, {1, 1}, {0.5, 0.5}, {0.5, 0.5}});
  EXPECT_TRUE(std::isnan(one_label.auc)) << "only one label occurs";
  EXPECT_TRUE(std::isnan(one_label.ic)) << "the value is constant";
  EXPECT_DOUBLE_EQ(one_label.hit_rate, 0.5);
}

TEST(Report, CountsFindingsInEveryYearOfTheInterval) {
  Report report = fixture::make_sample_report();
  report.from -= std::chrono::days(800);  // December 2017
  const auto years = count_findings_by_year(report);
  ASSERT_EQ(years.size(), 4U);
  EXPECT_TRUE(years.at(2018).empty());
  EXPECT_EQ(years.at(2020).at("feature_drift"), 1);
}

}  // namespace
}  // namespace converge::surface
