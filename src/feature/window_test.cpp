#include "feature/window.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace converge::feature {
namespace {

TEST(Window, HoldsTheLastNumbersOldestFirst) {
  Window window(3);
  for (const double x : {1.0, 2.0}) window.push(x);
  EXPECT_FALSE(window.full());
  for (const double x : {3.0, 4.0, 5.0}) {
    window.push(x);
    ASSERT_TRUE(window.full());
    const std::vector<double> held(window.values().begin(), window.values().end());
    EXPECT_EQ(held, (std::vector<double>{x - 2, x - 1, x}));
  }
}

TEST(Window, IsFullAgainOnceANumberThatIsNotFiniteHasLeft) {
  for (const double hole : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    Window window(2);
    std::vector<bool> full;
    for (const double x : {1.0, 2.0, hole, 3.0, 4.0}) full.push_back((window.push(x), window.full()));
    EXPECT_EQ(full, (std::vector<bool>{false, true, false, false, true}));
  }
}

// By hand: 2, 4, 4, 4, 5, 5, 7, 9 have mean 5 and squared distances that add up to 32.
TEST(Window, StatisticsMatchTheHandWorkedCase) {
  const std::vector<double> values{2, 4, 4, 4, 5, 5, 7, 9};
  EXPECT_EQ(compute_mean(values), 5);
  EXPECT_EQ(compute_deviation(values, 0), 2);
  EXPECT_DOUBLE_EQ(compute_deviation(values, 1), std::sqrt(32.0 / 7));
  EXPECT_DOUBLE_EQ(compute_z(values), 4 / std::sqrt(32.0 / 7));
}

TEST(Window, FlatValuesHaveExactlyNoDeviationAndNoZ) {
  const std::vector<double> values(20, 0.1);
  EXPECT_EQ(compute_mean(values), 0.1);
  EXPECT_EQ(compute_deviation(values, 0), 0);
  EXPECT_TRUE(std::isnan(compute_z(values)));
}

}  // namespace
}  // namespace converge::feature
