#include "model/dataset.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace converge::model {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Instant at(std::int64_t days) {
  return Instant(std::chrono::days(days));
}

feature::Matrix make_matrix() {
  return {.names = {"a", "b"}, .bar_at = {at(0), at(1), at(2), at(3)}, .values = {nan, 1, 2, 3, 4, 5, 6, 7}};
}

feature::Label label_of(std::size_t row, std::int64_t t1) {
  return {.row = row, .label = row == 2 ? 1 : 0, .value = 0, .t0 = at(static_cast<std::int64_t>(row)), .t1 = at(t1)};
}

TEST(Dataset, HoldsCompleteRowsWithLabelsThatHaveEnded) {
  const std::vector<feature::Label> labels{label_of(0, 1), label_of(1, 2), label_of(2, 3), label_of(3, 4)};
  const auto dataset = make_dataset(make_matrix(), labels, at(3));
  ASSERT_TRUE(dataset);
  ASSERT_EQ(dataset->rows(), 2U) << "row 0 has a hole, row 3 ends tomorrow";
  EXPECT_EQ(dataset->values, (std::vector<double>{2, 3, 4, 5}));
  EXPECT_DOUBLE_EQ(dataset->base_rate(), 0.5);
  const std::vector<std::size_t> second{1};
  EXPECT_EQ(select_rows(*dataset, second).values, (std::vector<double>{4, 5}));
}

TEST(Dataset, RefusesLabelsThatCannotBe) {
  struct Case {
    const char* name;
    std::vector<feature::Label> labels;
  };
  for (const Case& c :
       {Case{"out of order", {label_of(2, 3), label_of(1, 2)}}, Case{"twice", {label_of(1, 2), label_of(1, 2)}},
        Case{"outside", {label_of(4, 5)}}, Case{"ends before it begins", {label_of(2, 1)}}}) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(make_dataset(make_matrix(), c.labels, at(9)).error().code, Errc::invalid_input);
  }
}

}  // namespace
}  // namespace converge::model
