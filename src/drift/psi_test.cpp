#include "drift/psi.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>

namespace converge::drift {
namespace {

TEST(QuantileBins, AreCutAtReferenceQuantilesWithTiesMerged) {
  struct Case {
    const char* name;
    std::vector<double> sorted_reference;
    std::size_t bins_max;
    QuantileBins expected;
  };
  const Case cases[] = {
      {"ten distinct values, five bins", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 5, {{2, 4, 6, 8}, {2, 2, 2, 2, 2}}},
      {"rows do not divide evenly", {1, 2, 3, 4, 5, 6, 7}, 3, {{3, 5}, {3, 2, 2}}},
      {"a tie across two quantiles is one edge", {1, 1, 1, 1, 1, 1, 7, 8, 9, 10}, 5, {{1, 8}, {6, 2, 2}}},
      {"a tie at the maximum leaves no empty last bin", {1, 2, 9, 9, 9, 9}, 3, {{2}, {2, 4}}},
      {"a constant reference has one bin", {4, 4, 4, 4}, 4, {{}, {4}}},
      {"fewer rows than bins", {1, 2}, 10, {{1}, {1, 1}}},
      {"one row", {1}, 10, {{}, {1}}},
      {"one bin asked for", {1, 2, 3}, 1, {{}, {3}}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const QuantileBins bins = make_quantile_bins(c.sorted_reference, c.bins_max);
    EXPECT_EQ(bins.edges, c.expected.edges);
    EXPECT_EQ(bins.reference_counts, c.expected.reference_counts);
  }
}

TEST(QuantileBins, CountAnEdgeInTheBinBelowIt) {
  const QuantileBins bins{{2, 4}, {1, 1, 1}};
  EXPECT_EQ(count_in_bins(bins, std::vector<double>{-1e9, 2, 2.0001, 4, 4.0001, 1e9}),
            (std::vector<std::int64_t>{2, 2, 2}));
}

TEST(QuantileBins, CountTheReferenceAsTheReferenceCounts) {
  Rng rng(7);
  for (int repetition = 0; repetition < 200; ++repetition) {
    std::vector<double> rows;
    for (std::uint64_t i = 0, n = 1 + rng.below(60); i < n; ++i) rows.push_back(static_cast<double>(rng.below(25)));
    std::ranges::sort(rows);
    const QuantileBins bins = make_quantile_bins(rows, 1 + rng.below(12));
    EXPECT_EQ(count_in_bins(bins, rows), bins.reference_counts);
    EXPECT_GT(std::ranges::min(bins.reference_counts), 0);
  }
}

TEST(Psi, AgreesWithHandWorkedCases) {
  struct Case {
    const char* name;
    std::vector<std::int64_t> reference, current;
    double expected;
  };
  const Case cases[] = {
      {"equal shares of different sizes", {10, 20, 70}, {1, 2, 7}, 0},
      {"halves against thirds: 1/3 ln 2 is met once with each sign",
       {1, 1},
       {1, 2},
       (1.0 / 3 - 0.5) * std::log(2.0 / 3) + (2.0 / 3 - 0.5) * std::log(4.0 / 3)},
      {"half to a quarter: 0.25 ln 2 + 0.25 ln 1.5", {50, 50}, {25, 75}, 0.25 * std::log(2.0) + 0.25 * std::log(1.5)},
      {"an empty bin counts 0.5 / 10, the smaller sample",
       {50, 50},
       {0, 10},
       0.45 * std::log(10.0) + 0.5 * std::log(2.0)},
      {"an empty bin of the reference counts the same", {0, 10}, {50, 50}, 0.45 * std::log(10.0) + 0.5 * std::log(2.0)},
      {"one bin says nothing", {10}, {3}, 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto psi = compute_psi(c.reference, c.current);
    ASSERT_TRUE(psi.has_value());
    EXPECT_NEAR(*psi, c.expected, 1e-12);
  }
}

TEST(Psi, RefusesSamplesThatCannotBeCompared) {
  struct Case {
    const char* name;
    std::vector<std::int64_t> reference, current;
  };
  const Case cases[] = {
      {"different bins", {1, 2}, {1, 2, 3}}, {"no bins", {}, {}},           {"no reference rows", {0, 0}, {1, 1}},
      {"no current rows", {1, 1}, {0, 0}},   {"negative", {3, 3}, {-1, 4}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto psi = compute_psi(c.reference, c.current);
    ASSERT_FALSE(psi.has_value());
    EXPECT_EQ(psi.error().code, Errc::invalid_input);
  }
}

TEST(Psi, IsLargestWithAllRowsInOneBin) {
  // Ten equal bins, 20 rows: 0.9 ln 10 for the full bin, nine times (0.1 - 0.025) ln 4 for the empty ones.
  const std::vector<std::int64_t> reference(10, 100);
  const auto psi_max = compute_psi_max(reference, 20);
  ASSERT_TRUE(psi_max.has_value());
  EXPECT_NEAR(*psi_max, 0.9 * std::log(10.0) + 9 * 0.075 * std::log(4.0), 1e-12);

  Rng rng(3);
  for (int repetition = 0; repetition < 500; ++repetition) {
    std::vector<std::int64_t> current(10, 0);
    for (int i = 0; i < 20; ++i) ++current[rng.below(1 + rng.below(10))];
    const auto psi = compute_psi(reference, current);
    ASSERT_TRUE(psi.has_value());
    EXPECT_LE(*psi, *psi_max + 1e-12);
    EXPECT_GE(*psi, 0);
  }
}

}  // namespace
}  // namespace converge::drift
