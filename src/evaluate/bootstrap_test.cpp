#include "evaluate/bootstrap.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <limits>
#include <vector>

namespace converge::evaluate {
namespace {

std::vector<double> make_ar1(Rng& rng, std::size_t rows, double phi) {
  std::vector<double> values;
  double x = rng.normal() / std::sqrt(1 - phi * phi);
  for (std::size_t i = 0; i < rows; ++i) {
    values.push_back(x);
    x = phi * x + rng.normal();
  }
  return values;
}

TEST(MeanInterval, IsAPointForAConstant) {
  Rng rng(1);
  const auto interval = compute_mean_interval(std::vector<double>(50, 0.25), {}, rng);
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 0.25, 1e-12);
  EXPECT_NEAR(interval->high, 0.25, 1e-12);
}

TEST(MeanInterval, AgreesWithTheBinomialWhenBlocksAreSingleRows) {
  // The mean of 100 draws of 0 or 1: the 2.5 % and 97.5 % points of Binomial(100, 1/2) are 40 and 60.
  std::vector<double> values(100, 0);
  for (std::size_t i = 0; i < 50; ++i) values[i * 2] = 1;
  Rng rng(2);
  const auto interval = compute_mean_interval(values, {.block_mean = 1, .resamples = 20000, .confidence = 0.95}, rng);
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 0.40, 0.011);
  EXPECT_NEAR(interval->high, 0.60, 0.011);
}

TEST(MeanInterval, OfBlocksThatCoverEverythingIsThePointOfTheMean) {
  // A block of mean length 1e9 is cut at the sample's size: each resample is the sample, wrapped around.
  Rng rng(3);
  const auto values = make_ar1(rng, 40, 0.5);
  double mean = 0;
  for (const double value : values) mean += value / 40;
  const auto interval = compute_mean_interval(values, {.block_mean = 1e9, .resamples = 100, .confidence = 0.95}, rng);
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, mean, 1e-12);
  EXPECT_NEAR(interval->high, mean, 1e-12);
}

TEST(MeanInterval, CoversTheMeanOfAutocorrelatedNoise) {
  // 95 % asked; single-row blocks would cover about 75 % at phi = 0.6.
  Rng rng(4);
  int covered = 0;
  constexpr int rounds = 300;
  for (int round = 0; round < rounds; ++round) {
    const auto values = make_ar1(rng, 500, 0.6);
    const auto interval = compute_mean_interval(values, {.block_mean = 20, .resamples = 400, .confidence = 0.95}, rng);
    covered += interval->low <= 0 && interval->high >= 0 ? 1 : 0;
  }
  EXPECT_GE(covered, rounds * 88 / 100);
  EXPECT_LE(covered, rounds * 98 / 100);
}

TEST(MeanInterval, IsTheSameForTheSameSeed) {
  Rng source(5);
  const auto values = make_ar1(source, 200, 0.3);
  Rng first(6), second(6);
  const auto a = compute_mean_interval(values, {}, first);
  const auto b = compute_mean_interval(values, {}, second);
  EXPECT_EQ(a->low, b->low);
  EXPECT_EQ(a->high, b->high);
}

TEST(MeanInterval, RefusesWhatHasNoInterval) {
  struct Case {
    const char* name;
    std::vector<double> values;
    BootstrapOptions options;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Case& c :
       {Case{"one value", {1}, {}}, Case{"not finite", {1, nan}, {}}, Case{"no block", {1, 2}, {.block_mean = 0.5}},
        Case{"no resample", {1, 2}, {.resamples = 0}}, Case{"certainty", {1, 2}, {.confidence = 1}}}) {
    SCOPED_TRACE(c.name);
    Rng rng(7);
    EXPECT_EQ(compute_mean_interval(c.values, c.options, rng).error().code, Errc::invalid_input);
  }
}

}  // namespace
}  // namespace converge::evaluate
