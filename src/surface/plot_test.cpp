#include "surface/plot.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <limits>
#include <regex>

namespace converge::surface {
namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

Instant day(int n) {
  return midnight_utc(Date(std::chrono::year(2020) / 1 / 1)) + std::chrono::days(n);
}

Plot plot_of(std::vector<double> values) {
  Plot plot;
  plot.series.push_back({"price", {}, std::move(values)});
  for (std::size_t i = 0; i < plot.series[0].value.size(); ++i) plot.series[0].at.push_back(day(static_cast<int>(i)));
  return plot;
}

// The d attribute of the first line.
std::string path_of(const std::string& svg) {
  const std::size_t begin = svg.find("<path class=\"line s0\" d=\"") + 25;
  return svg.substr(begin, svg.find('"', begin) - begin);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::size_t count_points(const std::string& path) {
  return count(path, "M") + count(path, "L");
}

TEST(Plot, PutsTheFirstPointLeftBelowAndTheLastRightAbove) {
  // 860 units wide with margins of 60 and 52, 220 high with margins of 22 and 28.
  EXPECT_EQ(path_of(render_plot(plot_of({0, 1}))), "M60.0 192.0L808.0 22.0");
  EXPECT_EQ(path_of(render_plot(plot_of({0, 1, 0}))), "M60.0 192.0L434.0 22.0L808.0 192.0");
}

TEST(Plot, BreaksTheLineWhereAValueIsMissing) {
  EXPECT_EQ(path_of(render_plot(plot_of({0, 1, gap, 1, 0}))), "M60.0 192.0L247.0 22.0M621.0 22.0L808.0 192.0");
}

TEST(Plot, DrawsAPointWithNothingBesideItAsADot) {
  EXPECT_EQ(path_of(render_plot(plot_of({0, gap, 1}))), "M60.0 192.0h0M808.0 22.0h0");
  EXPECT_EQ(path_of(render_plot(plot_of({7}))), "M60.0 107.0h0") << "one point lies in the middle of the height";
}

TEST(Plot, PutsAFlatSeriesInTheMiddle) {
  EXPECT_EQ(path_of(render_plot(plot_of({3, 3}))), "M60.0 107.0L808.0 107.0");
}

TEST(Plot, NeverWritesACoordinateThatIsNotANumber) {
  const double infinite = std::numeric_limits<double>::infinity();
  for (const Plot& plot :
       {Plot{}, plot_of({}), plot_of({gap, gap}), plot_of({infinite, 1, -infinite}), plot_of({0, gap})}) {
    const std::string svg = render_plot(plot);
    EXPECT_EQ(svg.find("nan"), std::string::npos) << svg;
    EXPECT_EQ(svg.find("inf"), std::string::npos) << svg;
  }
}

TEST(Plot, ThinsALongLineToEightHundredPointsAndKeepsItsSpikes) {
  for (const std::size_t length : {800U, 801U, 1332U, 5105U}) {
    SCOPED_TRACE(length);
    std::vector<double> values(length, 0.4);
    for (std::size_t i = 0; i < length; i += 2) values[i] = 0.6;  // no step is flat: each is worth two points
    values[length / 2] = 1;                                       // one day alone
    values[length / 3] = -1;                                      // and one the other way
    const std::string path = path_of(render_plot(plot_of(values)));
    EXPECT_LE(count_points(path), 800U);
    EXPECT_EQ(count(path, " 22.0"), 1U) << "the highest value is drawn";
    EXPECT_EQ(count(path, " 192.0"), 1U) << "the lowest value is drawn";
  }
}

TEST(Plot, KeepsAStepThatBeginsWithAGap) {
  // 1,332 values are thinned four at a time: the first of each four is missing.
  std::vector<double> values(1332, 0.5);
  for (std::size_t i = 0; i < values.size(); i += 4) values[i] = gap;
  values[2] = 1;
  values[3] = 0;
  const std::string path = path_of(render_plot(plot_of(values)));
  EXPECT_EQ(count(path, " 22.0"), 1U);
  EXPECT_EQ(count(path, " 192.0"), 1U);
  EXPECT_EQ(count_points(path), 333U + 1U) << "one point a step, two in the first";
}

TEST(Plot, StillBreaksALongLineAtALongGap) {
  std::vector<double> values(1332, 0.5);
  std::fill(values.begin() + 400, values.begin() + 420, gap);
  EXPECT_EQ(count(path_of(render_plot(plot_of(values))), "M"), 2U);
}

TEST(Plot, NamesDaysMonthsOrYearsByItsLength) {
  const auto ticks = [](int days) {
    Plot plot = plot_of({0, 1});
    plot.series[0].at = {day(0), day(days)};
    const std::string svg = render_plot(plot);
    std::vector<std::string> labels;
    const std::regex middle("text-anchor=\"middle\">([^<]*)<");
    for (auto it = std::sregex_iterator(svg.begin(), svg.end(), middle); it != std::sregex_iterator(); ++it)
      labels.push_back((*it)[1]);
    return labels;
  };
  using Labels = std::vector<std::string>;
  EXPECT_EQ(ticks(4), (Labels{"01-01", "01-02", "01-03", "01-04", "01-05"}));
  EXPECT_EQ(ticks(120), (Labels{"2020-02", "2020-03", "2020-04"}));  // 30 April
  EXPECT_EQ(ticks(1461), (Labels{"2021", "2022", "2023", "2024"}));
  EXPECT_EQ(ticks(7305).size(), 7U) << "twenty years, three at a time";
}

TEST(Plot, LeavesOutALabelThatWouldTouchTheOneBefore) {
  Plot plot = plot_of({0, 1});
  plot.series[0].at = {day(0), day(1000)};
  plot.marks = {{day(500), "v1", "version 1"},
                {day(505), "v2", "version 2"},
                {day(600), "v3", "version 3"},
                {day(2000), "v4", "after the end"}};
  const std::string svg = render_plot(plot);
  EXPECT_EQ(count(svg, "class=\"mark\""), 3U);
  EXPECT_NE(svg.find(">v1<"), std::string::npos);
  EXPECT_EQ(svg.find(">v2<"), std::string::npos);
  EXPECT_NE(svg.find("<title>version 2</title>"), std::string::npos);
  EXPECT_NE(svg.find(">v3<"), std::string::npos);
}

TEST(Plot, DotsAndShadesWhatIsAnAlarm) {
  Plot plot = plot_of({0.5, 1, 1.5, gap});
  plot.alarm_from = 1;
  plot.value_min = 0;
  const std::string svg = render_plot(plot);
  EXPECT_EQ(count(svg, "<circle"), 2U) << "from the threshold on";
  EXPECT_EQ(count(svg, "class=\"alarm\""), 1U);
  plot.value_max = 0.9;
  EXPECT_EQ(count(render_plot(plot), "class=\"alarm\""), 0U) << "the area lies above the plot";
}

TEST(Plot, WritesLastValuesOneBelowTheOther) {
  Plot plot = plot_of({1, 1.17});
  plot.series.push_back({"holding", plot.series[0].at, {1, 1.18}});
  plot.value_max = 3;
  plot.has_last_values = true;
  const std::string svg = render_plot(plot);
  std::smatch high, low;
  ASSERT_TRUE(std::regex_search(svg, high, std::regex("class=\"last s1\" x=\"813.0\" y=\"([0-9.]+)\">1.18<")));
  ASSERT_TRUE(std::regex_search(svg, low, std::regex("class=\"last s0\" x=\"813.0\" y=\"([0-9.]+)\">1.17<")));
  EXPECT_DOUBLE_EQ(std::stod(low[1]) - std::stod(high[1]), 14);
}

TEST(Plot, EscapesEveryWord) {
  Plot plot = plot_of({0, 1});
  plot.title = "<b>\"a\" & 'b'";
  plot.unit = "<u>";
  plot.series[0].name = "<s>";
  plot.marks = {{day(0), "<m>", "<t>"}};
  const std::string svg = render_plot(plot);
  for (const char* raw : {"<b>", "<u>", "<s>", "<m>", "<t>"}) EXPECT_EQ(svg.find(raw), std::string::npos) << raw;
  EXPECT_NE(svg.find("&lt;b&gt;&quot;a&quot; &amp; &#39;b&#39;"), std::string::npos);
}

}  // namespace
}  // namespace converge::surface
