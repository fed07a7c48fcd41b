#include "drift/distance.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <cmath>

namespace converge::drift {
namespace {

feature::Matrix make_matrix(std::size_t columns, std::vector<double> values) {
  feature::Matrix matrix;
  for (std::size_t j = 0; j < columns; ++j) matrix.names.push_back("f" + std::to_string(j));
  matrix.bar_at.resize(values.size() / columns);
  matrix.values = std::move(values);
  return matrix;
}

TEST(Distance, AgreesWithHandWorkedCases) {
  // One column with mean 2 and variance 4: ((x - 2) / 2)^2.
  const Distance one(make_matrix(1, {0, 4, 0, 4}));
  EXPECT_NEAR(one.compute(std::vector<double>{2}), 0, 1e-12);
  EXPECT_NEAR(one.compute(std::vector<double>{6}), 4, 1e-12);
  // Two uncorrelated columns of variance 1 and 4: x^2 + (y / 2)^2.
  const Distance two(make_matrix(2, {1, 2, 1, -2, -1, 2, -1, -2}));
  EXPECT_NEAR(two.compute(std::vector<double>{3, 4}), 13, 1e-12);
  // A constant column takes no part.
  const Distance constant(make_matrix(2, {0, 7, 4, 7, 0, 7, 4, 7}));
  EXPECT_NEAR(constant.compute(std::vector<double>{6, 1000}), 4, 1e-12);
}

TEST(Distance, SeesARowThatBreaksTheCorrelation) {
  Rng rng(5);
  std::vector<double> values;
  for (int i = 0; i < 2000; ++i) {
    const double common = rng.normal();
    values.push_back(common + 0.3 * rng.normal());
    values.push_back(100 + 50 * (common + 0.3 * rng.normal()));
  }
  const Distance distance(make_matrix(2, values));
  const double along = distance.compute(std::vector<double>{1.5, 175});
  const double across = distance.compute(std::vector<double>{1.5, 25});
  EXPECT_LT(along, 5);
  EXPECT_GT(across, 30) << "each value alone is ordinary, the pair is not";
}

TEST(Distance, HoldsForColumnsThatRepeatEachOther) {
  Rng rng(6);
  std::vector<double> values;
  for (int i = 0; i < 500; ++i) {
    const double x = rng.normal();
    values.insert(values.end(), {x, 2 * x, -x});
  }
  const Distance distance(make_matrix(3, values));
  EXPECT_TRUE(std::isfinite(distance.compute(std::vector<double>{1, 2, -1})));
  EXPECT_LT(distance.compute(std::vector<double>{1, 2, -1}), 5);
}

}  // namespace
}  // namespace converge::drift
