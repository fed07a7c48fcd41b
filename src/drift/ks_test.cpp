#include "drift/ks.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>
#include <vector>

namespace converge::drift {
namespace {

using Sample = std::vector<double>;

TEST(Ks, AgreesWithHandWorkedCases) {
  struct Case {
    const char* name;
    Sample reference, current;
    double expected;
  };
  const Case cases[] = {
      {"same rows", {1, 2, 3}, {1, 2, 3}, 0},
      {"same shares, other sizes", {1, 1, 2, 2}, {1, 2}, 0},
      {"no overlap, above", {1, 2, 3}, {4, 5}, 1},
      {"no overlap, below", {4, 5}, {1, 2, 3}, 1},
      {"interleaved: 1/2 after the first of the current", {1, 2, 3, 4}, {2.5, 3.5}, 0.5},
      // Reference reaches 0.75 at the tie, current 0.5: the gap is read after both steps, not between them.
      {"a tie is stepped over at once", {1, 2, 2, 3}, {2, 3}, 0.25},
      {"all tied", {5, 5, 5}, {5}, 0},
      {"constant against a spread", {1, 2, 3, 4, 5}, {3, 3}, 0.4},
      {"gap just before a value", {1, 2, 3, 4}, {4, 4}, 0.75},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto distance = compute_ks(c.reference, c.current);
    ASSERT_TRUE(distance.has_value());
    EXPECT_NEAR(*distance, c.expected, 1e-12);
    EXPECT_NEAR(*compute_ks(c.current, c.reference), c.expected, 1e-12) << "it is symmetric";
  }
}

TEST(Ks, RefusesAnEmptySample) {
  const Sample some{1}, none;
  EXPECT_EQ(compute_ks(none, some).error().code, Errc::invalid_input);
  EXPECT_EQ(compute_ks(some, none).error().code, Errc::invalid_input);
}

// The definition itself: the gap of the two step functions at every value of either sample.
double compute_ks_by_definition(const Sample& a, const Sample& b) {
  const auto share_upto = [](const Sample& sample, double value) {
    return static_cast<double>(std::ranges::count_if(sample, [&](double v) { return v <= value; })) /
           static_cast<double>(sample.size());
  };
  double distance = 0;
  for (const Sample* sample : {&a, &b})
    for (const double value : *sample)
      distance = std::max(distance, std::abs(share_upto(a, value) - share_upto(b, value)));
  return distance;
}

TEST(Ks, AgreesWithItsDefinitionOnSamplesFullOfTies) {
  Rng rng(11);
  for (int repetition = 0; repetition < 500; ++repetition) {
    Sample a, b;
    for (std::uint64_t i = 0, n = 1 + rng.below(30); i < n; ++i) a.push_back(static_cast<double>(rng.below(8)));
    for (std::uint64_t i = 0, n = 1 + rng.below(12); i < n; ++i) b.push_back(static_cast<double>(rng.below(10)) - 1);
    std::ranges::sort(a);
    std::ranges::sort(b);
    EXPECT_NEAR(*compute_ks(a, b), compute_ks_by_definition(a, b), 1e-12);
  }
}

}  // namespace
}  // namespace converge::drift
