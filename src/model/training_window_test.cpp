#include "model/training_window.hpp"

#include <gtest/gtest.h>

namespace converge::model {
namespace {

Instant day(int n) {
  return midnight_utc(Date(std::chrono::year(2015), std::chrono::January, std::chrono::day(1))) + std::chrono::days(n);
}

feature::Matrix ten_days() {
  feature::Matrix matrix{.names = {"a", "b"}, .bar_at = {}, .values = {}};
  for (int n = 0; n < 10; ++n) {
    matrix.bar_at.push_back(day(n));
    matrix.values.insert(matrix.values.end(), {1.0 * n, 10.0 * n});
  }
  return matrix;
}

TEST(TrainingWindow, HoldsTheRowsWhoseLabelEndedInTime) {
  struct Case {
    const char* name;
    int from, to;  // train_from_at, train_to_at
    std::size_t horizon;
    int first, count;  // row of the window's first, and how many
  };
  const Case cases[] = {
      {"labels of two bars end by the last day", 3, 8, 2, 3, 4},  // 3..6: the label of 7 ends on 9
      {"everything, but for the rows whose label has not ended", 0, 9, 2, 0, 8},
      {"a label that ends with its bar", 2, 4, 0, 2, 3},
      {"nothing between", 6, 7, 3, 0, 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ModelVersionRow version;
    version.train_from_at = day(c.from);
    version.train_to_at = day(c.to);
    const feature::Matrix window = cut_training_window(ten_days(), version, c.horizon);
    ASSERT_EQ(window.rows(), static_cast<std::size_t>(c.count));
    for (int i = 0; i < c.count; ++i) {
      EXPECT_EQ(window.bar_at[static_cast<std::size_t>(i)], day(c.first + i));
      EXPECT_EQ(window.at(static_cast<std::size_t>(i), 1), 10.0 * (c.first + i));
    }
  }
}

}  // namespace
}  // namespace converge::model
