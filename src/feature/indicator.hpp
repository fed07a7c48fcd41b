// feature/indicator.hpp — what an indicator is, and the table of all of them.
//
// An indicator turns bars into numbers, one bar at a time. A whole column is computed by pushing all bars, so the
// incremental and the batch value are the same bytes by construction, and no indicator can see a bar that comes later.
// How to add one: docs/features.md.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace converge::feature {

struct Bars;

// One bar as numbers. Whatever is not finite counts as missing.
struct Ohlcv {
  double open = 0, high = 0, low = 0, close = 0, volume = 0;
};
Ohlcv bar_values(const Bars& bars, std::size_t row);

class Indicator {
 public:
  virtual ~Indicator() = default;
  // out: shape [outputs], one number per output of its type; NaN while there is not enough history, and where a missing
  // number or a division by zero leaves nothing to say.
  virtual void push(const Ohlcv& bar, std::span<double> out) = 0;
};

// How a value depends on the bars before it, and so what a missing number or another first bar does to it.
enum class Stability {
  exact,       // on the last lookback + 1 bars only; a missing number is gone with its window
  recursive,   // on all bars, ever less; a missing number starts it afresh; settled after burn_in bars
  cumulative,  // on all bars alike; only differences have a meaning; a missing number is left out
};
std::string_view stability_text(Stability stability);

struct IndicatorParameter {
  std::string_view name;
  double fallback;  // taken when the argument is left out
  double min, max;  // both allowed
  bool whole;       // integers only
};

inline constexpr double period_max = 10'000;

// A row of the table. Arguments are in the order of `parameters` and within their bounds.
struct IndicatorType {
  std::string_view name;
  std::string_view meaning;
  std::span<const IndicatorParameter> parameters;
  std::span<const std::string_view> outputs;  // each is a name in the feature language; unique over the table
  Stability stability;
  // Bars before the first value of a clean series.
  std::size_t (*lookback)(std::span<const double> arguments);
  // Bars after which another first bar changes no value by more than 1e-6 of its size. nullptr: the lookback.
  std::size_t (*burn_in)(std::span<const double> arguments);
  std::unique_ptr<Indicator> (*make)(std::span<const double> arguments);
  // What is wrong with these arguments together; nullptr: nothing can be.
  std::optional<std::string_view> (*conflict)(std::span<const double> arguments) = nullptr;
};

std::span<const IndicatorType* const> indicator_table();
// The row with that output; nullptr when there is none.
const IndicatorType* find_indicator(std::string_view output);
// The table as Markdown, for docs/features.md.
std::string render_indicator_table();

inline std::size_t whole(double argument) {
  return static_cast<std::size_t>(argument);
}

}  // namespace converge::feature
