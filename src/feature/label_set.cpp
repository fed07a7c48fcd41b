#include "feature/label_set.hpp"

#include "base/hash.hpp"
#include "feature/window.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/object.hpp>
#include <cmath>
#include <span>

namespace converge::feature {

// value[i] and bar[i] belong to row first + i; NaN without a label.
struct LabelColumn {
  std::vector<double> value;
  std::vector<double> bar;  // the label is 1 when value > bar
};

struct LabelKind {
  std::string_view name;
  bool has_window;
  std::size_t (*lookback)(std::size_t horizon, std::size_t window);
  LabelColumn (*compute)(std::span<const double> close, std::size_t first, std::size_t end, std::size_t horizon,
                         std::size_t window);
};

namespace {

constexpr std::int64_t horizon_max = 1000;
constexpr std::int64_t window_max = 100'000;

LabelColumn compute_direction(std::span<const double> close, std::size_t first, std::size_t end, std::size_t horizon,
                              std::size_t) {
  LabelColumn column;
  for (std::size_t t = first; t < end; ++t) {
    column.value.push_back(finite_or_undefined(std::log(close[t + horizon] / close[t])));
    column.bar.push_back(0);
  }
  return column;
}

// The root mean square of the h log returns that end at u, for u in [from, to).
std::vector<double> trailing_volatility(std::span<const double> close, std::size_t from, std::size_t to,
                                        std::size_t h) {
  Window squares(h);
  std::vector<double> values;
  for (std::size_t u = from - h + 1; u < to; ++u) {
    const double step = std::log(close[u] / close[u - 1]);
    squares.push(step * step);
    if (u < from) continue;
    double sum = 0;
    for (const double square : squares.values()) sum += square;
    values.push_back(squares.full() ? std::sqrt(sum / static_cast<double>(h)) : undefined);
  }
  return values;
}

// Of a copy, because the order of the original is time.
double compute_median(std::vector<double> values) {
  if (std::ranges::any_of(values, [](double x) { return std::isnan(x); })) return undefined;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

LabelColumn compute_volatility_above_median(std::span<const double> close, std::size_t first, std::size_t end,
                                            std::size_t horizon, std::size_t window) {
  const std::size_t from = first + 1 - window;
  const auto volatility = trailing_volatility(close, from, end + horizon, horizon);
  LabelColumn column;
  for (std::size_t t = first; t < end; ++t) {
    const auto known = volatility.begin() + static_cast<std::ptrdiff_t>(t - first);
    column.value.push_back(volatility[t + horizon - from]);
    column.bar.push_back(compute_median({known, known + static_cast<std::ptrdiff_t>(window)}));
  }
  return column;
}

constexpr LabelKind kinds[]{
    {"direction", false, [](std::size_t, std::size_t) { return std::size_t{0}; }, compute_direction},
    {"volatility_above_median", true, [](std::size_t horizon, std::size_t window) { return horizon + window - 1; },
     compute_volatility_above_median},
};

std::string kind_names() {
  std::string names;
  for (const LabelKind& kind : kinds) names += fmt::format("{}{}", names.empty() ? "" : ", ", kind.name);
  return names;
}

}  // namespace

Result<LabelSet> LabelSet::make(const LabelSpec& spec) {
  const auto* kind = std::ranges::find(kinds, spec.kind, &LabelKind::name);
  if (kind == std::end(kinds))
    return fail(Errc::invalid_input, fmt::format("label kind '{}' is unknown; known are {}", spec.kind, kind_names()));
  if (spec.horizon < 1 || spec.horizon > horizon_max)
    return fail(Errc::invalid_input,
                fmt::format("label horizon {}: must lie between 1 and {}", spec.horizon, horizon_max));
  if (!kind->has_window && spec.window != 0)
    return fail(Errc::invalid_input, fmt::format("label {} has no window; leave it out", spec.kind));
  if (kind->has_window && (spec.window < 2 || spec.window > window_max))
    return fail(Errc::invalid_input,
                fmt::format("label window {}: must lie between 2 and {}", spec.window, window_max));

  JsonObject json{{"kind", spec.kind}, {"horizon", spec.horizon}};
  if (kind->has_window) json["window"] = spec.window;
  LabelSet set;
  set.kind_ = kind;
  set.horizon_ = static_cast<std::size_t>(spec.horizon);
  set.window_ = static_cast<std::size_t>(spec.window);
  set.spec_ = render_canonical_json(json);
  set.hash_ = compute_sha256_hex(set.spec_);
  return set;
}

Result<LabelSet> LabelSet::parse_spec(std::string_view spec) {
  constexpr std::string_view where = "label set";
  TRY(const Json json, parse_json(spec));
  if (!json.is_object()) return fail(Errc::invalid_input, "label set: not an object");
  LabelSpec label;
  TRY(label.kind, require_string(json.get_object(), "kind", where));
  TRY(label.horizon, require_int(json.get_object(), "horizon", where));
  if (json.get_object().contains("window")) {
    TRY(label.window, require_int(json.get_object(), "window", where));
  }
  TRY(LabelSet set, make(label));
  if (set.spec() != spec) return fail(Errc::invalid_input, fmt::format("label set: {} is not the text of one", spec));
  return set;
}

std::size_t LabelSet::lookback() const {
  return kind_->lookback(horizon_, window_);
}

std::vector<Label> LabelSet::compute(const Bars& bars, std::size_t first, std::size_t end) const {
  first = std::max(first, lookback());
  end = std::min(end, bars.size() - std::min(bars.size(), horizon_));
  if (first >= end) return {};
  const LabelColumn column = kind_->compute(bars.close, first, end, horizon_, window_);
  std::vector<Label> labels;
  for (std::size_t t = first; t < end; ++t) {
    const double value = column.value[t - first];
    const double bar = column.bar[t - first];
    if (std::isnan(value) || std::isnan(bar)) continue;
    labels.push_back({t, value > bar ? 1 : 0, value, bars.bar_at[t], bars.bar_at[t + horizon_]});
  }
  return labels;
}

}  // namespace converge::feature
