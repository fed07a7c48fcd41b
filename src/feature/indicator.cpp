#include "feature/indicator.hpp"

#include "feature/indicator/all.hpp"
#include "feature/matrix.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace converge::feature {
namespace {

constexpr std::array table{
    &sma, &ema, &rsi, &macd, &bollinger, &atr, &adx, &directional, &stochastic, &roc, &obv, &volatility, &volume_z,
};

constexpr std::array stability_names{"exact", "recursive", "cumulative"};

}  // namespace

Ohlcv bar_values(const Bars& bars, std::size_t row) {
  return {bars.open[row], bars.high[row], bars.low[row], bars.close[row], bars.volume[row]};
}

std::string_view stability_text(Stability stability) {
  return stability_names[static_cast<std::size_t>(stability)];
}

std::span<const IndicatorType* const> indicator_table() {
  return table;
}

const IndicatorType* find_indicator(std::string_view output) {
  for (const IndicatorType* type : table)
    if (std::ranges::find(type->outputs, output) != type->outputs.end()) return type;
  return nullptr;
}

std::string render_indicator_table() {
  std::string text =
      "| indicator | in an expression | stability | lookback | settled after | what it is "
      "|\n|---|---|---|---|---|---|\n";
  for (const IndicatorType* type : table) {
    std::vector<double> fallbacks;
    std::string arguments;
    for (const IndicatorParameter& parameter : type->parameters) {
      fallbacks.push_back(parameter.fallback);
      arguments += fmt::format("{}{}={}", arguments.empty() ? "" : ", ", parameter.name, parameter.fallback);
    }
    std::string calls;
    for (const std::string_view output : type->outputs)
      calls += fmt::format("{}`{}({})`", calls.empty() ? "" : " ", output, arguments);
    const std::size_t lookback = type->lookback(fallbacks);
    text += fmt::format("| {} | {} | {} | {} | {} | {} |\n", type->name, calls, stability_text(type->stability),
                        lookback, type->burn_in ? type->burn_in(fallbacks) : lookback, type->meaning);
  }
  return text;
}

}  // namespace converge::feature
