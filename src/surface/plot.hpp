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

enum class PlotForm {
  line,
  rug,  // a short stroke at each point, for values that are 0 or 1
};

struct PlotSeries {
  std::string name;
  std::vector<Instant> at;    // ascending
  std::vector<double> value;  // same length; what is not finite breaks the line
  PlotForm form = PlotForm::line;
};

struct PlotMark {
  Instant at{};
  std::string label;    // short, written above the line where there is room
  std::string meaning;  // whole, shown by a browser under the pointer
};

struct Plot {
  std::string title;
  std::string unit;  // after each number of the value axis
  std::vector<PlotSeries> series;
  std::vector<PlotMark> marks;       // vertical lines; those outside of the plot are left out
  std::vector<double> levels;        // horizontal lines
  std::optional<double> alarm_from;  // values from here on are alarms: the area is shaded, each such point is dotted
  std::optional<double> value_min, value_max;  // else from the series and the levels
  std::optional<Instant> at_min, at_max;       // else from the series
  bool has_last_values = false;                // the last value of each line is written at its end
  int height_px = 220;
};

// A <figure> with the title, a key of the series and an <svg> 860 units wide. Days, months or years are on the time axis, by
// its length. Of a long line the lowest and the highest value of each step are drawn, so that spikes survive: at most 800
// points; a gap that is shorter than two steps is bridged.
std::string render_plot(const Plot& plot);

using content::escape_html;

}  // namespace converge::surface
