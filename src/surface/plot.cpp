#include "surface/plot.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace converge::surface {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::months;
using std::chrono::year;
using std::chrono::years;

constexpr double width = 860;
constexpr double left = 60;
constexpr double right = 52;
constexpr double top = 22;
constexpr double bottom = 28;
constexpr double rug_height = 7;
constexpr double label_unit = 7;  // units of width that one character of a mark needs
constexpr std::size_t points_max = 800;
constexpr int ticks_max = 8;

// From instants and values to units of the picture.
struct Scale {
  Instant from{}, to{};
  double low = 0, high = 1;
  double height = 220;

  double x(Instant at) const {
    const double span = std::max(1.0, static_cast<double>((to - from).count()));
    return left + (width - left - right) * static_cast<double>((at - from).count()) / span;
  }
  double y(double value) const { return floor() - (floor() - top) * (value - low) / (high - low); }
  double floor() const { return height - bottom; }
  bool holds(Instant at) const { return at >= from && at <= to; }
};

// The smallest and the largest of what is shown.
template <class T>
struct Extent {
  std::optional<T> low, high;
  void add(const T& value) {
    if (!low || value < *low) low = value;
    if (!high || value > *high) high = value;
  }
};

Scale fit_scale(const Plot& plot) {
  Extent<Instant> time;
  Extent<double> value;
  for (const PlotSeries& series : plot.series) {
    for (const Instant at : series.at) time.add(at);
    for (const double one : series.value)
      if (std::isfinite(one)) value.add(one);
  }
  for (const double level : plot.levels) value.add(level);
  Scale scale;
  scale.height = plot.height_px;
  scale.from = plot.at_min.value_or(time.low.value_or(Instant{}));
  scale.to = std::max(scale.from, plot.at_max.value_or(time.high.value_or(Instant{})));
  scale.low = plot.value_min.value_or(value.low.value_or(0));
  scale.high = plot.value_max.value_or(value.high.value_or(scale.low));
  if (!(scale.low < scale.high)) {  // flat, one point or none: it lies in the middle
    scale.low -= 0.5;
    scale.high = scale.low + 1;
  }
  return scale;
}

// A step between grid lines of 1, 2 or 5 times a power of ten, so that there are at most `lines`.
double round_step(double span, double lines) {
  const double raw = span / lines;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (raw <= factor * power) return factor * power;
  return 10 * power;
}

std::string render_value_axis(const Plot& plot, const Scale& scale) {
  std::string out;
  const double step = round_step(scale.high - scale.low, plot.height_px < 180 ? 4 : 5);
  for (double v = std::ceil(scale.low / step - 1e-9) * step; v <= scale.high + step * 1e-9; v += step) {
    const double y = scale.y(v);
    out += fmt::format("<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", left,
                       width - right, y, y);
    out += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{:.6g}{}</text>", left - 6,
                       y + 4, std::abs(v) < step * 1e-6 ? 0.0 : v, escape_html(plot.unit));
  }
  return out;
}

struct TimeTick {
  Instant at{};
  std::string label;
};

std::vector<TimeTick> collect_years(const Scale& scale) {
  const int first = static_cast<int>(utc_date(scale.from).year());
  const int last = static_cast<int>(utc_date(scale.to).year());
  const int step = (last - first) / ticks_max + 1;
  std::vector<TimeTick> ticks;
  for (int y = first + 1; y <= last; y += step)
    ticks.push_back({midnight_utc(Date(year(y), month(1), day(1))), std::to_string(y)});
  return ticks;
}

std::vector<TimeTick> collect_months(const Scale& scale) {
  const Date first = utc_date(scale.from);
  const auto span = std::chrono::floor<std::chrono::days>(scale.to - scale.from).count() / 30;
  const months step(span / ticks_max + 1);
  std::vector<TimeTick> ticks;
  for (Date date = Date(first.year(), first.month(), day(1)) + months(1); midnight_utc(date) <= scale.to; date += step)
    ticks.push_back({midnight_utc(date), render_date(date).substr(0, 7)});
  return ticks;
}

std::vector<TimeTick> collect_days(const Scale& scale) {
  const Instant first = midnight_utc(utc_date(scale.from));
  const std::chrono::days step(std::chrono::floor<std::chrono::days>(scale.to - scale.from).count() / ticks_max + 1);
  std::vector<TimeTick> ticks;
  for (Instant at = first; at <= scale.to; at += step)
    if (at >= scale.from) ticks.push_back({at, render_date(utc_date(at)).substr(5)});
  return ticks;
}

std::vector<TimeTick> collect_time_ticks(const Scale& scale) {
  const auto span = scale.to - scale.from;
  if (span > std::chrono::days(900)) return collect_years(scale);
  if (span > std::chrono::days(75)) return collect_months(scale);
  return collect_days(scale);
}

std::string render_time_axis(const Scale& scale) {
  std::string out;
  for (const TimeTick& tick : collect_time_ticks(scale)) {
    const double x = scale.x(tick.at);
    out += fmt::format("<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", x, x, top,
                       scale.floor());
    out += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>", x,
                       scale.height - 8, tick.label);
  }
  return out;
}

// The finite values of [begin, end) that must be drawn: the lowest and the highest, in time order; one that is not finite
// when there is nothing else, so that the line breaks.
void keep_extremes(const PlotSeries& series, std::size_t begin, std::size_t end, std::vector<std::size_t>& kept) {
  std::optional<std::size_t> low, high;
  for (std::size_t i = begin; i < end; ++i) {
    if (!std::isfinite(series.value[i])) continue;
    if (!low || series.value[i] < series.value[*low]) low = i;
    if (!high || series.value[i] > series.value[*high]) high = i;
  }
  if (!low) return kept.push_back(begin);
  kept.push_back(std::min(*low, *high));
  if (*low != *high) kept.push_back(std::max(*low, *high));
}

std::vector<std::size_t> thin(const PlotSeries& series) {
  const std::size_t count = series.at.size();
  const std::size_t step = count <= points_max ? 1 : (count + points_max / 2 - 1) / (points_max / 2);
  std::vector<std::size_t> kept;
  for (std::size_t begin = 0; begin < count; begin += step)
    keep_extremes(series, begin, std::min(count, begin + step), kept);
  return kept;
}

std::string render_line(const PlotSeries& series, const Scale& scale, std::size_t number) {
  const std::vector<std::size_t> kept = thin(series);
  const auto is_drawn = [&](std::size_t k) { return k < kept.size() && std::isfinite(series.value[kept[k]]); };
  std::string path;
  for (std::size_t k = 0; k < kept.size(); ++k) {
    if (!is_drawn(k)) continue;
    const bool begins = k == 0 || !is_drawn(k - 1);
    path +=
        fmt::format("{}{:.1f} {:.1f}", begins ? "M" : "L", scale.x(series.at[kept[k]]), scale.y(series.value[kept[k]]));
    if (begins && !is_drawn(k + 1)) path += "h0";  // a point with nothing beside it is a dot
  }
  return fmt::format("<path class=\"line s{}\" d=\"{}\"><title>{}</title></path>", number, path,
                     escape_html(series.name));
}

// Strokes that hang from the ceiling for what lies in the upper half, and stand on the floor for the rest.
std::string render_rug(const PlotSeries& series, const Scale& scale, std::size_t number) {
  std::string path;
  for (std::size_t i = 0; i < series.at.size(); ++i) {
    if (!std::isfinite(series.value[i])) continue;
    const bool is_upper = series.value[i] > (scale.low + scale.high) / 2;
    path += fmt::format("M{:.1f} {:.1f}v{}", scale.x(series.at[i]), is_upper ? top : scale.floor(),
                        is_upper ? rug_height : -rug_height);
  }
  return fmt::format("<path class=\"rug s{}\" d=\"{}\"><title>{}</title></path>", number, path,
                     escape_html(series.name));
}

std::string render_alarms(const PlotSeries& series, const Scale& scale, std::size_t number, double from) {
  std::string out;
  for (std::size_t i = 0; i < series.at.size(); ++i)
    if (std::isfinite(series.value[i]) && series.value[i] >= from)
      out += fmt::format("<circle class=\"dot s{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.4\"/>", number,
                         scale.x(series.at[i]), scale.y(series.value[i]));
  return out;
}

std::string render_levels(const Plot& plot, const Scale& scale) {
  std::string out;
  if (plot.alarm_from && *plot.alarm_from < scale.high)
    out += fmt::format("<rect class=\"alarm\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>", left,
                       top, width - left - right, scale.y(std::max(*plot.alarm_from, scale.low)) - top);
  for (const double level : plot.levels)
    out += fmt::format("<line class=\"level\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", left,
                       width - right, scale.y(level), scale.y(level));
  return out;
}

// A label that would touch the one before it is left out; its line and its tooltip stay.
std::string render_marks(const Plot& plot, const Scale& scale) {
  std::string out;
  double free_from = 0;
  for (const PlotMark& mark : plot.marks) {
    if (!scale.holds(mark.at)) continue;
    const double x = scale.x(mark.at);
    out += fmt::format(
        "<line class=\"mark\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"><title>{3}</title></line>", x,
        top - 4, scale.floor(), escape_html(mark.meaning));
    const double half = label_unit * static_cast<double>(mark.label.size()) / 2;
    if (x - half < free_from) continue;
    out += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>", x, top - 8,
                       escape_html(mark.label));
    free_from = x + half;
  }
  return out;
}

// At the right edge, from the highest down, each at least a line of text below the one before.
std::string render_last_values(const Plot& plot, const Scale& scale) {
  struct Last {
    double y;
    double value;
    std::size_t number;
  };
  std::vector<Last> lasts;
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    const PlotSeries& series = plot.series[i];
    if (!series.value.empty() && std::isfinite(series.value.back()))
      lasts.push_back({scale.y(series.value.back()), series.value.back(), i});
  }
  std::ranges::sort(lasts, {}, &Last::y);
  std::string out;
  double free_from = 0;
  for (const Last& last : lasts) {
    const double y = std::max(last.y, free_from);
    out += fmt::format("<text class=\"last s{}\" x=\"{:.1f}\" y=\"{:.1f}\">{:.2f}{}</text>", last.number,
                       width - right + 5, y + 4, last.value, escape_html(plot.unit));
    free_from = y + 14;
  }
  return out;
}

std::string render_caption(const Plot& plot) {
  std::string out = "<figcaption>" + escape_html(plot.title);
  for (std::size_t i = 0; i < plot.series.size(); ++i)
    out += fmt::format(" <span class=\"key s{}\">{}</span>", i, escape_html(plot.series[i].name));
  return out + "</figcaption>";
}

}  // namespace

std::string render_plot(const Plot& plot) {
  const Scale scale = fit_scale(plot);
  std::string out = fmt::format("<figure>{}<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">",
                                render_caption(plot), width, plot.height_px, escape_html(plot.title));
  out += render_value_axis(plot, scale) + render_time_axis(scale) + render_levels(plot, scale);
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    const PlotSeries& series = plot.series[i];
    out += series.form == PlotForm::rug ? render_rug(series, scale, i) : render_line(series, scale, i);
    if (plot.alarm_from) out += render_alarms(series, scale, i, *plot.alarm_from);
  }
  out += render_marks(plot, scale);
  if (plot.has_last_values) out += render_last_values(plot, scale);
  return out + "</svg></figure>";
}

}  // namespace converge::surface
