#include "drift/threshold.hpp"

#include <gtest/gtest.h>

namespace converge::drift {
namespace {

feature::Matrix make_noise(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  Rng rng(seed);
  feature::Matrix matrix;
  for (std::size_t j = 0; j < columns; ++j) matrix.names.push_back("f" + std::to_string(j));
  matrix.bar_at.resize(rows);
  for (std::size_t i = 0; i < rows * columns; ++i) matrix.values.push_back(rng.normal());
  return matrix;
}

TEST(Reference, LeavesOutRowsWithANaN) {
  feature::Matrix matrix = make_noise(200, 2, 1);
  matrix.values[0] = matrix.values[101 * 2 + 1] = std::numeric_limits<double>::quiet_NaN();
  const auto reference = Reference::make(matrix, 10);
  ASSERT_TRUE(reference.has_value());
  EXPECT_EQ(reference->rows(), 198u);
  EXPECT_EQ(reference->names(), (std::vector<std::string>{"f0", "f1", "all.distance"}));

  const auto window = reference->take_window(matrix, 150);
  ASSERT_TRUE(window.has_value());
  ASSERT_EQ(window->size(), 3u);
  EXPECT_EQ(window->front().size(), 150u);
  EXPECT_EQ(window->front().back(), matrix.at(199, 0));
  EXPECT_EQ(window->front().front(), matrix.at(49, 0)) << "one of the last 151 rows is incomplete";
}

TEST(Reference, RefusesWhatItCannotCompare) {
  EXPECT_EQ(Reference::make(make_noise(99, 2, 1), 10).error().code, Errc::invalid_input) << "too short";
  EXPECT_EQ(Reference::make(feature::Matrix{}, 10).error().code, Errc::invalid_input) << "no features";
  const auto reference = Reference::make(make_noise(100, 2, 1), 10);
  ASSERT_TRUE(reference.has_value());
  EXPECT_EQ(reference->take_window(make_noise(30, 3, 1), 21).error().code, Errc::invalid_input) << "other features";
}

TEST(Reference, IsNamedByEveryBit) {
  feature::Matrix matrix = make_noise(120, 2, 1);
  const std::string before = Reference::make(matrix, 10)->sha256();
  EXPECT_EQ(Reference::make(matrix, 10)->sha256(), before);
  matrix.values[77] = std::nextafter(matrix.values[77], 9.0);
  EXPECT_NE(Reference::make(matrix, 10)->sha256(), before);
  matrix = make_noise(120, 2, 1);
  matrix.names[1] = "g1";
  EXPECT_NE(Reference::make(matrix, 10)->sha256(), before);
}

TEST(Threshold, IsTheSameForTheSameSeedAndOtherwiseNot) {
  const auto reference = Reference::make(make_noise(300, 3, 2), 10);
  ASSERT_TRUE(reference.has_value());
  const CalibrationOptions options{.resamples = 100};
  Rng a(1), b(1), c(2);
  const auto first = calibrate_features(*reference, options, a);
  EXPECT_EQ(*first, *calibrate_features(*reference, options, b));
  EXPECT_NE(*first, *calibrate_features(*reference, options, c));
}

// For independent rows the two-sample KS threshold is known: 1.628 sqrt((n + m) / (n m)) at 1 %.
// source: Smirnov's limit, Conover table A20.
TEST(Threshold, OfIndependentRowsIsTheTextbookOne) {
  const auto reference = Reference::make(make_noise(900, 1, 3), 10);
  ASSERT_TRUE(reference.has_value());
  Rng rng(1);
  const auto decisions = calibrate_features(*reference, {.windows_sessions = {100}, .resamples = 1000}, rng);
  ASSERT_TRUE(decisions.has_value());
  for (const Decision& decision : *decisions) {
    if (decision.all.statistic != Statistic::ks) continue;
    EXPECT_NEAR(decision.features[0].threshold, 1.628 * std::sqrt(1000.0 / 90000.0), 0.015);
    EXPECT_TRUE(decision.features[0].is_sufficient);
    EXPECT_NEAR(decision.features[0].effective_rows, 100, 10);
    EXPECT_GT(decision.all.threshold, 1) << "the largest of two ratios exceeds 1 more often than each";
  }
}

TEST(Threshold, CallsAConstantOrTooPersistentFeatureInsufficient) {
  feature::Matrix matrix = make_noise(600, 3, 4);
  double walk = 0;
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    matrix.values[i * 3 + 1] = 5;
    matrix.values[i * 3 + 2] = walk += matrix.values[i * 3 + 2];
  }
  const auto reference = Reference::make(matrix, 10);
  ASSERT_TRUE(reference.has_value());
  Rng rng(1);
  const auto decisions = calibrate_features(*reference, {.resamples = 200}, rng);
  ASSERT_TRUE(decisions.has_value());
  for (const Decision& decision : *decisions) {
    SCOPED_TRACE(std::string(enum_text(decision.all.statistic)) + std::to_string(decision.all.window_sessions));
    EXPECT_TRUE(decision.features[0].is_sufficient);
    EXPECT_FALSE(decision.features[1].is_sufficient) << "constant";
    EXPECT_FALSE(decision.features[2].is_sufficient) << "random walk";
  }
}

TEST(Threshold, OfLossesLiesAboveTheirMean) {
  Rng rng(8);
  std::vector<double> losses;
  for (int i = 0; i < 1000; ++i) losses.push_back(0.5 + 0.2 * rng.normal());
  const auto decisions = calibrate_losses(losses, {}, rng);
  ASSERT_TRUE(decisions.has_value());
  ASSERT_EQ(decisions->size(), 2u);
  // One-sided 1 %: mean + 2.326 sigma sqrt(1 / 21 + 1 / 1000).
  EXPECT_NEAR((*decisions)[0].all.threshold, 0.5 + 2.326 * 0.2 * std::sqrt(1.0 / 21 + 1.0 / 1000), 0.02);
  EXPECT_NEAR((*decisions)[1].all.threshold, 0.5 + 2.326 * 0.2 * std::sqrt(1.0 / 63 + 1.0 / 1000), 0.015);
  EXPECT_TRUE((*decisions)[0].all.is_sufficient);

  EXPECT_FALSE((*calibrate_losses(std::span(losses).first(60), {}, rng))[0].all.is_sufficient) << "60 rows";
  EXPECT_EQ(calibrate_losses({}, {}, rng).error().code, Errc::invalid_input);
}

TEST(Verdict, FollowsFromThresholdEvidenceAndRows) {
  struct Case {
    const char* name;
    bool is_sufficient;
    double value;
    std::size_t rows;
    Verdict expected;
  };
  const Case cases[] = {
      {"above", true, 0.31, 21, Verdict::drift},
      {"at the threshold", true, 0.30, 21, Verdict::stable},
      {"below", true, 0.10, 21, Verdict::stable},
      {"above, but a row short", true, 0.31, 20, Verdict::insufficient_evidence},
      {"above, but the threshold says nothing", false, 0.31, 21, Verdict::insufficient_evidence},
      {"below, but the threshold says nothing", false, 0.10, 21, Verdict::insufficient_evidence},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Threshold threshold{.window_sessions = 21, .threshold = 0.30, .is_sufficient = c.is_sufficient};
    EXPECT_EQ(compute_verdict(threshold, c.value, c.rows), c.expected);
  }
}

TEST(Joint, IsTheLargestRatioOfTheSufficient) {
  const std::vector<Threshold> thresholds{{.threshold = 0.5, .is_sufficient = true},
                                          {.threshold = 0.1, .is_sufficient = false},
                                          {.threshold = 0.2, .is_sufficient = true}};
  const Joint joint = compute_joint(std::vector<double>{0.3, 0.9, 0.3}, thresholds);
  EXPECT_DOUBLE_EQ(joint.value, 1.5);
  EXPECT_EQ(joint.worst, 2u);
  const Joint none = compute_joint(std::vector<double>{0.9}, std::span(thresholds).subspan(1, 1));
  EXPECT_EQ(none.value, 0);
  EXPECT_FALSE(none.worst.has_value());
}

}  // namespace
}  // namespace converge::drift
