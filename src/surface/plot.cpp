#include "surface/plot.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <limits>

namespace converge::surface {
namespace {

constexpr double width = 860;
constexpr double left = 56;
constexpr double right = 12;
constexpr double top = 10;
constexpr double bottom = 24;
constexpr std::size_t steps_max = 400;

// From instants and values to units of the picture.
struct Scale {
  Instant from{}, to{};
  double low = 0, high = 1;
  double height = 220;

  double x(Instant at) const {
    const double span = std::max(1.0, static_cast<double>((to - from).count()));
    return left + (width - left - right) * static_cast<double>((at - from).count()) / span;
  }
  double y(double value) const { return top + (height - top - bottom) * (high - value) / (high - low); }
};

Scale fit_scale(const Plot& plot) {
  Scale scale;
  scale.height = plot.height_px;
  scale.low = std::numeric_limits<double>::infinity();
  scale.high = -scale.low;
  bool any = false;
  for (const PlotSeries& series : plot.series) {
    for (std::size_t i = 0; i < series.at.size(); ++i) {
      if (!any || series.at[i] < scale.from) scale.from = series.at[i];
      if (!any || series.at[i] > scale.to) scale.to = series.at[i];
      any = true;
      if (std::isnan(series.value[i])) continue;
      scale.low = std::min(scale.low, series.value[i]);
      scale.high = std::max(scale.high, series.value[i]);
    }
  }
  for (double level : plot.levels) {
    scale.low = std::min(scale.low, level);
    scale.high = std::max(scale.high, level);
  }
  scale.low = plot.value_min.value_or(scale.low);
  scale.high = plot.value_max.value_or(scale.high);
  if (!(scale.low < scale.high)) {
    scale.low -= 0.5;
    scale.high = scale.low + 1;
  }
  return scale;
}

// A step between grid lines of 1, 2 or 5 times a power of ten.
double round_step(double span) {
  const double raw = span / 4;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (double factor : {1.0, 2.0, 5.0})
    if (raw <= factor * power) return factor * power;
  return 10 * power;
}

std::string render_grid(const Plot& plot, const Scale& scale) {
  std::string out;
  const double step = round_step(scale.high - scale.low);
  for (double v = std::ceil(scale.low / step) * step; v <= scale.high + step * 1e-9; v += step) {
    const double y = scale.y(v);
    out += fmt::format("<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", left,
                       width - right, y, y);
    out += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{:.6g}{}</text>", left - 6,
                       y + 4, std::abs(v) < step * 1e-6 ? 0.0 : v, escape_html(plot.unit));
  }
  const int first = static_cast<int>(utc_date(scale.from).year()) + 1;
  const int last = static_cast<int>(utc_date(scale.to).year());
  for (int year = first; year <= last; ++year) {
    const double x = scale.x(midnight_utc(Date(std::chrono::year(year), std::chrono::month(1), std::chrono::day(1))));
    out += fmt::format("<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", x, x, top,
                       scale.height - bottom);
    out += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>", x,
                       scale.height - 6, year);
  }
  return out;
}

// Indices to draw: of each step the lowest and the highest value, in time order.
std::vector<std::size_t> thin(const PlotSeries& series) {
  const std::size_t count = series.at.size();
  std::vector<std::size_t> kept;
  const std::size_t step = std::max<std::size_t>(1, count / steps_max);
  for (std::size_t begin = 0; begin < count; begin += step) {
    std::size_t low = begin;
    std::size_t high = begin;
    for (std::size_t i = begin; i < std::min(count, begin + step); ++i) {
      if (series.value[i] < series.value[low]) low = i;
      if (series.value[i] > series.value[high]) high = i;
    }
    kept.push_back(std::min(low, high));
    if (low != high) kept.push_back(std::max(low, high));
  }
  return kept;
}

std::string render_line(const PlotSeries& series, const Scale& scale, std::size_t number) {
  std::string path;
  bool pen_down = false;
  for (const std::size_t i : thin(series)) {
    if (std::isnan(series.value[i])) {
      pen_down = false;
      continue;
    }
    path += fmt::format("{}{:.1f} {:.1f}", pen_down ? "L" : "M", scale.x(series.at[i]), scale.y(series.value[i]));
    pen_down = true;
  }
  return fmt::format("<path class=\"line s{}\" d=\"{}\"/>", number, path);
}

std::string render_dots(const PlotSeries& series, const Scale& scale, std::size_t number) {
  std::string out;
  for (std::size_t i = 0; i < series.at.size(); ++i)
    if (!std::isnan(series.value[i]))
      out += fmt::format("<circle class=\"dot s{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"1.6\"/>", number,
                         scale.x(series.at[i]), scale.y(series.value[i]));
  return out;
}

}  // namespace

std::string render_plot(const Plot& plot) {
  const Scale scale = fit_scale(plot);
  std::string out = fmt::format("<figure><figcaption>{}", escape_html(plot.title));
  for (std::size_t i = 0; i < plot.series.size(); ++i)
    out += fmt::format(" <span class=\"key s{}\">{}</span>", i, escape_html(plot.series[i].name));
  out += fmt::format("</figcaption><svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", width, plot.height_px,
                     escape_html(plot.title));
  out += render_grid(plot, scale);
  for (double level : plot.levels)
    out += fmt::format("<line class=\"level\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", left,
                       width - right, scale.y(level), scale.y(level));
  for (std::size_t i = 0; i < plot.series.size(); ++i)
    out += plot.series[i].dots ? render_dots(plot.series[i], scale, i) : render_line(plot.series[i], scale, i);
  for (const PlotMark& mark : plot.marks) {
    const double x = scale.x(mark.at);
    out += fmt::format(
        "<line class=\"mark\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"><title>{3}</title></line>", x,
        top, scale.height - bottom, escape_html(mark.label));
  }
  return out + "</svg></figure>";
}

}  // namespace converge::surface
