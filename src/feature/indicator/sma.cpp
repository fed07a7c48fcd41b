#include "feature/indicator/all.hpp"
#include "feature/window.hpp"

namespace converge::feature {
namespace {

class Sma final : public Indicator {
 public:
  explicit Sma(std::span<const double> arguments) : closes_(whole(arguments[0])) {}
  void push(const Ohlcv& bar, std::span<double> out) override {
    closes_.push(bar.close);
    out[0] = closes_.full() ? compute_mean(closes_.values()) : undefined;
  }

 private:
  Window closes_;
};

constexpr IndicatorParameter parameters[]{{"n", 20, 2, period_max, true}};
constexpr std::string_view outputs[]{"sma"};

}  // namespace

constinit const IndicatorType sma{
    .name = "sma",
    .meaning = "Simple moving average of the close",
    .parameters = parameters,
    .outputs = outputs,
    .stability = Stability::exact,
    .lookback = [](std::span<const double> a) { return whole(a[0]) - 1; },
    .burn_in = nullptr,
    .make = [](std::span<const double> a) -> std::unique_ptr<Indicator> { return std::make_unique<Sma>(a); },
};

}  // namespace converge::feature
