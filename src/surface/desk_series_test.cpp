#include "surface/desk_series.hpp"

#include <gtest/gtest.h>

namespace converge::surface {
namespace {

ingest::Source make_source(const char* name, const char* symbol, const char* timeframe) {
  ingest::Source source;
  source.name = name;
  source.bar.emplace();
  source.bar->symbol = symbol;
  source.bar->timeframe = timeframe;
  return source;
}

model::ModelSpec make_model(const char* symbol, const char* timeframe) {
  model::ModelSpec model;
  model.name = "up5";
  model.symbol = symbol;
  model.timeframe = timeframe;
  return model;
}

TEST(CheckSeries, AcceptsOneSourceForEachAndColumnsOfSymbols) {
  const std::vector<ingest::Source> sources{make_source("daily", "spx", "1d"), make_source("hourly", "spx", "1h"),
                                            make_source("funds", "", "1d"), ingest::Source{}};
  const std::vector<model::ModelSpec> models{make_model("spx", "1d"), make_model("spx", "1h"), make_model("gld", "1d")};
  const auto checked = check_series(sources, models);
  EXPECT_TRUE(checked) << checked.error().message;
}

TEST(CheckSeries, RefusesTwoSourcesOfOneSeries) {
  const std::vector<ingest::Source> sources{make_source("one", "spx", "1d"), make_source("two", "spx", "1d")};
  const auto checked = check_series(sources, {});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Errc::invalid_input);
  EXPECT_EQ(checked.error().message,
            "sources/two.toml: sources/one.toml brings spx 1d already, and each would correct the other; give this one "
            "another symbol");
}

TEST(CheckSeries, RefusesAModelThatNoSourceFeeds) {
  const std::vector<ingest::Source> sources{make_source("daily", "spx", "1d"), make_source("funds", "", "1h")};
  for (const auto& model : {make_model("spy", "1d"), make_model("spx", "1w")}) {
    const auto checked = check_series(sources, std::span(&model, 1));
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().message, "models/up5.toml: no source brings " + model.symbol + " " + model.timeframe +
                                           "; correct symbol and timeframe, or add a file to sources/");
  }
}

}  // namespace
}  // namespace converge::surface
