#include "feature/matrix.hpp"

#include "feature/render_matrix.hpp"
#include "feature/window.hpp"

#include <gtest/gtest.h>

namespace converge::feature {
namespace {

Matrix make_matrix() {
  const auto day = [](int d) { return *parse_instant("2020-03-1" + std::to_string(d) + "T20:00:00Z"); };
  return {{"a", "b"}, {day(3), day(6), day(7)}, {undefined, 0.1, 1e300, -2.0 / 3, 1e-7, 3}};
}

TEST(Matrix, IsCompleteWhereEveryFeatureHasAValue) {
  const Matrix matrix = make_matrix();
  EXPECT_FALSE(matrix.is_complete(0));
  EXPECT_TRUE(matrix.is_complete(1));
}

TEST(Matrix, RendersSeventeenDigitsAndNothingWhereUndefined) {
  EXPECT_EQ(render_matrix_csv(make_matrix(), Instant::min(), Instant::max()),
            "bar_at,a,b\n"
            "2020-03-13T20:00:00Z,,0.10000000000000001\n"
            "2020-03-16T20:00:00Z,1.0000000000000001e+300,-0.66666666666666663\n"
            "2020-03-17T20:00:00Z,9.9999999999999995e-08,3\n");
}

TEST(Matrix, RendersRowsFromTheFirstInstantUpToButNotTheSecond) {
  const Matrix matrix = make_matrix();
  EXPECT_EQ(render_matrix_csv(matrix, matrix.bar_at[1], matrix.bar_at[2]),
            "bar_at,a,b\n2020-03-16T20:00:00Z,1.0000000000000001e+300,-0.66666666666666663\n");
  EXPECT_EQ(render_matrix_csv(matrix, matrix.bar_at[2], matrix.bar_at[1]), "bar_at,a,b\n");
}

}  // namespace
}  // namespace converge::feature
