#include "feature/indicator/all.hpp"
#include "feature/smoothing.hpp"

#include <algorithm>

namespace converge::feature {
namespace {

// A series that has not moved at all has no strength: 0, as in TA-Lib. (TA-Lib takes anything under 1e-8 for nothing;
// that would depend on the price level, so it is exactly 0 here.)
class Rsi final : public Indicator {
 public:
  explicit Rsi(std::span<const double> arguments) : gain_(whole(arguments[0])), loss_(whole(arguments[0])) {}
  void push(const Ohlcv& bar, std::span<double> out) override {
    const double change = bar.close - previous_close_;
    previous_close_ = bar.close;
    const bool known = std::isfinite(change);
    const double gain = gain_.push(known ? std::max(change, 0.0) : undefined);
    const double loss = loss_.push(known ? std::max(-change, 0.0) : undefined);
    out[0] = gain + loss == 0 ? 0 : 100 * (gain / (gain + loss));
  }

 private:
  double previous_close_ = undefined;
  WilderMean gain_, loss_;
};

constexpr IndicatorParameter parameters[]{{"n", 14, 2, period_max, true}};
constexpr std::string_view outputs[]{"rsi"};

}  // namespace

constinit const IndicatorType rsi{
    .name = "rsi",
    .meaning = "Relative strength index of the close (Wilder), 0 to 100",
    .parameters = parameters,
    .outputs = outputs,
    .stability = Stability::recursive,
    .lookback = [](std::span<const double> a) { return whole(a[0]); },
    .burn_in = [](std::span<const double> a) { return whole(a[0]) + settle_wilder(a[0]); },
    .make = [](std::span<const double> a) -> std::unique_ptr<Indicator> { return std::make_unique<Rsi>(a); },
};

}  // namespace converge::feature
