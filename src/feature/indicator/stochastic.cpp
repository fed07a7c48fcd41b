#include "feature/indicator/all.hpp"
#include "feature/window.hpp"

#include <algorithm>

namespace converge::feature {
namespace {

// Where the close stands between the lowest low and the highest high; 0 when they are equal, as in TA-Lib.
double compute_fast_k(std::span<const double> highs, std::span<const double> lows, double close) {
  const double low = *std::ranges::min_element(lows);
  const double range = *std::ranges::max_element(highs) - low;
  return range == 0 ? 0 : 100 * ((close - low) / range);
}

class Stochastic final : public Indicator {
 public:
  explicit Stochastic(std::span<const double> arguments)
      : highs_(whole(arguments[0])),
        lows_(whole(arguments[0])),
        fast_(whole(arguments[1])),
        slow_(whole(arguments[2])) {}
  void push(const Ohlcv& bar, std::span<double> out) override {
    highs_.push(bar.high);
    lows_.push(bar.low);
    const bool known = highs_.full() && lows_.full();
    fast_.push(known ? compute_fast_k(highs_.values(), lows_.values(), bar.close) : undefined);
    slow_.push(fast_.full() ? compute_mean(fast_.values()) : undefined);
    out[0] = slow_.full() ? slow_.values().back() : undefined;
    out[1] = slow_.full() ? compute_mean(slow_.values()) : undefined;
  }

 private:
  Window highs_, lows_, fast_, slow_;
};

constexpr IndicatorParameter parameters[]{
    {"n", 14, 1, period_max, true}, {"k", 3, 1, period_max, true}, {"d", 3, 1, period_max, true}};
constexpr std::string_view outputs[]{"stoch_k", "stoch_d"};

}  // namespace

constinit const IndicatorType stochastic{
    .name = "stochastic",
    .meaning = "Slow %K (k-bar average of the close's place in the n-bar range, 0 to 100) and %D (its d-bar average)",
    .parameters = parameters,
    .outputs = outputs,
    .stability = Stability::exact,
    .lookback = [](std::span<const double> a) { return whole(a[0]) + whole(a[1]) + whole(a[2]) - 3; },
    .burn_in = nullptr,
    .make = [](std::span<const double> a) -> std::unique_ptr<Indicator> { return std::make_unique<Stochastic>(a); },
};

}  // namespace converge::feature
