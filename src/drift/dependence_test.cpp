#include "drift/dependence.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <cmath>

namespace converge::drift {
namespace {

std::vector<double> make_ar1(double phi, std::size_t rows, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<double> series(rows);
  double x = rng.normal();
  for (double& value : series) value = x = phi * x + std::sqrt(1 - phi * phi) * rng.normal();
  return series;
}

// Mean over seeds, so that the expectation is the theory's and not one draw's.
template <class Measure>
double average(double phi, std::size_t rows, Measure&& measure) {
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) sum += measure(Dependence(make_ar1(phi, rows, seed)));
  return sum / 20;
}

TEST(Dependence, KnowsWhatAWindowIsWorth) {
  struct Case {
    const char* name;
    double phi;
    std::size_t rows, window;
    double expected;  // window / (1 + 2 sum of (1 - k / window) phi^k); ranks correlate a little less than values
    double tolerance;
  };
  const Case cases[] = {
      {"independent rows", 0, 4000, 100, 100, 1},
      {"AR(0.5)", 0.5, 4000, 100, 33.8, 3},
      {"AR(0.9), long window", 0.9, 4000, 250, 13.7, 2},
      {"AR(0.9), short window", 0.9, 4000, 21, 1.85, 0.2},
      {"AR(0.99): 250 rows are worth two", 0.99, 8000, 250, 1.98, 0.3},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_NEAR(average(c.phi, c.rows, [&](const Dependence& d) { return d.effective_rows(c.window); }), c.expected,
                c.tolerance);
  }
}

TEST(Dependence, ChoosesBlocksAsLongAsTheMemory) {
  // Theory for AR(phi), circular blocks: (1.5 (G/g)^2 n)^(1/3) with G/g = 2 phi / (1 - phi^2).
  const auto block = [](const Dependence& d) { return static_cast<double>(d.block_rows()); };
  EXPECT_LE(average(0, 1000, block), 2);
  EXPECT_NEAR(average(0.5, 1000, block), 13.9, 3);
  EXPECT_NEAR(average(0.9, 1000, block), 51, 10);
  EXPECT_NEAR(average(0.99, 1000, block), 90, 5) << "at most 3 sqrt(1000)";
}

TEST(Dependence, WidensOnlyWhereBlocksMeet) {
  const Dependence d(make_ar1(0.9, 4000, 5));
  EXPECT_NEAR(d.variance_factor(21, 80), 1, 0.01) << "the window fits into one block";
  EXPECT_GT(d.variance_factor(250, 40), 1.1);
  EXPECT_GT(d.variance_factor(250, 20), d.variance_factor(250, 40)) << "more joints, more missing variance";
  EXPECT_NEAR(Dependence(make_ar1(0, 4000, 5)).variance_factor(250, 1), 1, 1e-9);
}

TEST(Dependence, SeesRanksOnly) {
  std::vector<double> series = make_ar1(0.8, 1000, 9), bent = series;
  for (double& value : bent) value = std::exp(3 * value);
  EXPECT_EQ(Dependence(series).block_rows(), Dependence(bent).block_rows());
  EXPECT_EQ(Dependence(series).effective_rows(63), Dependence(bent).effective_rows(63));
}

TEST(Dependence, HoldsForSeriesWithoutVariance) {
  for (const std::size_t rows : {0u, 1u, 2u, 50u}) {
    SCOPED_TRACE(rows);
    const Dependence d(std::vector<double>(rows, 3.5));
    EXPECT_EQ(d.block_rows(), 1u);
    EXPECT_EQ(d.effective_rows(10), 10);
    EXPECT_EQ(d.variance_factor(10, 5), 1);
  }
}

}  // namespace
}  // namespace converge::drift
