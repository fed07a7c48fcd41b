#include "feature/indicator/all.hpp"
#include "feature/window.hpp"

namespace converge::feature {
namespace {

class Bollinger final : public Indicator {
 public:
  explicit Bollinger(std::span<const double> arguments) : closes_(whole(arguments[0])), width_(arguments[1]) {}
  void push(const Ohlcv& bar, std::span<double> out) override {
    closes_.push(bar.close);
    const double middle = closes_.full() ? compute_mean(closes_.values()) : undefined;
    const double reach = closes_.full() ? width_ * compute_deviation(closes_.values(), 0) : undefined;
    out[0] = middle + reach;
    out[1] = middle;
    out[2] = middle - reach;
  }

 private:
  Window closes_;
  double width_;
};

constexpr IndicatorParameter parameters[]{{"n", 20, 2, period_max, true}, {"width", 2, 0.01, 100, false}};
constexpr std::string_view outputs[]{"bb_up", "bb_mid", "bb_low"};

}  // namespace

constinit const IndicatorType bollinger{
    .name = "bollinger",
    .meaning = "Simple average of the close, and `width` population deviations above and below it",
    .parameters = parameters,
    .outputs = outputs,
    .stability = Stability::exact,
    .lookback = [](std::span<const double> a) { return whole(a[0]) - 1; },
    .burn_in = nullptr,
    .make = [](std::span<const double> a) -> std::unique_ptr<Indicator> { return std::make_unique<Bollinger>(a); },
};

}  // namespace converge::feature
