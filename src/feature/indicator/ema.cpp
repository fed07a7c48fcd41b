#include "feature/indicator/all.hpp"
#include "feature/smoothing.hpp"

namespace converge::feature {
namespace {

class EmaOfClose final : public Indicator {
 public:
  explicit EmaOfClose(std::span<const double> arguments) : ema_(whole(arguments[0])) {}
  void push(const Ohlcv& bar, std::span<double> out) override { out[0] = ema_.push(bar.close); }

 private:
  Ema ema_;
};

constexpr IndicatorParameter parameters[]{{"n", 20, 2, period_max, true}};
constexpr std::string_view outputs[]{"ema"};

}  // namespace

constinit const IndicatorType ema{
    .name = "ema",
    .meaning = "Exponential moving average of the close, seeded by the simple one",
    .parameters = parameters,
    .outputs = outputs,
    .stability = Stability::recursive,
    .lookback = [](std::span<const double> a) { return whole(a[0]) - 1; },
    .burn_in = [](std::span<const double> a) { return whole(a[0]) + settle_ema(a[0]); },
    .make = [](std::span<const double> a) -> std::unique_ptr<Indicator> { return std::make_unique<EmaOfClose>(a); },
};

}  // namespace converge::feature
