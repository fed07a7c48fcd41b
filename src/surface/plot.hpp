// surface/plot.hpp — line charts as SVG text, for pages that must stand alone.
//
// Pure. No scripts, no fonts, no colours of its own but through CSS classes s0, s1, ... of the page that holds it.
#pragma once
#include "base/time.hpp"
#include "content/escape.hpp"

#include <optional>
#include <string>
#include <vector>

namespace converge::surface {

struct PlotSeries {
  std::string name;
  std::vector<Instant> at;    // ascending
  std::vector<double> value;  // same length; NaN breaks the line
  bool dots = false;          // points instead of a line
};

struct PlotMark {
  Instant at{};
  std::string label;
};

struct Plot {
  std::string title;
  std::string unit;
  std::vector<PlotSeries> series;
  std::vector<PlotMark> marks;                 // vertical lines
  std::vector<double> levels;                  // horizontal lines
  std::optional<double> value_min, value_max;  // else from the series
  int height_px = 220;
};

// An <svg> element 860 units wide, with years on the x axis; at most 800 points a series are drawn, by keeping the lowest
// and the highest value of each step, so that spikes survive.
std::string render_plot(const Plot& plot);

using content::escape_html;

}  // namespace converge::surface
