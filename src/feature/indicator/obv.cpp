#include "feature/indicator/all.hpp"
#include "feature/window.hpp"

namespace converge::feature {
namespace {

// Starts with the volume of the first bar, as TA-Lib does. A bar with a missing number has no value and adds nothing.
class Obv final : public Indicator {
 public:
  void push(const Ohlcv& bar, std::span<double> out) override {
    out[0] = undefined;
    if (!std::isfinite(bar.close) || !std::isfinite(bar.volume)) return;
    const bool first = std::isnan(previous_close_);
    const double direction = first || bar.close > previous_close_ ? 1 : bar.close < previous_close_ ? -1 : 0;
    previous_close_ = bar.close;
    out[0] = total_ += direction * bar.volume;
  }

 private:
  double previous_close_ = undefined;
  double total_ = 0;  // whole units: exact up to 2^53
};

constexpr std::string_view outputs[]{"obv"};

}  // namespace

constinit const IndicatorType obv{
    .name = "obv",
    .meaning = "On-balance volume: volume of rising bars less volume of falling bars",
    .parameters = {},
    .outputs = outputs,
    .stability = Stability::cumulative,
    .lookback = [](std::span<const double>) { return std::size_t{0}; },
    .burn_in = nullptr,
    .make = [](std::span<const double>) -> std::unique_ptr<Indicator> { return std::make_unique<Obv>(); },
};

}  // namespace converge::feature
