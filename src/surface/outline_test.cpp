#include "surface/outline.hpp"

#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::surface {
namespace {

TEST(Outline, IndentsEachLevelAndNumbersElements) {
  const JsonObject document{{"model", "m"},
                            {"champion", nullptr},
                            {"gate", JsonObject{{"score", 0.5}, {"rows", 252}}},
                            {"trials", JsonArray{JsonObject{{"kind", "cv"}}, "two"}},
                            {"notes", JsonArray{}}};
  EXPECT_EQ(render_outline(document),
            "model: m\n"
            "champion: none\n"
            "gate\n"
            "  score: 0.5\n"
            "  rows: 252\n"
            "trials\n"
            "  1\n"
            "    kind: cv\n"
            "  2: two\n"
            "notes: none\n");
}

}  // namespace
}  // namespace converge::surface
