#include "surface/cli/table_text.hpp"

#include <gtest/gtest.h>
#include <boost/json/array.hpp>

namespace converge::surface {
namespace {

store::RowSet sample() {
  store::RowSet rows;
  rows.columns = {"name", "n"};
  rows.rows = {{store::Value("a"), store::Value(std::int64_t{5})},
               {store::Value("größe"), store::Value(std::int64_t{12})},
               {store::Value(), store::Value(0.5)}};
  return rows;
}

TEST(TableText, AlignsByCodePointsAndPutsNumbersRight) {
  EXPECT_EQ(render_table(sample()), "name   n\na        5\ngröße   12\n       0.5\n");
}

TEST(TableText, GivesOneObjectForEachRow) {
  EXPECT_EQ(render_json(render_rows_json(sample())),
            R"([{"name":"a","n":5},{"name":"größe","n":12},{"name":null,"n":0.5}])");
}

}  // namespace
}  // namespace converge::surface
