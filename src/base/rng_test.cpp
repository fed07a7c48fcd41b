#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <vector>

namespace converge {
namespace {

// Worked outside from the definition of mt19937_64; the first is the check value of the C++ standard.
TEST(Rng, GivesTheSameNumbersForEver) {
  Rng standard(5489);
  for (int i = 0; i < 9999; ++i) standard.bits();
  EXPECT_EQ(standard.bits(), 9981545732273789042U);

  Rng bits(42), uniform(42), below(42), named = Rng::named(7, "bootstrap/sp500_vol5");
  EXPECT_EQ(bits.bits(), 13930160852258120406U);
  EXPECT_EQ(bits.bits(), 11788048577503494824U);
  EXPECT_EQ(uniform.uniform(), 0.755155532954539) << "bits / 2^64";
  EXPECT_EQ(uniform.uniform(), 0.6390313938546974);
  for (const std::uint64_t expected : {7U, 6U, 7U, 1U, 9U, 0U, 5U, 3U, 2U, 3U}) EXPECT_EQ(below.below(10), expected);
  EXPECT_EQ(named.bits(), 11431800951286973690U) << "seeded by sha256(seed, name)";
}

TEST(Rng, GivesEachNameAStreamOfItsOwn) {
  EXPECT_EQ(Rng::named(7, "a").bits(), Rng::named(7, "a").bits());
  EXPECT_NE(Rng::named(7, "a").bits(), Rng::named(7, "b").bits());
  EXPECT_NE(Rng::named(7, "a").bits(), Rng::named(8, "a").bits());
}

TEST(Rng, StaysInRange) {
  Rng rng(1);
  for (const std::uint64_t n : {1ULL, 2ULL, 3ULL, 1000ULL, (1ULL << 63) + 1}) {
    SCOPED_TRACE(n);
    for (int i = 0; i < 2000; ++i) EXPECT_LT(rng.below(n), n);
  }
  for (int i = 0; i < 10000; ++i) {
    const double u = rng.uniform();
    EXPECT_GE(u, 0);
    EXPECT_LT(u, 1);
  }
}

TEST(Rng, IsUniformAndNormal) {
  Rng rng(2);
  const int draws = 200000;
  std::vector<int> counts(7, 0);
  double sum = 0, squares = 0, fourths = 0;
  int beyond_196 = 0;
  for (int i = 0; i < draws; ++i) {
    ++counts[rng.below(7)];
    const double z = rng.normal();
    sum += z;
    squares += z * z;
    fourths += z * z * z * z;
    if (std::abs(z) > 1.959964) ++beyond_196;
  }
  // Five standard errors each.
  for (const int count : counts) EXPECT_NEAR(count, draws / 7.0, 5 * std::sqrt(draws * 6.0 / 49));
  EXPECT_NEAR(sum / draws, 0, 5 / std::sqrt(draws));
  EXPECT_NEAR(squares / draws, 1, 5 * std::sqrt(2.0 / draws));
  EXPECT_NEAR(fourths / draws, 3, 5 * std::sqrt(96.0 / draws));
  EXPECT_NEAR(beyond_196, 0.05 * draws, 5 * std::sqrt(0.05 * 0.95 * draws));
}

}  // namespace
}  // namespace converge
