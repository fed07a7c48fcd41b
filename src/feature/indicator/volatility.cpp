#include "feature/indicator/all.hpp"
#include "feature/window.hpp"

namespace converge::feature {
namespace {

class Volatility final : public Indicator {
 public:
  explicit Volatility(std::span<const double> arguments) : returns_(whole(arguments[0])) {}
  void push(const Ohlcv& bar, std::span<double> out) override {
    returns_.push(std::log(bar.close / previous_close_));
    previous_close_ = bar.close;
    out[0] = returns_.full() ? compute_deviation(returns_.values(), 1) : undefined;
  }

 private:
  double previous_close_ = undefined;
  Window returns_;
};

constexpr IndicatorParameter parameters[]{{"n", 20, 2, period_max, true}};
constexpr std::string_view outputs[]{"volatility"};

}  // namespace

constinit const IndicatorType volatility{
    .name = "volatility",
    .meaning = "Sample deviation of the last n log returns of the close, per bar",
    .parameters = parameters,
    .outputs = outputs,
    .stability = Stability::exact,
    .lookback = [](std::span<const double> a) { return whole(a[0]); },
    .burn_in = nullptr,
    .make = [](std::span<const double> a) -> std::unique_ptr<Indicator> { return std::make_unique<Volatility>(a); },
};

}  // namespace converge::feature
